import Foundation
import JSON
@testable import Publishers
import Telemetry

/// A `public/` folder as a run leaves it.
struct RenderedSite {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var directory: String { folder.path + "/public" }

    /// Renders a tree: path to text.
    func render(_ tree: String, _ files: [String: String], at now: Timestamp? = nil, compressing encodings: [Encoding] = []) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let writer = try SwitchedTree(live: directory + "/" + tree, shadow: folder.path + "/state/" + tree).writer(at: now, compressing: encodings)
        for (path, text) in files.sorted(by: { $0.key < $1.key }) { try writer.add(path, Array(text.utf8)) }
        try writer.finish { manifest in
            let now: JSONValue = now.map { .string($0.rfc3339) } ?? .null
            return JSONValue.object([.init("now", now), .init("files", .object(manifest.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }))]).bytes()
        }.exchange()
    }

    func edition(_ trees: String..., gone: [String] = []) -> Edition { Edition(directory: directory, trees: trees, gone: gone, runID: "run-1") }

    /// What a tree of that release holds.
    static func names(_ number: Int) -> [String] { (Array(release(number).keys) + ["build.json"]).sorted() }

    /// A release whose every file says which one it is.
    static func release(_ number: Int) -> [String: String] {
        ["index.html": "overview \(number)", "services/orders/index.html": "orders \(number)", "services/index.html": "services \(number)", "status.json": "{\"n\":\(number)}",
         "assets/tidewatch.0123456789ab.css": "body{}", "assets/page.\(String(repeating: "\(number % 10)", count: 12)).js": "n=\(number)"]
    }
}
