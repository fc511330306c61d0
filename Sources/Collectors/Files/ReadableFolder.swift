import Telemetry

/// The folder of a files source. The command passes a real one; tests make one up.
package protocol ReadableFolder: Sendable {
    /// Names in a subfolder, without their path; empty where there is none.
    func names(in subfolder: String) -> [String]
    func bytes(of path: String, limit: Int) throws(FolderError) -> [UInt8]
    /// Nothing where the file is gone or the folder does not know.
    func stamp(of path: String) -> FileStamp?
}

/// What tells whether a file was changed, without reading it.
package struct FileStamp: Hashable, Sendable {
    package var size: Int
    package var modified: Timestamp
    /// Part of a second, where the file system keeps it.
    package var nanoseconds: Int

    package init(size: Int, modified: Timestamp, nanoseconds: Int = 0) {
        self.size = size
        self.modified = modified
        self.nanoseconds = nanoseconds
    }

    /// As it is remembered between runs.
    var text: String { "\(size) \(modified.seconds).\(nanoseconds)" }
}

/// Why a file could not be had, in words that end a sentence about it.
package struct FolderError: Error, Equatable {
    package var reason: String
    package init(_ reason: String) { self.reason = reason }
}

enum FilePattern {
    /// Files that a pattern names, sorted. A path that climbs out of the folder names nothing.
    static func matches(_ pattern: String, in folder: any ReadableFolder) -> [String] {
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        guard !pattern.hasPrefix("/"), !parts.contains(".."), let last = parts.last else { return [] }
        let subfolder = parts.dropLast().joined(separator: "/")
        return folder.names(in: subfolder).filter { Glob.matches($0, last) }.sorted()
            .map { subfolder.isEmpty ? $0 : "\(subfolder)/\($0)" }
    }
}
