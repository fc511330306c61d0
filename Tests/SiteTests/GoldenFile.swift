import Foundation
import Testing

/// Whole outputs kept beside the tests. `TIDEWATCH_UPDATE_GOLDEN=1 swift test` writes them anew; read the diff before committing it.
enum GoldenFile {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden")
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func expect(_ bytes: [UInt8], equals name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = folder.appendingPathComponent(name)
        if ProcessInfo.processInfo.environment["TIDEWATCH_UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
            return
        }
        let expected = try #require(FileManager.default.contents(atPath: file.path), "\(name) is missing; make it with TIDEWATCH_UPDATE_GOLDEN=1",
                                    sourceLocation: sourceLocation)
        guard Array(expected) != bytes else { return }
        let at = zip(expected, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(expected.count, bytes.count)
        let found = String(decoding: bytes[max(0, at - 60)..<min(bytes.count, at + 80)], as: UTF8.self)
        Issue.record("\(name) differs at byte \(at): …\(found)…", sourceLocation: sourceLocation)
    }
}
