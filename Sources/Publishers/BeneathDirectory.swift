import CLinux
import Digests
import Glibc

/// A folder out of which no path leads: every name is opened below it, and links on the way are refused.
package final class BeneathDirectory {
    package let path: String
    let descriptor: Int32
    private var known: Set<String> = []

    /// Opens the folder, making it (and its parents) where it is missing.
    package init(_ path: String, create: Bool = true) throws(PublishError) {
        self.path = path
        if create { try Self.make(path) }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw PublishError(errno: errno, path: path, action: "open the folder") }
    }

    deinit { close(descriptor) }

    /// Puts bytes at a path. A file that other trees share by a hard link is replaced, one of our own is overwritten:
    /// that is several times cheaper than making a new one, and nobody is looking at this tree yet.
    /// - Parameter laterThan: seconds since 1970 that the file's time must exceed.
    func write(_ bytes: [UInt8], to name: String, laterThan: Int? = nil) throws(PublishError) {
        try makeParents(of: name)
        var file = clinux_open_beneath(descriptor, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0)
        var facts = stat()
        // A pipe that somebody put there would wait for a reader for ever.
        if file == -ENXIO {
            file = -ENOENT
            try remove(name)
        }
        if file >= 0 {
            if fstat(file, &facts) != 0 || facts.st_nlink != 1 || facts.st_mode & S_IFMT != S_IFREG {
                close(file)
                file = -ENOENT
                try remove(name)
            }
        }
        if file == -ENOENT { file = clinux_open_beneath(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644) }
        guard file >= 0 else { throw PublishError(errno: -file, path: path + "/" + name, action: "write") }
        defer { close(file) }
        try put(bytes, into: file, called: name)
        guard facts.st_size <= bytes.count || ftruncate(file, bytes.count) == 0 else { throw PublishError(errno: errno, path: path + "/" + name, action: "write") }
        date(file, laterThan: laterThan)
    }

    /// Appends to an open file.
    func put(_ bytes: [UInt8], into file: Int32, called name: String) throws(PublishError) {
        var at = 0
        while at < bytes.count {
            let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: at), bytes.count - at) }
            if written < 0 {
                if errno == EINTR { continue }
                throw PublishError(errno: errno, path: path + "/" + name, action: "write")
            }
            at += written
        }
    }

    /// Web servers tell versions apart by whole seconds and size.
    func date(_ file: Int32, laterThan: Int?) {
        var facts = stat()
        guard let laterThan, fstat(file, &facts) == 0, facts.st_mtim.tv_sec <= laterThan else { return }
        var times = [timespec(tv_sec: laterThan + 1, tv_nsec: 0), timespec(tv_sec: laterThan + 1, tv_nsec: 0)]
        futimens(file, &times)
    }

    /// When a file was written, in seconds since 1970.
    func second(of name: String) -> Int? {
        var facts = stat()
        return fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? facts.st_mtim.tv_sec : nil
    }

    /// Bytes of a file; 0 where there is none.
    func size(of name: String) -> Int {
        var facts = stat()
        return fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 ? facts.st_size : 0
    }

    /// Every file below, links among them, whatever a manifest says. Sorted.
    package func everything() -> [String] {
        var found: [String] = []
        walk("", depth: 0) { found.append($0) }
        return found.sorted()
    }

    private func walk(_ folder: String, depth: Int, _ visit: (String) -> Void) {
        let opened = clinux_open_beneath(descriptor, folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard opened >= 0, depth < 64, let stream = fdopendir(opened) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard name != ".", name != ".." else { continue }
            let path = folder.isEmpty ? name : folder + "/" + name
            if isFolder(path, type: Int(entry.pointee.d_type)) { walk(path, depth: depth + 1, visit) } else { visit(path) }
        }
    }

    private func isFolder(_ path: String, type: Int) -> Bool {
        guard type == DT_UNKNOWN else { return type == DT_DIR }
        var facts = stat()
        return fstatat(descriptor, path, &facts, AT_SYMLINK_NOFOLLOW) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Shares a file of another tree by a hard link, so that an unchanged page keeps its inode and time.
    /// False where the file system cannot.
    func link(_ name: String, from other: BeneathDirectory) throws(PublishError) -> Bool {
        try makeParents(of: name)
        let source = clinux_open_beneath(other.descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0)
        guard source >= 0 else { return false }
        close(source)
        try remove(name)
        return linkat(other.descriptor, name, descriptor, name, 0) == 0
    }

    /// Moves a file of another folder over the one of that name here, in one step.
    func take(_ name: String, from other: BeneathDirectory) throws(PublishError) {
        try makeParents(of: name)
        guard renameat(other.descriptor, name, descriptor, name) == 0 else { throw PublishError(errno: errno, path: path + "/" + name, action: "put in place") }
    }

    package func read(_ name: String, limit: Int = 64 * 1_048_576) -> [UInt8]? {
        let file = clinux_open_beneath(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= limit else { return nil }
        let size = Int(facts.st_size)
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(file, buffer.baseAddress?.advanced(by: count), size - count)
                if got < 0, errno == EINTR { continue }
                if got <= 0 { failed = true; break }
                count += got
            }
        }
        return failed ? nil : bytes
    }

    /// Reads a file without holding it.
    /// - Returns: false where it is not there or cannot be read to its end.
    func readPieces(of name: String, _ body: (UnsafeRawBufferPointer) -> Void) -> Bool {
        let file = clinux_open_beneath(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0)
        guard file >= 0 else { return false }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return false }
        return withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            while true {
                let got = Glibc.read(file, buffer.baseAddress, buffer.count)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return got == 0 }
                body(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
            }
        }
    }

    /// SHA-256 in hex; nothing where there is no such file.
    func digest(of name: String) -> String? {
        let sum = SHA256Sum()
        return readPieces(of: name) { sum.add($0) } ? hex(sum.digest()) : nil
    }

    /// Whether there is a file of that name, and no link.
    func hasFile(_ name: String) -> Bool {
        var facts = stat()
        return fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && facts.st_mode & S_IFMT == S_IFREG
    }

    /// Removes a file; one that is not there is fine.
    func remove(_ name: String) throws(PublishError) {
        // The parent was opened without links by whoever made the entry; unlinkat itself never follows the last name.
        guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else {
            throw PublishError(errno: errno, path: path + "/" + name, action: "remove")
        }
    }

    /// Removes now-empty folders above a removed file.
    func removeEmptyParents(of name: String) {
        var parent = name
        while let slash = parent.lastIndex(of: "/") {
            parent = String(parent[..<slash])
            guard unlinkat(descriptor, parent, AT_REMOVEDIR) == 0 else { return }
            known.remove(parent)
        }
    }

    func synchronise() throws(PublishError) {
        let code = clinux_sync_file_system(descriptor)
        guard code == 0 else { throw PublishError(errno: code, path: path, action: "flush") }
    }

    func makeParents(of name: String) throws(PublishError) {
        guard Self.isSafe(name) else { throw PublishError(.unsafePath, path: path, action: "write '\(name.prefix(80))' below", detail: "the path would leave the folder") }
        guard let slash = name.lastIndex(of: "/") else { return }
        let parent = String(name[..<slash])
        guard !known.contains(parent) else { return }
        var at = ""
        for part in parent.split(separator: "/") {
            at += at.isEmpty ? String(part) : "/" + part
            if known.contains(at) { continue }
            let folder = clinux_open_beneath(descriptor, at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
            if folder >= 0 {
                close(folder)
            } else if folder == -ENOENT {
                guard mkdirat(descriptor, at, 0o755) == 0 || errno == EEXIST else {
                    throw PublishError(errno: errno, path: path + "/" + at, action: "make the folder")
                }
            } else {
                throw PublishError(errno: -folder, path: path + "/" + at, action: "open the folder")
            }
            known.insert(at)
        }
    }

    /// Relative, no empty part, no `.` or `..`, no NUL.
    package static func isSafe(_ name: String) -> Bool {
        // One pass over the bytes: every file of every tree comes through here several times a run.
        var length = 0, dots = 0
        for byte in name.utf8 {
            if byte == UInt8(ascii: "/") {
                guard length > 0, length <= 255, dots != length || length > 2 else { return false }
                length = 0
                dots = 0
            } else {
                guard byte != 0 else { return false }
                length += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
        }
        return length > 0 && length <= 255 && (dots != length || length > 2)
    }

    /// Makes a folder and its parents where they are missing.
    static func make(_ path: String) throws(PublishError) {
        var at = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false) {
            at += (at.isEmpty && !path.hasPrefix("/") ? "" : at.hasSuffix("/") ? "" : "/") + part
            if at.isEmpty || at == "/" { continue }
            guard mkdir(at, 0o755) == 0 || errno == EEXIST || errno == EISDIR else {
                throw PublishError(errno: errno, path: at, action: "make the folder")
            }
        }
    }
}
