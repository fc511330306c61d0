import Foundation
import Glibc

/// One run at a time for a site. The kernel holds the lock for as long as the process lives, so a dead run never blocks the next.
package final class RunLock {
    /// Workers hold it too: the site stays locked until the last of them is gone.
    let descriptor: Int32
    private let path: String

    /// Somebody else is at it.
    package struct Held: Error, CustomStringConvertible, Sendable {
        package var path: String
        package var owner: String
        /// How many runs were skipped in a row because of it, this one included.
        package var skips: Int
        package var description: String {
            let count = skips > 1 ? " \(skips) runs in a row were skipped: the interval may be too short for this site." : ""
            return "another run holds \(path)\(owner.isEmpty ? "" : " (\(owner))"). Nothing was changed.\(count)"
        }
    }

    package struct Failed: Error, CustomStringConvertible, Sendable {
        package var path: String
        package var detail: String
        package var description: String { "cannot lock \(path): \(detail). Give the user that runs tidewatch the right to write in state/." }
    }

    /// - Parameter countsSkip: whether finding it held is a run that was skipped.
    /// - Throws: `Held` or `Failed`.
    package init(stateDirectory: String, owner: String, countsSkip: Bool = true) throws {
        path = stateDirectory + "/lock"
        try? FileManager.default.createDirectory(atPath: stateDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Failed(path: path, detail: String(cString: strerror(errno))) }
        var code = Self.take(descriptor)
        // Workers of a run that was killed end a moment after it.
        for _ in 0..<50 where code == EWOULDBLOCK && Self.isGone(Self.owner(at: path)) {
            usleep(20_000)
            code = Self.take(descriptor)
        }
        guard code == 0 else {
            close(descriptor)
            guard code == EWOULDBLOCK else { throw Failed(path: path, detail: String(cString: strerror(code))) }
            throw Held(path: path, owner: Self.owner(at: path), skips: countsSkip ? Self.countSkip(stateDirectory) : 0)
        }
        let text = Array(owner.utf8)
        ftruncate(descriptor, 0)
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, text.count, 0) }
        // Whoever only looks leaves the count of skipped runs to the next run.
        if countsSkip { unlink(stateDirectory + "/skips") }
    }

    deinit {
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    /// Gives 0, or the errno.
    private static func take(_ descriptor: Int32) -> Int32 { flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno }

    private static func owner(at path: String) -> String {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0.prefix(200), as: UTF8.self) } ?? ""
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether an owner such as `pid 42, since 10:05` is no process any more.
    private static func isGone(_ owner: String) -> Bool {
        guard owner.hasPrefix("pid "), let id = pid_t(owner.dropFirst(4).prefix { $0.isNumber }), id > 0 else { return false }
        return kill(id, 0) != 0 && errno == ESRCH
    }

    /// A byte for each skipped run; the next run that gets the lock starts over.
    private static func countSkip(_ directory: String) -> Int {
        let file = open(directory + "/skips", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else { return 1 }
        defer { close(file) }
        _ = write(file, "x", 1)
        var facts = stat()
        return fstat(file, &facts) == 0 ? Int(facts.st_size) : 1
    }
}
