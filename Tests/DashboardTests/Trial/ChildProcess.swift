import Foundation

/// A process of its own, with everything it said.
struct ChildProcess {
    struct Ended: Sendable {
        /// The exit code, or 128 plus the signal, as shells say it.
        var code: Int32
        var output: String
        var messages: String
    }

    let process = Process()
    private let output: URL, messages: URL

    init(_ path: String, _ arguments: [String], environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = environment
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tidewatch-child-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        output = folder.appendingPathComponent("out")
        messages = folder.appendingPathComponent("err")
        for file in [output, messages] { try Data().write(to: file) }
        // Files, because a pipe that nobody drains would stop the child.
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: messages)
    }

    /// Starts it and waits for its end, off the threads that other tests run on.
    func run() async throws -> Ended {
        try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in waiting.resume() }
            do { try process.run() } catch { process.terminationHandler = nil; waiting.resume(throwing: error) }
        }
        defer { try? FileManager.default.removeItem(at: output.deletingLastPathComponent()) }
        return Ended(code: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
                     output: try String(contentsOf: output, encoding: .utf8), messages: try String(contentsOf: messages, encoding: .utf8))
    }
}
