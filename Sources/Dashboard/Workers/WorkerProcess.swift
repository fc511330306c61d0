import CLinux
import Foundation
import Glibc
import Synchronization

/// A child process of the same program: an order goes in, lines come out, and the kernel tells how it ended and what it used.
final class WorkerProcess: Sendable {
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
        var description: String { "a worker cannot be started (\(path)): \(detail). Workers are the program itself: /proc must be mounted, and the system must allow another process." }
    }

    /// Where a worker finds the site's lock, which it holds as well, and where it speaks.
    static let lockDescriptor: Int32 = 3, wordsDescriptor: Int32 = 4

    /// Ends after `ended`.
    let events: AsyncStream<Event>
    /// Nothing once it is over: another process may have its number then.
    private let child: Mutex<pid_t?>

    /// - Parameter lock: a descriptor that the worker keeps open: the site stays locked until it is gone, also where this process is killed.
    init(_ path: String, order: [UInt8], lock: Int32?) throws(NotStarted) {
        let input = try Self.pipe(path), output: (reading: Int32, writing: Int32)
        do { output = try Self.pipe(path) } catch { Self.close([input.reading, input.writing]); throw error }
        // What it says goes into memory: on the operator's terminal a report of addresses would hide the sentence that counts.
        let said = clinux_memory_file()
        let id: pid_t
        do {
            defer { Self.close([input.reading, output.writing]) }
            id = try Self.spawn(path, [(input.reading, 0), (said, 1), (said, 2), (lock ?? -1, Self.lockDescriptor), (output.writing, Self.wordsDescriptor)])
        } catch {
            Self.close([input.writing, output.reading, said])
            throw error
        }
        child = Mutex(id)
        let (events, feed) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        // A thread of its own: waiting in the pool would take a place from the work.
        Thread.detachNewThread { [self] in
            WorkerWire.write(order, to: input.writing)
            WorkerWire.readLines(from: output.reading) { feed.yield(.line($0)); return true }
            feed.yield(.ended(wait(id, said: said)))
            Self.close([input.writing, output.reading, said])
            feed.finish()
        }
    }

    func signal(_ number: Int32) {
        child.withLock { if let id = $0 { kill(id, number) } }
    }
}

private extension WorkerProcess {
    func wait(_ id: pid_t, said: Int32) -> Ending {
        var facts = siginfo_t(), status: Int32 = 0, used = rusage()
        // Seen first and fetched then: in between nobody signals a number that is another's already.
        while waitid(P_PID, id_t(id), &facts, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        child.withLock { child in
            while wait4(id, &status, 0, &used) < 0, errno == EINTR {}
            child = nil
        }
        let signal = status & 0x7F
        return Ending(code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal, bytes: Int64(used.ru_maxrss) * 1_024, lastWords: Self.firstLine(of: said))
    }

    static func pipe(_ path: String) throws(NotStarted) -> (reading: Int32, writing: Int32) {
        var ends: (reading: Int32, writing: Int32) = (-1, -1)
        let code = clinux_pipe(&ends.reading, &ends.writing)
        guard code == 0 else { throw NotStarted(path: path, detail: String(cString: strerror(code))) }
        return ends
    }

    static func close(_ descriptors: [Int32]) { for descriptor in descriptors where descriptor >= 0 { _ = Glibc.close(descriptor) } }

    /// - Parameter descriptors: what the child has under which number; those below 0 are left out.
    static func spawn(_ path: String, _ descriptors: [(own: Int32, child: Int32)]) throws(NotStarted) -> pid_t {
        var actions = posix_spawn_file_actions_t(), attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        // Copies far up, so that none is overwritten by another's place.
        let copies = descriptors.filter { $0.own >= 0 }.map { (own: fcntl($0.own, F_DUPFD_CLOEXEC, 64), child: $0.child) }
        defer {
            close(copies.map(\.own))
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for copy in copies { posix_spawn_file_actions_adddup2(&actions, copy.own, copy.child) }
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
        let call = ["tidewatch", "worker"].map { (text: String) in strdup(text) } + [nil], environment = variables.map { strdup($0) } + [nil]
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
}
