/// The folder of a files source. The command passes a real one; tests make one up.
package protocol ReadableFolder: Sendable {
    /// Names in a subfolder, without their path; empty where there is none.
    func names(in subfolder: String) -> [String]
    func bytes(of path: String, limit: Int) throws(FolderError) -> [UInt8]
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
        return folder.names(in: subfolder).filter { isMatch(Array($0.unicodeScalars), Array(last.unicodeScalars)) }.sorted()
            .map { subfolder.isEmpty ? $0 : "\(subfolder)/\($0)" }
    }

    /// Goes back to the last star alone, so no name can make it slow.
    private static func isMatch(_ name: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
        var at = 0, here = 0
        var star: (at: Int, here: Int)?
        while at < name.count {
            if here < pattern.count, pattern[here] == "*" {
                star = (at, here)
                here += 1
            } else if here < pattern.count, pattern[here] == "?" || pattern[here] == name[at] {
                at += 1
                here += 1
            } else if let last = star {
                star = (last.at + 1, last.here)
                at = last.at + 1
                here = last.here + 1
            } else {
                return false
            }
        }
        return pattern[here...].allSatisfy { $0 == "*" }
    }
}
