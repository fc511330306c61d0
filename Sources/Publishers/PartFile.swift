import CLinux
import Digests
import Glibc

/// A file that is written piece by piece beside its place, because only its end tells whether it is new. It owns the open file.
final class PartFile {
    let path: String
    private(set) var size = 0
    private let directory: BeneathDirectory
    private let file: Int32
    private let sum = SHA256Sum()
    private let compression: Compression?
    private var isRefused = false

    private var part: String { path + ".part" }

    /// - Parameter encoding: in which its bytes are written.
    init(_ path: String, in directory: BeneathDirectory, compressing encoding: Encoding? = nil) throws(PublishError) {
        self.path = path
        self.directory = directory
        compression = encoding.flatMap { Compression($0) }
        isRefused = encoding != nil && compression == nil
        try directory.makeParents(of: path)
        // What a run left that died.
        try directory.remove(path + ".part")
        file = clinux_open_beneath(directory.descriptor, path + ".part", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw PublishError(errno: -file, path: directory.path + "/" + path, action: "write") }
    }

    deinit { if file >= 0 { close(file) } }

    func add(_ bytes: [UInt8]) throws { try add(bytes, isLast: false) }

    /// - Returns: the digest; nothing where a library refused to compress it.
    func end() throws -> String? {
        try add([], isLast: true)
        return isRefused ? nil : hex(sum.digest())
    }

    func discard() throws(PublishError) { try directory.remove(part) }

    /// - Parameter laterThan: seconds since 1970 that the file's time must exceed.
    func moveIntoPlace(laterThan: Int?) throws(PublishError) {
        directory.date(file, laterThan: laterThan)
        guard renameat(directory.descriptor, part, directory.descriptor, path) == 0 else { throw PublishError(errno: errno, path: directory.path + "/" + path, action: "put in place") }
    }

    private func add(_ bytes: [UInt8], isLast: Bool) throws {
        guard !isRefused else { return }
        guard let compression else { return try write(bytes) }
        isRefused = try !compression.add(bytes, isLast: isLast) { try write(Array($0)) }
    }

    private func write(_ bytes: [UInt8]) throws {
        bytes.withUnsafeBytes { sum.add($0) }
        size += bytes.count
        try directory.put(bytes, into: file, called: path)
    }
}
