import Foundation
import JSON
import Testing

/// The whole command over an AWS stand-in that we did not write. Every expected value is what boto3 reads out of it.
@Suite struct MotoTests {
    private static let python = ProcessInfo.processInfo.environment["TIDEWATCH_PYTHON"]
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Control/moto_control.py").path

    @Test(.enabled(if: python != nil, "set TIDEWATCH_PYTHON to an interpreter with the packages of scripts/test-requirements.txt (make test does)"))
    func `the pages show exactly what boto3 reads back`() async throws {
        let interpreter = try #require(Self.python), command = try #require(TidewatchCommand.path)
        let site = FileManager.default.temporaryDirectory.path + "/tidewatch-moto-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: site) }
        let control = try await ChildProcess(interpreter, [Self.script, command, site]).run()
        #expect(control.code == 0, "\(control.messages.suffix(2_000))")
        let report = try JSONValue(parsing: Array(control.output.utf8))
        let expected = report["expected"]?.members ?? [], shown = report["shown"] ?? .null
        // 12 gauges of queues, 7 series of 24 points and their newest, 5 signals of a log, 3 of traces, 2 spans.
        #expect(expected.count == 197)
        for entry in expected { #expect(shown[entry.key] == entry.value, "\(entry.key)") }
        // moto fails where percentiles are asked for: that is said, and it is all that is said.
        #expect(report["run"]?.integer == 3)
        let messages = (report["messages"]?.array ?? []).compactMap(\.string)
        #expect(!messages.isEmpty && messages.allSatisfy { $0.contains("cloudwatch:GetMetricData") }, "\(messages)")
    }
}
