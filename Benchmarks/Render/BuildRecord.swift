import JSON
import Publishers

/// `build.json` as far as publishing needs it: path and digest of every file.
enum BuildRecord {
    static func bytes(_ files: Manifest) -> [UInt8] {
        let members = files.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
        return JSONValue.object([.init("schema", 1), .init("files", .object(members))]).bytes(pretty: true)
    }
}
