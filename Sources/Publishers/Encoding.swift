/// A compression that web servers hand out ready-made: `page.html.gz` beside `page.html`.
package enum Encoding: String, CaseIterable, Sendable {
    case gzip, brotli

    /// What stands behind the file's name.
    package var suffix: String {
        switch self {
        case .gzip: ".gz"
        case .brotli: ".br"
        }
    }

    /// Below a kilobyte the headers cost more than is won; pictures are compressed already.
    static func isWorthwhile(_ path: String, size: Int) -> Bool {
        guard size >= 1_024 else { return false }
        let type = FileKind.mediaType(path)
        return type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml")
    }

    /// Nothing where the library refuses. The same bytes give the same result: no name and no time is written.
    package func compressed(_ bytes: [UInt8]) -> [UInt8]? { Compression(self)?.whole(bytes) }

    /// - Parameter window: bits, which tell zlib the frame as well; below zero there is none (RFC 1951).
    static func deflated(_ bytes: [UInt8], window: Int32) -> [UInt8]? { Compression(window: window)?.whole(bytes) }
}
