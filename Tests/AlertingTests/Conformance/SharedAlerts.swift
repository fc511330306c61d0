import Foundation

/// Public alert rules and their expected results, beside the package: licences differ.
enum SharedAlerts {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data/alerts").standardizedFileURL
    static let isThere = FileManager.default.fileExists(atPath: root.path)
    static let reason = "needs ../shared/data/alerts, which is not part of the package"

    static func text(_ path: String) throws -> String { try String(contentsOf: root.appending(path: path), encoding: .utf8) }
    static func names(_ folder: String) -> [String] { ((try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)) ?? []).sorted() }
    static func decoded<Value: Decodable>(_: Value.Type, _ path: String) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(contentsOf: root.appending(path: path)))
    }
}
