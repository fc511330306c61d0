import Foundation

/// Starts programs on this machine. Input and words go through files, because a pipe that nobody drains stops both sides.
package struct ProcessRunner: CommandRunner {
    /// In which a program that was asked to end may put away what it began.
    private static let grace = Duration.seconds(3)

    package init() {}

    package func run(_ arguments: [String], input: [UInt8], environment: [String: String], limit: Duration) async -> CommandEnding {
        guard let program = arguments.first else { return .notStarted("no program is named") }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tidewatch-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let words = folder.appendingPathComponent("words"), child: ChildProgram
        do {
            // Messages name resources: nobody else on this machine needs to read them.
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let feed = folder.appendingPathComponent("in")
            try Data(input).write(to: feed)
            try Data().write(to: words)
            let given = open(feed.path, O_RDONLY | O_CLOEXEC), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), said = open(words.path, O_WRONLY | O_CLOEXEC)
            defer { for descriptor in [given, nowhere, said] where descriptor >= 0 { close(descriptor) } }
            child = try ChildProgram(program, arguments: arguments, environment: environment, folder: folder.path, leadsGroup: true, descriptors: [(given, 0), (nowhere, 1), (said, 2)])
        } catch let error as ChildProgram.NotStarted {
            return .notStarted(error.detail)
        } catch {
            return .notStarted(error.localizedDescription)
        }
        let (ends, feed) = AsyncStream.makeStream(of: ChildProgram.Ending.self)
        // A thread of its own: waiting in the pool would take a place from the work.
        Thread.detachNewThread {
            feed.yield(child.waitForEnd())
            feed.finish()
        }
        // The ending is fetched by a task that nobody cancels.
        let end = Task.detached { () -> ChildProgram.Ending? in
            for await end in ends { return end }
            return nil
        }
        let isLate = await isLate(end, limit)
        if isLate || Task.isCancelled {
            child.signal(SIGTERM)
            let patience = Task.detached {
                guard (try? await Task.sleep(for: Self.grace)) != nil else { return }
                child.signal(SIGKILL)
            }
            _ = await end.value
            patience.cancel()
        }
        let ending = await end.value
        let said = String(decoding: (try? FileHandle(forReadingFrom: words).read(upToCount: 2_000)) ?? Data(), as: UTF8.self)
        if isLate { return .timedOut(limit) }
        return ending?.signal.map { .killed(signal: $0, words: said) } ?? .exited(ending?.code ?? 1, words: said)
    }

    /// Whether the limit passed first. Returns at once where the caller is cancelled.
    private func isLate(_ end: Task<ChildProgram.Ending?, Never>, _ limit: Duration) async -> Bool {
        let (firsts, feed) = AsyncStream.makeStream(of: Bool.self)
        let waiting = Task.detached { _ = await end.value; feed.yield(false) }
        let clock = Task.detached { if (try? await Task.sleep(for: limit)) != nil { feed.yield(true) } }
        defer { waiting.cancel(); clock.cancel() }
        for await first in firsts { return first }
        return false
    }
}
