import Foundation

/// Starts programs on this machine. Input and words go through files, because a pipe that nobody drains stops both sides.
package struct ProcessRunner: CommandRunner {
    package init() {}

    package func run(_ arguments: [String], input: [UInt8], environment: [String: String], limit: Duration) async -> CommandEnding {
        guard let program = arguments.first else { return .notStarted("no program is named") }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tidewatch-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        do {
            // Messages name resources: nobody else on this machine needs to read them.
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let feed = folder.appendingPathComponent("in"), words = folder.appendingPathComponent("words")
            try Data(input).write(to: feed)
            try Data().write(to: words)
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = Array(arguments.dropFirst())
            process.environment = environment
            process.currentDirectoryURL = folder
            process.standardInput = try FileHandle(forReadingFrom: feed)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = try FileHandle(forWritingTo: words)
            let ended = AsyncStream<Void>.makeStream()
            process.terminationHandler = { _ in ended.continuation.finish() }
            try process.run()
            let id = process.processIdentifier
            let isLate = await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for await _ in ended.stream {}
                    return false
                }
                group.addTask { (try? await Task.sleep(for: limit)) != nil }
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
            if isLate || Task.isCancelled {
                // Its children too, where it leads a group.
                kill(-id, SIGKILL)
                kill(id, SIGKILL)
            }
            process.waitUntilExit()
            let said = String(decoding: (try? FileHandle(forReadingFrom: words).read(upToCount: 2_000)) ?? Data(), as: UTF8.self)
            if isLate { return .timedOut(limit) }
            return process.terminationReason == .exit ? .exited(process.terminationStatus, words: said) : .killed(signal: process.terminationStatus, words: said)
        } catch {
            return .notStarted(error.localizedDescription)
        }
    }
}
