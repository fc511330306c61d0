import Collectors
import Foundation
import JSON
import Telemetry
import Testing

/// Public data beside the package. It is not part of it: licences differ.
private enum SharedData {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data").path
    static let isThere = FileManager.default.fileExists(atPath: root + "/metrics/nab")
    static func files(_ folder: String, _ suffix: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []).filter { $0.hasSuffix(suffix) }.sorted()
    }
    static func bytes(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: "\(root)/\(path)").map(Array.init) ?? [] }
    static let nab = "metrics/nab/getmetricdata"
    static let order: CollectionOrder = CollectionOrder(tenant: "t", source: "files", services: [ServiceOrder(id: "s")], now: Timestamp(year: 2026, month: 1, day: 1))
    static let reference = #"queue("x").visible"#
}

/// Point for point against what a plain reader of the CSV gives.
@Suite(.enabled(if: SharedData.isThere, "needs ../shared/data, which is not part of the package"))
struct `Conformance with public data` {
    /// The CSV read in the simplest way there is; of equal times the last line counts.
    private func plain(_ path: String) -> [Int64: Double] {
        var points: [Int64: Double] = [:]
        for line in String(decoding: SharedData.bytes(path), as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst() {
            let fields = line.split(separator: ",")
            guard fields.count == 2, let value = Double(fields[1]),
                  let time = Timestamp(rfc3339: fields[0].prefix(19).replacingOccurrences(of: " ", with: "T") + "Z") else { Issue.record("odd line \(line)"); continue }
            points[time.seconds] = value
        }
        return points
    }

    private func points(_ harvest: Harvest) -> [Int64: Double] {
        Dictionary(harvest.series.flatMap(\.samples).map { ($0.time.seconds, $0.value) }, uniquingKeysWith: { _, last in last })
    }

    private func harvest(_ path: String, _ format: FilesCollector.Format) async -> Harvest {
        let parts = path.split(separator: "/"), name = String(parts.last ?? ""), folder = parts.dropLast().joined(separator: "/")
        let label = name.split(separator: ".").first.map(String.init) ?? ""
        return await FilesCollector(folder: DiskFolder("\(SharedData.root)/\(folder)"), entries: [
            .init(path: name, format: format, series: ["value": SharedData.reference, label: SharedData.reference]),
        ]).harvest(SharedData.order)
    }

    @Test(arguments: SharedData.files("metrics/nab/data/realAWSCloudwatch", ".csv"))
    func `a CSV of NAB gives the points of the file, gaps and repeated times included`(file: String) async {
        let path = "metrics/nab/data/realAWSCloudwatch/\(file)"
        let expected = plain(path), harvest = await harvest(path, .csv)
        #expect(!expected.isEmpty && points(harvest) == expected && harvest.problems == [])
        #expect(harvest.series.allSatisfy { batch in zip(batch.samples, batch.samples.dropFirst()).allSatisfy { $0.time < $1.time } })
    }

    @Test(arguments: SharedData.files(SharedData.nab, ".json").filter { !$0.contains("page") && !$0.contains("cli") })
    func `a GetMetricData answer gives the points of its CSV`(file: String) async {
        let name = file.replacingOccurrences(of: ".json", with: ".csv")
        let csv = ["realAWSCloudwatch", "realKnownCause"].map { "metrics/nab/data/\($0)/\(name)" }.first { FileManager.default.fileExists(atPath: "\(SharedData.root)/\($0)") }
        guard let csv else { Issue.record("no CSV for \(file)"); return }
        let harvest = await harvest("\(SharedData.nab)/\(file)", .getMetricData)
        #expect(points(harvest) == plain(csv) && harvest.problems == [])
    }

    private func spans(_ file: String) -> SegmentDocument? {
        (try? JSONValue(parsing: SharedData.bytes("xray/otel-segments/\(file)"))).flatMap { SegmentDocument($0) }
    }

    @Test func `a real segment with its subsegments keeps names, parents, times and failures`() throws {
        let document = try JSONValue(parsing: SharedData.bytes("xray/otel-segments/ddbSample.txt"))
        let segment = try #require(SegmentDocument(document))
        var expected: [String: (parent: String?, name: String, start: Double?, isFault: Bool)] = [:]
        func walk(_ value: JSONValue, parent: String?) {
            let id = value["id"]?.string ?? ""
            expected[id] = (parent, value["name"]?.string ?? "", value["start_time"]?.number, value["fault"]?.bool ?? false)
            for child in value["subsegments"]?.array ?? [] { walk(child, parent: id) }
        }
        walk(document, parent: nil)
        #expect(segment.spans.count == expected.count && segment.refused == 0 && expected.count > 10)
        for span in segment.spans {
            let plain = try #require(expected[span.id])
            #expect(span.parentID == plain.parent && span.name == plain.name && span.start == plain.start)
            #expect((span.status == .fault) == plain.isFault)
        }
        #expect(segment.spans.contains { $0.cause?.hasPrefix("dynamodb.ResourceNotFoundException") == true && $0.resource == "does_not_exist" })
    }

    @Test func `single documents say what their names say`() throws {
        #expect(spans("segmentValidationFailed.txt") == nil)
        let open = try #require(spans("minInProgress.txt")?.spans.first)
        #expect(open.isInProgress && open.end == nil && open.name == "LongOperation")
        #expect(try #require(spans("minCauseIsExceptionId.txt")?.spans.first).status == .fault)
        let other = try #require(spans("minOtherFields.txt")?.spans.first)
        #expect(other.status == .throttle && other.parentID == "defdfd9912dc5a56" && other.origin == "AWS::EC2::Instance")
        let call = try #require(spans("indepSubsegment.txt")?.spans.first)
        #expect(call.kind == .client && call.resource == "api.example.com" && call.httpStatus == 200 && call.annotations["http.path"] == "/health")
        #expect(spans("indepSubsegmentWithContentLengthString.txt") != nil && spans("indepSubsegmentWithSql.txt") != nil && spans("awsMissingAwsField.txt") != nil)
        #expect(!"\(spans("serverSample.txt").map { "\($0)" } ?? "")".contains("127.0.0.1"))
    }

    @Test func `a real trace with links keeps its Lambda pair and the link`() async throws {
        let harvest = await FilesCollector(folder: DiskFolder(SharedData.root + "/xray/iatk"), entries: [
            .init(path: "traceWithLinks01.BatchGetTraces.json", format: .batchGetTraces, traceGroup: "g"),
        ]).harvest(SharedData.order)
        let trace = try #require(harvest.traces.first)
        #expect(trace.id == "1-654c0557-5611b044040fc7224c4790b6" && trace.isComplete)
        #expect(trace.spans.filter { $0.parentID == nil || $0.origin == "AWS::Lambda::Function" }.map(\.origin) == ["AWS::Lambda", "AWS::Lambda::Function"])
        #expect(trace.links == [SpanLink(spanID: "7869f11198c79dd1", linkedTraceID: "1-654c0558-630340be09e985eb352a72e6", linkedSpanID: "2acd99f6ce4d0822", kind: "child", name: "xray-stuff-ConsumerA-kWsiXtT2gOdW")])
        #expect(harvest.problems == [])
    }

    @Test func `the official examples of summaries and traces are read`() throws {
        let summaries = TraceSummaryPage(try JSONValue(parsing: SharedData.bytes("xray/aws-docs/blocks/xray-api-gettingdata.02.json")), group: "g")
        #expect(summaries.summaries.map(\.duration) == [0.084, 3.232] && summaries.scanned == 2 && summaries.refused == 0)
        let traces = BatchGetTracesAnswer(try JSONValue(parsing: SharedData.bytes("xray/aws-docs/blocks/xray-api-gettingdata.03.json")), group: "g")
        #expect(traces.traces.count == 1 && traces.refused == 0 && traces.traces[0].spans.count > 10)
    }

    @Test func `REPORT vectors give the numbers of their answer sheet`() throws {
        let vectors = try JSONValue(parsing: SharedData.bytes("cloudwatch-logs/datadog-forwarder/report-vectors.json"))
        var compared = 0
        for vector in vectors.members {
            guard let line = vector.value["message"]?.string ?? vector.value["message"].map({ $0.text() }) else { continue }
            let expected = Dictionary((vector.value["parsed"]?.array ?? []).compactMap { item in item["name"]?.string.flatMap { name in item["value"]?.number.map { (name, $0) } } },
                                      uniquingKeysWith: { first, _ in first })
            guard case .report(let report)? = PlatformLine(line) else { #expect(expected.isEmpty, "\(vector.key)"); continue }
            func check(_ name: String, _ value: Double?, scale: Double = 1) {
                guard let wanted = expected["aws.lambda.enhanced.\(name)"] else { return }
                compared += 1
                #expect(abs((value ?? .nan) - wanted * scale) <= abs(wanted * scale) * 1e-12, "\(vector.key) \(name)")
            }
            check("duration", report.duration)
            check("billed_duration", report.billed)
            check("init_duration", report.initDuration)
            check("max_memory_used", report.memoryUsed, scale: 1_048_576)
        }
        #expect(compared >= 7)
    }
}
