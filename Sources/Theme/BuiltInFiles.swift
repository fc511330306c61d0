import CTheme

/// The templates, content and assets that the executable carries in itself.
enum BuiltInFiles {
    /// Sorted byte by byte, as they were listed.
    static let paths: [String] = (0..<theme_file_count()).compactMap { theme_file_at($0).path.map { String(cString: $0) } }

    private static let indices = Dictionary(zip(paths, paths.indices)) { first, _ in first }

    static func bytes(_ path: String) -> [UInt8]? {
        guard let index = indices[path] else { return nil }
        let file = theme_file_at(index)
        return Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}
