@testable import Collectors
import Foundation
import JSON
import Signals
@testable import Site
import Telemetry
import Testing

/// Public X-Ray files beside the package. They are not part of it: licences differ.
private enum XRayData {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data").path
    static let isThere = FileManager.default.fileExists(atPath: root + "/xray/otel-segments")
    static let scorekeep = "xray/aws-docs/blocks/xray-api-gettingdata.03.json"
    static let answers = [scorekeep, "xray/iatk/traceWithLinks01.BatchGetTraces.json", "xray/otel-segments/ddbSample+serverSample.BatchGetTraces.json"]
    static let documents = ["awsMissingAwsField", "ddbSample", "indepSubsegment", "indepSubsegmentWithContentLengthString", "indepSubsegmentWithSql", "minCauseIsExceptionId",
                            "minInProgress", "minOtherFields", "serverSample"].map { "xray/otel-segments/\($0).txt" }

    static func bytes(_ path: String) -> Data { FileManager.default.contents(atPath: "\(root)/\(path)") ?? Data() }
}

private typealias Members = [String: Any]

/// A segment and all below it, worked out in the plainest way there is.
private struct PlainSegment {
    var id: String, parent: String?, start: Double, end: Double?, status: TraceSpan.Status, isInferred: Bool
    var links: Set<String>

    static func all(_ document: Members, parent: String? = nil) -> [PlainSegment] {
        func flag(_ key: String) -> Bool { document[key] as? Bool ?? false }
        let id = document["id"] as? String ?? ""
        let links = Set((document["links"] as? [Members] ?? []).map { "\($0["trace_id"] ?? "")/\($0["id"] ?? "")" })
        let own = PlainSegment(id: id, parent: parent ?? document["parent_id"] as? String, start: (document["start_time"] as? NSNumber)?.doubleValue ?? 0,
                               end: (document["end_time"] as? NSNumber)?.doubleValue, status: flag("throttle") ? .throttle : flag("fault") ? .fault : flag("error") ? .error : .ok,
                               isInferred: flag("inferred"), links: links)
        return [own] + (document["subsegments"] as? [Members] ?? []).flatMap { all($0, parent: id) }
    }

    /// Every stretch between two edges is looked at by itself.
    static func selfTime(of span: PlainSegment, among spans: [PlainSegment], last: Double) -> Double {
        let children = spans.filter { $0.parent == span.id && $0.id != span.id }, end = span.end ?? last
        let edges = Set([span.start, end] + children.flatMap { [$0.start, $0.end ?? last] }.filter { $0 > span.start && $0 < end }).sorted()
        return zip(edges, edges.dropFirst()).reduce(0) { sum, stretch in
            let middle = (stretch.0 + stretch.1) / 2
            return children.contains { $0.start <= middle && middle < $0.end ?? last } ? sum : sum + stretch.1 - stretch.0
        }
    }
}

@Suite(.enabled(if: XRayData.isThere, "needs ../shared/data, which is not part of the package"))
struct `X-Ray documents equal a plain reading` {
    private func traces(_ path: String) throws -> [String: [Members]] {
        let answer = try #require(try JSONSerialization.jsonObject(with: XRayData.bytes(path)) as? Members)
        var traces: [String: [Members]] = [:]
        for trace in answer["Traces"] as? [Members] ?? [] {
            traces[trace["Id"] as? String ?? ""] = try (trace["Segments"] as? [Members] ?? []).map { try #require(try JSONSerialization.jsonObject(with: Data(($0["Document"] as? String ?? "").utf8)) as? Members) }
        }
        return traces
    }

    private func compare(_ found: Trace, _ documents: [Members], _ path: String) {
        let spans = documents.flatMap { PlainSegment.all($0) }, timing = TraceTiming(found)
        let start = spans.map(\.start).min() ?? 0, last = spans.map { max($0.start, $0.end ?? $0.start) }.max() ?? 0
        #expect(found.spans.count == Set(spans.map(\.id)).count, "\(path)")
        #expect(abs(timing.start - start) < 1e-6 && abs(timing.duration - (last - start)) < 1e-6, "\(path): total")
        for wanted in spans {
            guard let row = timing.rows.first(where: { $0.span.id == wanted.id }) else { Issue.record("\(path): \(wanted.id) is missing"); continue }
            #expect(row.span.parentID == wanted.parent && row.span.status == wanted.status && row.span.isInferred == wanted.isInferred, "\(path): \(wanted.id)")
            let late = abs(row.end - ((wanted.end ?? last) - start)) < 1e-6, early = abs(row.start - (wanted.start - start)) < 1e-6
            #expect(early && late && row.span.isInProgress == (wanted.end == nil), "\(path): times of \(wanted.id)")
            #expect(abs(row.selfSeconds - PlainSegment.selfTime(of: wanted, among: spans, last: last)) < 2e-6, "\(path): own time of \(wanted.id)")
            #expect(Set(found.links.filter { $0.spanID == wanted.id }.map { "\($0.linkedTraceID)/\($0.linkedSpanID ?? "")" }) == wanted.links, "\(path): links of \(wanted.id)")
        }
    }

    @Test(arguments: XRayData.answers) func `answers of BatchGetTraces`(path: String) throws {
        let answer = BatchGetTracesAnswer(try JSONValue(parsing: Array(XRayData.bytes(path))), group: "g"), plain = try traces(path)
        #expect(answer.refused == 0 && answer.traces.count == plain.count && !plain.isEmpty)
        for (id, documents) in plain { compare(try #require(answer.traces.first { $0.id == id }), documents, path) }
    }

    @Test(arguments: XRayData.documents) func `single documents`(path: String) throws {
        let plain = try #require(try JSONSerialization.jsonObject(with: XRayData.bytes(path)) as? Members)
        let (trace, refused) = BatchGetTracesAnswer.trace(id: plain["trace_id"] as? String ?? "", group: "g", documents: [try JSONValue(parsing: Array(XRayData.bytes(path)))])
        #expect(refused == 0)
        compare(try #require(trace), [plain], path)
    }

    @Test func `a segment that fails validation is refused`() throws {
        #expect(SegmentDocument(try JSONValue(parsing: Array(XRayData.bytes("xray/otel-segments/segmentValidationFailed.txt")))) == nil)
    }

    @Test func `the linked pair leads on to its consumer, by name`() throws {
        let trace = try #require(BatchGetTracesAnswer(try JSONValue(parsing: Array(XRayData.bytes(XRayData.answers[1]))), group: "g").traces.first)
        #expect(trace.links == [SpanLink(spanID: "7869f11198c79dd1", linkedTraceID: "1-654c0558-630340be09e985eb352a72e6", linkedSpanID: "2acd99f6ce4d0822", kind: "child", name: "xray-stuff-ConsumerA-kWsiXtT2gOdW")])
        #expect(trace.links.map(\.leadsOn) == [true])
    }

    /// The nodes and edges that X-Ray's service graph has for these segments: both segments of the function are nodes of their own there, the
    /// table stands under its name. SNS stands under its topic here, where X-Ray says only SNS.
    @Test func `the graph of Scorekeep's segments is the service graph's`() throws {
        let traces = BatchGetTracesAnswer(try JSONValue(parsing: Array(XRayData.bytes(XRayData.scorekeep))), group: "g").traces
        let graph = TraceGraph(traces)
        let topic = "awseb-e-ruag3jyweb-stack-NotificationTopic-6B829NT9V5O9"
        #expect(Set(graph.edges(source: "s").map { "\($0.from.type) \($0.from.name) > \($0.to.type) \($0.to.name) \($0.figures.ok)" }) == [
            "client clients > AWS::ElasticBeanstalk::Environment Scorekeep 1", "AWS::ElasticBeanstalk::Environment Scorekeep > AWS::Lambda random-name 1",
            "AWS::Lambda random-name > AWS::Lambda::Function random-name 1", "AWS::ElasticBeanstalk::Environment Scorekeep > AWS::DynamoDB::Table scorekeep-user 1",
            "AWS::Lambda::Function random-name > AWS::SNS \(topic) 1",
        ])
        // As a map: the two segments of the function are one part.
        let function = ResourceID(source: "s", kind: .function, name: "random-name")
        let map = Topology(resources: [Resource(id: function, service: "s", presence: .alive)], calls: graph.edges(source: "s"))
        #expect(map.nodes.map(\.name).sorted() == [topic, "random-name"].sorted())
    }

    @Test func `a stated service graph is read with its clients, errors and times`() throws {
        var answer = ServiceGraphAnswer()
        answer.add(try JSONValue(parsing: Array(XRayData.bytes("xray/aws-docs/blocks/xray-api-gettingdata.01.json"))))
        let hour = Timestamp(year: 2018, month: 6, day: 6, hour: 20), calls = answer.calls(source: "s", hour: hour)
        let table = "awseb-e-dixzws4s9p-stack-StartupSignupsTable-4IMSMHAYX2BA", app = "xray-sample.elasticbeanstalk.com"
        #expect(calls.map { "\($0.from.name) > \($0.to.name): \($0.figures.ok) \($0.figures.errors) \($0.figures.durations.total)" }.sorted() == [
            "clients > \(app): 3 1 4", "\(app) > SNS: 2 0 2", "\(app) > \(table): 2 0 2",
        ].sorted())
        #expect(answer.refused == 0 && answer.nodes.count == 3)
    }
}

/// Events that functions are called with, as Datadog's library is tested on.
@Suite(.enabled(if: XRayData.isThere, "needs ../shared/data, which is not part of the package"))
struct `Contexts that messages carry` {
    @Test(arguments: ["sqs_event", "sqs_event_binary", "sns_event", "sns_sqs_event", "eventbridge_event", "eventbridge_sqs_event", "eventbridge_sns_event"])
    func `the message's own context is found, however it is wrapped`(name: String) throws {
        let data = XRayData.bytes("traces/message-events/\(name).json"), context = try #require(Self.context(in: try JSONValue(parsing: Array(data))))
        // Looked for in the text alone, with all wrapping taken off.
        var text = String(decoding: data, as: UTF8.self)
        for piece in text.split(separator: "\"") where piece.count > 60 { if let inner = Data(base64Encoded: String(piece)) { text += String(decoding: inner, as: UTF8.self) } }
        text = text.replacingOccurrences(of: "\\", with: "").replacingOccurrences(of: " ", with: "")
        func number(_ key: String) throws -> UInt64 { try #require(UInt64(text.components(separatedBy: "\(key)\":\"").dropFirst().first?.prefix { $0.isNumber } ?? "")) }
        #expect(context.carrier == "_datadog")
        #expect(UInt64(context.traceID.suffix(16), radix: 16) == (try number("x-datadog-trace-id")))
        #expect(UInt64(context.spanID ?? "", radix: 16) == (try number("x-datadog-parent-id")))
    }

    /// Of the first attribute that carries one: messages lie in messages, as text.
    private static func context(in value: JSONValue) -> MessageContext? {
        if let text = value.string { return text.hasPrefix("{") ? (try? JSONValue(parsing: Array(text.utf8))).flatMap(context) : nil }
        for item in value.array { if let found = context(in: item) { return found } }
        for member in value.members { if let found = MessageContext.context(name: member.key, value: member.value) ?? context(in: member.value) { return found } }
        return nil
    }
}
