import CLinux
import Foundation
import Glibc
import Programs

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
    private let child: ChildProgram

    /// - Parameter lock: a descriptor that the worker keeps open: the site stays locked until it is gone, also where this process is killed.
    init(_ path: String, order: [UInt8], lock: Int32?) throws(NotStarted) {
        let input = try Self.pipe(path), output: (reading: Int32, writing: Int32)
        do { output = try Self.pipe(path) } catch { Self.close([input.reading, input.writing]); throw error }
        // What it says goes into memory: on the operator's terminal a report of addresses would hide the sentence that counts.
        let said = clinux_memory_file()
        do {
            defer { Self.close([input.reading, output.writing]) }
            // A report of a crash would print what lies in memory.
            let variables = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
            child = try ChildProgram(path, arguments: ["tidewatch", "worker"], environment: variables, descriptors: [(input.reading, 0), (said, 1), (said, 2), (lock ?? -1, Self.lockDescriptor), (output.writing, Self.wordsDescriptor)])
        } catch {
            Self.close([input.writing, output.reading, said])
            throw NotStarted(path: path, detail: error.detail)
        }
        let (events, feed) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        // A thread of its own: waiting in the pool would take a place from the work.
        Thread.detachNewThread { [child] in
            WorkerWire.write(order, to: input.writing)
            WorkerWire.readLines(from: output.reading) { feed.yield(.line($0)); return true }
            let end = child.waitForEnd()
            feed.yield(.ended(Ending(code: end.code, signal: end.signal, bytes: end.bytes, lastWords: Self.firstLine(of: said))))
            Self.close([input.writing, output.reading, said])
            feed.finish()
        }
    }

    func signal(_ number: Int32) { child.signal(number) }
}

private extension WorkerProcess {
    static func pipe(_ path: String) throws(NotStarted) -> (reading: Int32, writing: Int32) {
        var ends: (reading: Int32, writing: Int32) = (-1, -1)
        let code = clinux_pipe(&ends.reading, &ends.writing)
        guard code == 0 else { throw NotStarted(path: path, detail: String(cString: strerror(code))) }
        return ends
    }

    static func close(_ descriptors: [Int32]) { for descriptor in descriptors where descriptor >= 0 { _ = Glibc.close(descriptor) } }

    static func firstLine(of file: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 400)
        let count = file >= 0 ? buffer.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) } : 0
        return String(decoding: buffer.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
