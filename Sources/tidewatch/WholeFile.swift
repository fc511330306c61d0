import Foundation

/// A file that is whole as soon as it has its name.
enum WholeFile {
    /// - Parameter option: that named the place.
    /// - Throws: `CommandEnd` after it has said what is wrong with the place, else what `body` throws. Nothing unfinished stays.
    static func write(_ path: String, option: String = "--out", _ body: (_ give: @escaping ([UInt8]) throws -> Void) throws -> Void) throws {
        let unfinished = path + ".unfinished"
        func refuse(_ code: Int32) -> CommandEnd {
            Console.say("cannot write \(path): \(String(cString: strerror(code))). " + (code == ENOSPC || code == EDQUOT ? "Free some space, or choose another place with \(option)." : "Choose another place with \(option)."))
            return CommandEnd(code: .failed)
        }
        let file = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw refuse(errno) }
        var isOpen = true
        defer {
            if isOpen { close(file) }
            unlink(unfinished)
        }
        try body { bytes in
            guard Console.put(bytes, to: file) else { throw refuse(errno) }
        }
        isOpen = false
        guard close(file) == 0, rename(unfinished, path) == 0 else { throw refuse(errno) }
    }
}
