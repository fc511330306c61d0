import Glibc

/// One publisher to a folder at a time, also where two sites publish there. The kernel lets go of it when the process ends, however it ends.
final class WorkspaceLock {
    private let descriptor: Int32

    init(_ folder: String) throws(PublishError) {
        // Where the folder is a link, the lock already would land outside.
        _ = try BeneathDirectory(folder)
        let path = folder + "/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw PublishError(errno: errno, path: path, action: "lock") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            guard code == EWOULDBLOCK else { throw PublishError(errno: code, path: path, action: "lock") }
            throw PublishError(.busy, path: path, action: "lock", detail: "another publisher is writing there")
        }
    }

    deinit { close(descriptor) }
}
