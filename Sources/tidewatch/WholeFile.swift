import Foundation

/// A file that is whole as soon as it has its name. A device or a pipe takes the bytes as they come, and stays what it is.
enum WholeFile {
    /// - Parameter option: that named the place.
    /// - Throws: `CommandEnd` after it has said what is wrong with the place, else what `body` throws. Nothing unfinished stays.
    static func write(_ path: String, option: String = "--out", _ body: (_ give: @escaping ([UInt8]) throws -> Void) throws -> Void) throws {
        var facts = stat()
        let isPlain = stat(path, &facts) != 0 || facts.st_mode & S_IFMT == S_IFREG
        let place = isPlain ? path + ".unfinished" : path
        func refuse(_ code: Int32) -> CommandEnd {
            Console.say("cannot write \(path): \(String(cString: strerror(code))). " + (code == ENOSPC || code == EDQUOT ? "Free some space, or choose another place with \(option)." : "Choose another place with \(option)."))
            return CommandEnd(code: .failed)
        }
        let file = open(place, O_WRONLY | O_CLOEXEC | (isPlain ? O_CREAT | O_TRUNC : 0), 0o666)
        guard file >= 0 else { throw refuse(errno) }
        var isOpen = true
        defer {
            if isOpen { close(file) }
            if isPlain { unlink(place) }
        }
        try body { bytes in
            guard Console.put(bytes, to: file) else { throw refuse(errno) }
        }
        isOpen = false
        guard close(file) == 0, !isPlain || rename(place, path) == 0 else { throw refuse(errno) }
    }
}
