import CLinux
import Foundation
import Glibc

/// A child process of the same program: an order goes in, lines come out, and the kernel tells how it ended and what it used.
struct WorkerProcess: Sendable {
    enum Event: Sendable {
        case line([UInt8])
        case ended(Ending)
    }

    struct Ending: Sendable {
        /// Nothing where a signal ended it.
        var code: Int32?
        var signal: Int32?
        /// Largest resident size.
        var bytes: Int64
        /// The first line that it said to standard error; Swift says there what it died of.
        var lastWords: String
    }

    struct NotStarted: Error, CustomStringConvertible {
        var path: String
        var detail: String
        var description: String { "cannot start a worker (\(path)): \(detail). Workers are the program itself: /proc must be mounted, and the system must allow another process." }
    }

    let id: pid_t
    /// Ends after `ended`.
    let events: AsyncStream<Event>

    /// - Parameters:
    ///   - lock: a descriptor that the worker keeps open: the site stays locked until it is gone, also where this process is killed.
    init(_ path: String, _ arguments: [String], order: [UInt8], lock: Int32?) throws(NotStarted) {
        var input: (reading: Int32, writing: Int32) = (-1, -1), output: (reading: Int32, writing: Int32) = (-1, -1)
        var code = clinux_pipe(&input.reading, &input.writing)
        guard code == 0 else { throw NotStarted(path: path, detail: String(cString: strerror(code))) }
        code = clinux_pipe(&output.reading, &output.writing)
        guard code == 0 else {
            close(input.reading)
            close(input.writing)
            throw NotStarted(path: path, detail: String(cString: strerror(code)))
        }
        // What it says goes into memory: on the operator's terminal a report of addresses would hide the sentence that counts.
        let words = clinux_memory_file()
        do {
            defer {
                close(input.reading)
                close(output.writing)
            }
            id = try Self.spawn(path, arguments, input: input.reading, output: output.writing, words: words, lock: lock)
        } catch {
            close(input.writing)
            close(output.reading)
            if words >= 0 { close(words) }
            throw error
        }
        let (events, feed) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        let child = id, writing = input.writing, reading = output.reading
        // A thread of its own: waiting in the pool would take a place from the work.
        Thread.detachNewThread {
            Self.write(order, to: writing)
            Self.readLines(from: reading) { feed.yield(.line($0)) }
            var status: Int32 = 0, used = rusage()
            while wait4(child, &status, 0, &used) < 0, errno == EINTR {}
            close(writing)
            close(reading)
            let said = Self.firstLine(of: words)
            if words >= 0 { close(words) }
            let signal = status & 0x7F
            feed.yield(.ended(Ending(code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal, bytes: Int64(used.ru_maxrss) * 1_024, lastWords: said)))
            feed.finish()
        }
    }
}

private extension WorkerProcess {
    static func spawn(_ path: String, _ arguments: [String], input: Int32, output: Int32, words: Int32, lock: Int32?) throws(NotStarted) -> pid_t {
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if words >= 0 { posix_spawn_file_actions_adddup2(&actions, words, 2) }
        if let lock { posix_spawn_file_actions_adddup2(&actions, lock, WorkerRoom.lockDescriptor) }
        // Threads of the pool block signals, and a child would inherit that.
        var none = sigset_t(), usual = sigset_t()
        sigemptyset(&none)
        sigemptyset(&usual)
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGXCPU] { sigaddset(&usual, signal) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        // A report of a crash would print what lies in memory.
        let variables = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let call = ([path] + arguments).map { strdup($0) } + [nil], environment = variables.map { strdup($0) } + [nil]
        defer { for pointer in call + environment { free(pointer) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, path, &actions, &attributes, call, environment)
        guard code == 0 else { throw NotStarted(path: path, detail: String(cString: strerror(code))) }
        return id
    }

    static func firstLine(of file: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 400)
        let count = file >= 0 ? buffer.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) } : 0
        return String(decoding: buffer.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

extension WorkerProcess {
    /// To the end of what is said; what follows the last line end is half a line and says nothing.
    static func readLines(from descriptor: Int32, _ body: ([UInt8]) -> Void) {
        var line: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            var rest = buffer[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                body(line)
                line = []
                rest = rest[(end + 1)...]
            }
            line += rest
        }
    }
}
