import Foundation
import JSON
import Testing

/// The whole command over moto, an AWS stand-in that we did not write, and over the simulator. Every expected value is what boto3 reads out of it.
@Suite struct ControlTests {
    private static let python = ProcessInfo.processInfo.environment["TIDEWATCH_PYTHON"]
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Control")

    private func report(of script: String) async throws -> JSONValue {
        let interpreter = try #require(Self.python), command = try #require(TidewatchCommand.path)
        let site = FileManager.default.temporaryDirectory.path + "/tidewatch-moto-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: site) }
        let control = try await ChildProcess(interpreter, [Self.folder.appendingPathComponent(script).path, command, site]).run()
        #expect(control.code == 0, "\(control.messages.suffix(2_000))")
        return try JSONValue(parsing: Array(control.output.utf8))
    }

    @Test(.enabled(if: python != nil, "set TIDEWATCH_PYTHON to an interpreter with the packages of scripts/test-requirements.txt (make test does)"))
    func `settings, edges and presence in two accounts are what boto3 reads back`() async throws {
        let report = try await report(of: "moto_inventory.py")
        let expected = report["expected"]?.members ?? [], shown = report["shown"] ?? .null
        #expect(expected.count == 444)
        for entry in expected { #expect(shown[entry.key] == entry.value, "\(entry.key)") }
        // The second run finds what the first one found.
        #expect(report["run"] == [0, 0] && report["messages"] == [], "\(report["messages"]?.text() ?? "")")
    }

    @Test(.enabled(if: python != nil, "set TIDEWATCH_PYTHON to an interpreter with the packages of scripts/test-requirements.txt (make test does)"))
    func `every signal of the simulated systems that is one metric is what boto3 reads`() async throws {
        let report = try await report(of: "simulator_control.py")
        #expect(report["run"] == 0 && report["wrong"] == [], "\(report["wrong"]?.text().prefix(2_000) ?? "") \(report["messages"]?.text() ?? "")")
        let compared = report["compared"]?.members ?? []
        #expect(compared.map(\.key).sorted() == ["acme", "globex", "hooli", "initech", "umbrella"] && compared.allSatisfy { ($0.value.integer ?? 0) > 150 }, "\(compared)")
        #expect((report["signals"]?.array.count ?? 0) >= 36)
    }

    @Test(.enabled(if: python != nil, "set TIDEWATCH_PYTHON to an interpreter with the packages of scripts/test-requirements.txt (make test does)"))
    func `the pages show exactly what boto3 reads back`() async throws {
        let report = try await report(of: "moto_control.py")
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
