import Foundation

/// Public Markdown that lies beside the checkout on the machines that have it.
enum SharedData {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/markdown").standardizedFileURL

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func examples() throws -> [SpecificationExample] {
        try JSONDecoder().decode([SpecificationExample].self, from: Data(contentsOf: folder.appending(path: "gfm-spec/examples.json")))
    }

    static func runbooks() throws -> [URL] {
        let root = folder.appending(path: "runbooks")
        let found = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return found.filter { $0.pathExtension == "md" }.sorted { $0.path < $1.path }
    }
}

/// One example of the GFM specification: what is written and what it must become.
struct SpecificationExample: Decodable, Sendable {
    var example: Int
    var section: String
    var extensions: [String]
    var markdown: String
    var html: String
}
