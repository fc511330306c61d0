import Foundation
import Synchronization

/// Runs a command line without a shell and gives back what it wrote to its standard output: what `AWSEnvironment.runCommand`
/// is in the real world. Nothing where it cannot be started, fails, writes more than 1 MiB or takes too long.
package func standardOutput(of commandLine: String, withinMilliseconds limit: Int = 30_000) async -> [UInt8]? {
    guard let words = words(ofCommandLine: commandLine), !words.isEmpty else { return nil }
    return await withCheckedContinuation { answer in
        // A thread of its own: reading and waiting block.
        Thread.detachNewThread { answer.resume(returning: output(of: words, withinMilliseconds: limit)) }
    }
}

private func output(of words: [String], withinMilliseconds limit: Int) -> [UInt8]? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--"] + words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let watch = DispatchWorkItem { kill(process.processIdentifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(limit), execute: watch)
    let bytes = (try? output.fileHandleForReading.read(upToCount: (1 << 20) + 1)) ?? nil
    if (bytes?.count ?? 0) > 1 << 20 { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    watch.cancel()
    guard process.terminationReason == .exit, process.terminationStatus == 0, let bytes, bytes.count <= 1 << 20 else { return nil }
    return Array(bytes)
}

/// Splits as a POSIX shell does where it finds nothing but words, quotes and backslashes. Nothing where a quote stays open.
func words(ofCommandLine text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
        if isEscaped {
            // Within double quotes a backslash stands for itself, except before these.
            let stays = quote == "\"" && !"\"\\$`".contains(character)
            word = (word ?? "") + (stays ? "\\" : "") + String(character)
            isEscaped = false
        } else if character == "\\", quote != "'" {
            isEscaped = true
        } else if let open = quote {
            if character == open { quote = nil } else { word = (word ?? "") + String(character) }
        } else if character == "'" || character == "\"" {
            quote = character
            word = word ?? ""
        } else if character.isWhitespace {
            if let done = word { words.append(done) }
            word = nil
        } else {
            word = (word ?? "") + String(character)
        }
    }
    guard quote == nil, !isEscaped else { return nil }
    if let done = word { words.append(done) }
    return words
}
