import Collectors
import Telemetry

/// A folder that exists only here.
struct MadeUpFolder: ReadableFolder {
    var files: [String: String]
    /// When each was last changed; long ago where nothing is said.
    var times: [String: Timestamp] = [:]

    func names(in subfolder: String) -> [String] {
        files.keys.filter { subfolder.isEmpty ? !$0.contains("/") : $0.hasPrefix(subfolder + "/") }.map { subfolder.isEmpty ? $0 : String($0.dropFirst(subfolder.count + 1)) }
    }

    func bytes(of path: String, limit: Int) throws(FolderError) -> [UInt8] {
        guard let text = files[path] else { throw FolderError("cannot be opened") }
        guard text.utf8.count <= limit else { throw FolderError("is larger than \(limit) bytes") }
        return Array(text.utf8)
    }

    func stamp(of path: String) -> FileStamp? {
        files[path].map { FileStamp(size: $0.utf8.count, modified: times[path] ?? Timestamp(year: 2026, month: 11, day: 1)) }
    }
}
