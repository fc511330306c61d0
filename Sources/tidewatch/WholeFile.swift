import Foundation

/// A file that is whole as soon as it has its name.
enum WholeFile {
    /// - Throws: `CommandEnd` after it has said what is wrong with the place, else what `body` throws. Nothing unfinished stays.
    static func write(_ path: String, _ body: (FileHandle) throws -> Void) throws {
        let unfinished = path + ".unfinished"
        guard FileManager.default.createFile(atPath: unfinished, contents: nil), let file = FileHandle(forWritingAtPath: unfinished) else {
            Console.say("cannot write \(unfinished). Choose another place with --out.")
            throw CommandEnd(code: .failed)
        }
        defer { try? FileManager.default.removeItem(atPath: unfinished) }
        try body(file)
        try file.close()
        guard rename(unfinished, path) == 0 else {
            Console.say("cannot write \(path): \(String(cString: strerror(errno))). Choose another place with --out.")
            throw CommandEnd(code: .failed)
        }
    }
}
