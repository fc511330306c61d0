import CZlib
import Collectors
import Foundation
import JSON
import Telemetry
import Testing

/// Public log data beside the package. It is not part of it: licences differ.
private enum LogData {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data/cloudwatch-logs").path
    static let isThere = FileManager.default.fileExists(atPath: root + "/datadog-forwarder/report-vectors.json")
    static func bytes(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: "\(root)/\(path)").map(Array.init) ?? [] }
    static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }
    static func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: bytes(path)) }

    /// Every text in a document, wherever it stands.
    static func texts(_ value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .array(let items): items.flatMap(texts)
        case .object(let members): members.flatMap { texts($0.value) }
        case .null, .bool, .number: []
        }
    }

    static let vectors = (try? json("datadog-forwarder/report-vectors.json"))?.members.map(\.key) ?? []
}

@Suite(.enabled(if: LogData.isThere, "needs ../shared/data, which is not part of the package"))
struct `Public log data` {
    private func report(_ line: String) -> ReportLine? { if case .report(let report)? = PlatformLine(line) { report } else { nil } }

    @Test func `there are five report vectors`() { #expect(LogData.vectors.count == 5) }

    @Test(arguments: LogData.vectors) func `a report reads as Datadog's forwarder reads it`(name: String) throws {
        let vector = try #require(try LogData.json("datadog-forwarder/report-vectors.json")[name]), parsed = vector["parsed"] ?? .null
        let report = self.report(vector["message"]?.string ?? "")
        guard !parsed.isNull else { #expect(report != nil); return }
        func value(_ metric: String) -> Double? { parsed.array.first { $0["name"]?.string == "aws.lambda.enhanced.\(metric)" }?["value"]?.double }
        guard !parsed.array.isEmpty else { #expect(report == nil); return }
        func isSame(_ ours: Double?, _ theirs: Double?) -> Bool { ours == theirs || abs((ours ?? .nan) - (theirs ?? .nan)) < 1e-9 }
        #expect(isSame(report?.duration, value("duration")) && isSame(report?.billed, value("billed_duration")) && isSame(report?.initDuration, value("init_duration")))
        #expect(isSame(report?.memoryUsed, value("max_memory_used").map { $0 * 1_048_576 }))
    }

    /// REPORT and START lines in each file, counted by their first words; the numbers must be those of the text.
    @Test(arguments: [
        ("datadog-forwarder/events/cloudwatch_logs.json", 1, 0), ("datadog-forwarder/snapshots/cloudwatch_log_lambda_invocation.json", 1, 0),
        ("datadog-forwarder/snapshots/cloudwatch_log_coldstart.json", 1, 1), ("newrelic/entry_lambda_oom.json", 1, 0),
    ]) func `lines that a subscription delivers are read`(_ path: String, _ reports: Int, _ starts: Int) throws {
        let messages = (try LogData.json(path)["logEvents"]?.array ?? []).compactMap { $0["message"]?.string }
        let found = messages.compactMap(report)
        #expect(found.count == reports && messages.count { if case .start? = PlatformLine($0) { true } else { false } } == starts)
        for (line, report) in zip(messages.filter { $0.hasPrefix("REPORT") }, found) { #expect(line.contains("Duration: \(plain(report.duration * 1_000)) ms"), "\(line)") }
    }

    @Test(arguments: ["java-logging.02.txt", "nodejs-logging.02.txt", "nodejs-logging.06.txt", "python-logging.02.txt", "python-logging.12.txt"])
    func `the lines in the developer guide are read`(_ name: String) {
        let lines = LogData.text("aws-docs/blocks/\(name)").split(whereSeparator: \.isNewline).map(String.init)
        let reports = lines.filter { $0.hasPrefix("REPORT RequestId") }
        #expect(!reports.isEmpty)
        for line in reports {
            let report = self.report(line)
            #expect(report != nil && line.contains("Duration: \(plain((report?.duration ?? 0) * 1_000)) ms") && line.contains("Init Duration") == (report?.initDuration != nil), "\(line)")
        }
        #expect(lines.filter { $0.hasPrefix("START RequestId") }.allSatisfy { if case .start? = PlatformLine($0) { true } else { false } })
    }

    @Test func `records of the telemetry schema are told apart`() {
        func line(_ number: String) -> PlatformLine? { PlatformLine(LogData.text("aws-docs/blocks/telemetry-schema-reference.\(number)")) }
        // Its example under platform.start carries the type of platform.initStart, which is no run.
        // The guide's own example of platform.report has a comma too many and is no JSON.
        for other in ["03.json", "07.json", "09.json", "11.json", "13.txt", "15.json", "21.json"] { #expect(line(other) == nil, "\(other)") }
    }

    /// Placeholders stand for numbers in what was recorded; a line without numbers is no report.
    @Test func `recorded answers of Lambda are survived`() throws {
        let texts = LogData.texts(try LogData.json("localstack/test_lambda.snapshot.json"))
        #expect(texts.filter { $0.hasPrefix("REPORT") }.count == 3 && texts.filter { $0.hasPrefix("REPORT") }.allSatisfy { PlatformLine($0) == nil })
        #expect(texts.filter { $0.hasPrefix("START RequestId") }.allSatisfy { if case .start? = PlatformLine($0) { true } else { false } })
        for text in texts { _ = LogShape.text(of: text) }
    }

    @Test func `a whole function log, a record of embedded metrics and log events of strangers are survived`() {
        for path in ["lambda-log-snapshots/sync-metrics_python312.log", "aws-docs/blocks/Lambda-Insights-example-event.01.json", "newrelic/entry_lambda_sam.json", "newrelic/entry_rds.json",
                     "newrelic/invoke_lambda.json", "datadog-forwarder/events/cloudwatch_logs_ddtags.json"] {
            let lines = LogData.text(path).split(whereSeparator: \.isNewline)
            #expect(!lines.isEmpty)
            for line in lines { #expect(PlatformLine(line) == nil && LogShape.text(of: String(line)).utf8.count <= 4 * 720) }
        }
    }

    @Test func `a result of Logs Insights says what the lines in it say`() throws {
        let answer = InsightsAnswer(try LogData.json("embr/insights-results.json"))
        #expect(answer.status == .complete && answer.rows.count == 50 && answer.rows.allSatisfy { InsightsAnswer.time($0["@timestamp"]) != nil })
        let reports = answer.rows.filter { $0["@type"] == "REPORT" }
        #expect(!reports.isEmpty)
        for row in reports {
            let report = try #require(self.report(row["@message"] ?? ""))
            #expect(InsightsAnswer.number(row["@duration"]) == Double(plain(report.duration * 1_000)))
            // A megabyte of a REPORT line is a million bytes here.
            #expect(InsightsAnswer.number(row["@maxMemoryUsed"]) == report.memoryUsed.map { $0 / 1.048576 })
            #expect((row["@initDuration"] != nil) == (report.initDuration != nil))
        }
    }

    /// Payloads of subscriptions, as Lambda is handed them: base64 of gzip, or of zlib.
    @Test(arguments: [("awslogs-event.json", 2), ("awslogs-event-with-policy-level.json", 2), ("sumologic/cwlfixtures.json", 4_954)])
    func `events of subscriptions are counted as the log of a function, odd text or not`(_ path: String, _ count: Int) async throws {
        let document = try LogData.json(path)
        var events: [JSONValue] = []
        for payload in document.array.isEmpty ? [document] : document.array {
            let packed = try #require(payload["awslogs"]?["data"]?.string.flatMap { Data(base64Encoded: $0) })
            events += try JSONValue(parsing: try #require(inflated([UInt8](packed))))["logEvents"]?.array ?? []
        }
        let body = JSONValue.object([.init("events", .array(events))]), page = FilterLogEventsAnswer(body)
        #expect(events.count == count && page.events.count == count && page.refused == 0)
        #expect(page.bytes == events.reduce(0) { $0 + ($1["message"]?.string?.utf8.count ?? 0) })
        var order = CollectionOrder.mock([ResourceOrder(.function, "work")])
        order.now = (page.events.map(\.time).max() ?? order.now) + 60
        let harvest = await FilesCollector(folder: MadeUpFolder(files: ["l.json": body.text()]), entries: [.init(path: "l.json", format: .filterLogEvents, logGroup: "work")]).harvest(order)
        let kept = page.events.filter { order.now - $0.time < 455 * 86_400 }
        #expect(harvest.problems.count == (kept.count < count ? 1 : 0) && !kept.isEmpty && harvest.samples(.log, "work", "errors").reduce(0) { $0 + $1.value } == Double(kept.count { $0.message.contains(/error|exception/.ignoresCase()) }))
    }

    private func inflated(_ bytes: [UInt8]) -> [UInt8]? {
        var input = bytes, stream = z_stream(), output: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 65_536)
        guard inflateInit2_(&stream, 47, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        return input.withUnsafeMutableBufferPointer { buffer in
            stream.next_in = buffer.baseAddress
            stream.avail_in = UInt32(buffer.count)
            while true {
                let (status, written) = chunk.withUnsafeMutableBufferPointer { room -> (Int32, Int) in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    return (inflate(&stream, Z_NO_FLUSH), room.count - Int(stream.avail_out))
                }
                output += chunk.prefix(written)
                if status == Z_STREAM_END { return output }
                if status != Z_OK { return nil }
            }
        }
    }

    @Test func `recorded errors of queries name a missing group`() throws {
        let errors = LogData.texts(try LogData.json("localstack/test_logs_queries.snapshot.json"))
        #expect(errors.contains("ResourceNotFoundException") && errors.contains { $0.contains("does not exist") })
    }

    /// `198.50` as the line writes it.
    private func plain(_ milliseconds: Double) -> String {
        let hundredths = Int((milliseconds * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
