import Foundation
import Telemetry
import Testing
@testable import Simulator

@Suite(.serialized) struct ServerTests {
    @Test(.enabled(if: Python.exists, "python3 is not installed: the call with Python's standard library is not made"))
    func `a call signed with Python's standard library is accepted`() async throws {
        let output = try await whileServing(.mock()) { url in
            try Python.run("signed-call.py", [url, "20261120T100000Z"])
        }
        #expect(output.status == 0, "\(output.errors)")
        #expect(output.text == "123456789012\n")
    }

    @Test(.enabled(if: Python.hasBoto3, "boto3 is not installed (pip install boto3): no public client checks the simulator's answers"))
    func `boto3 reads every operation of every account`() async throws {
        let accounts = SimulatedWorld.mock().accounts + ["900000000001"]
        let output = try await whileServing(.mock()) { url in
            try Python.run("boto3-control.py", ["--endpoint", url, "--now", "2026-11-20T10:00:00+00:00"] + accounts)
        }
        #expect(output.status == 0, "\(output.text)\(output.errors)")
        #expect(output.text.split(separator: "\n").count == accounts.count, "\(output.text)")
    }

    @Test(.enabled(if: Python.exists, "python3 is not installed: no client meets the broken bodies"),
          arguments: [(Fault.truncated, "IncompleteRead"), (.endless, "ParseError"), (.garbage, "ParseError"), (.slow(seconds: 1), "")])
    func `broken bodies are broken on the wire too`(_ fault: Fault, _ complaint: String) async throws {
        let world = SimulatedWorld.mock(faults: FaultPlan([.init(action: "sts:GetCallerIdentity", fault)]))
        let output = try await whileServing(world) { url in try Python.run("signed-call.py", [url, "20261120T100000Z"]) }
        #expect(complaint.isEmpty ? output.status == 0 : output.errors.contains(complaint), "\(output.errors)")
    }

    @Test(.enabled(if: Python.exists, "python3 is not installed: nobody calls, nothing is counted"))
    func `admitted requests are counted by account and action`() async throws {
        let server = SimulatorServer(world: .mock()) { dayZero }
        _ = try await whileServing(server) { url in try Python.run("signed-call.py", [url, "20261120T100000Z"]) }
        #expect(server.requests == ["123456789012 sts:GetCallerIdentity": 1])
    }

    /// Serves a world whose time stands still at the anchor while something is done with its address.
    private func whileServing<Value: Sendable>(_ world: SimulatedWorld, _ work: @escaping @Sendable (String) throws -> Value) async throws -> Value {
        try await whileServing(SimulatorServer(world: world) { dayZero }, work)
    }

    private func whileServing<Value: Sendable>(_ server: SimulatorServer, _ work: @escaping @Sendable (String) throws -> Value) async throws -> Value {
        let (ports, port) = AsyncStream.makeStream(of: UInt16.self)
        let serving = Task { try await server.run(port: 0) { port.yield($0) } }
        defer { serving.cancel() }
        for await number in ports {
            // On a thread of its own: the client blocks until the server has answered, and the server needs one of the few that tests run on.
            let value = try await withCheckedThrowingContinuation { (done: CheckedContinuation<Value, any Error>) in
                Thread.detachNewThread { done.resume(with: Result { try work("http://127.0.0.1:\(number)") }) }
            }
            await server.stop()
            return value
        }
        throw CancellationError()
    }
}

/// Runs the scripts of this repository.
private enum Python {
    struct Output: Sendable {
        var status: Int32
        var text: String
        var errors: String
    }

    static let exists = (try? run(arguments: ["-c", "pass"]).status == 0) ?? false
    static let hasBoto3 = (try? run(arguments: ["-c", "import boto3"]).status == 0) ?? false

    static func run(_ script: String, _ arguments: [String]) throws -> Output {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try run(arguments: [root.appending(path: "scripts/\(script)").path] + arguments)
    }

    private static func run(arguments: [String]) throws -> Output {
        let process = Process(), out = Pipe(), errors = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardOutput = out
        process.standardError = errors
        try process.run()
        let text = out.fileHandleForReading.readDataToEndOfFile(), problems = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Output(status: process.terminationStatus, text: String(decoding: text, as: UTF8.self), errors: String(decoding: problems, as: UTF8.self))
    }
}
