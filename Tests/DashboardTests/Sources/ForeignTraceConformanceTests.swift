@testable import Collectors
import Foundation
import JSON
@testable import Site
import Telemetry
import Testing

/// Public trace files beside the package. They are not part of it: licences differ.
private enum TraceData {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data/traces").path
    static let isThere = FileManager.default.fileExists(atPath: root + "/otlp/otel-demo")
    static func files(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []).filter { $0.hasSuffix(".json") || $0.hasSuffix(".jsonl") }.sorted().map { "\(folder)/\($0)" }
    }
    static let otlp = ["data-prepper", "jaeger-storage", "jaeger-ui", "otel-demo", "proto"].flatMap { files("otlp/" + $0) }.filter { !$0.hasSuffix("-out.json") && $0 != shortIDs }
    /// Its ids are 8 and 14 bytes long, which the protocol does not allow.
    static let shortIDs = "otlp/data-prepper/test-request-multiple-traces.json"
    static let jaeger = files("jaeger/statistics") + ["jaeger/TracePage_TraceGraph_testTrace.json", "jaeger/TracePage_TraceFlamegraph_testTrace.json", "jaeger/anonymizer/trace_success.json", "otlp/jaeger-ui/otlp2jaeger-out.json"]
}

/// A trace worked out in the plainest way there is, from the file alone.
private struct PlainSpan {
    var id: String, parent: String?, start: Double, end: Double
    var links: Set<String> = []
}

private typealias Members = [String: Any]

private enum PlainReader {
    static func documents(_ path: String) -> [Members] {
        let text = String(decoding: FileManager.default.contents(atPath: "\(TraceData.root)/\(path)") ?? Data(), as: UTF8.self)
        let parts = path.hasSuffix(".jsonl") ? text.split(separator: "\n").map(String.init) : [text]
        return parts.flatMap { part -> [Members] in
            let value = try? JSONSerialization.jsonObject(with: Data(part.utf8))
            return (value as? [Members]) ?? (value as? Members).map { [$0] } ?? []
        }
    }

    static func hex(_ value: Any?) -> String {
        let text = value as? String ?? ""
        guard text.hasSuffix("="), let data = Data(base64Encoded: text) else { return text.lowercased() }
        return data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func number(_ value: Any?) -> Double { (value as? NSNumber)?.doubleValue ?? (value as? String).flatMap(Double.init) ?? 0 }

    /// Trace to its spans; of a span that is there twice the last counts.
    static func otlp(_ path: String) -> [String: [String: PlainSpan]] {
        var traces: [String: [String: PlainSpan]] = [:]
        for resource in documents(path).flatMap({ $0["resourceSpans"] as? [Members] ?? [] }) {
            for span in ((resource["scopeSpans"] ?? resource["instrumentationLibrarySpans"]) as? [Members] ?? []).flatMap({ $0["spans"] as? [Members] ?? [] }) {
                let id = hex(span["spanId"]), parent = hex(span["parentSpanId"])
                let links = Set((span["links"] as? [Members] ?? []).map { "\(hex($0["traceId"]))/\(hex($0["spanId"]))" })
                traces[hex(span["traceId"]), default: [:]][id] = PlainSpan(id: id, parent: parent.isEmpty ? nil : parent, start: number(span["startTimeUnixNano"]) / 1e9,
                                                                         end: number(span["endTimeUnixNano"]) / 1e9, links: links)
            }
        }
        return traces
    }

    static func jaeger(_ path: String) -> [String: [String: PlainSpan]] {
        var spans: [Members] = []
        for document in documents(path) {
            let data = document["data"]
            let traces = (data as? [Members]) ?? (data as? Members).map { [$0] } ?? [document]
            for trace in traces { spans += (trace["spans"] as? [Members]) ?? [trace] }
        }
        var traces: [String: [String: PlainSpan]] = [:]
        for span in spans {
            let trace = span["traceID"] as? String ?? "", id = span["spanID"] as? String ?? ""
            let references = span["references"] as? [Members] ?? []
            let parent = references.first { $0["refType"] as? String == "CHILD_OF" && $0["traceID"] as? String == trace } ?? references.first { $0["traceID"] as? String == trace }
            let start = number(span["startTime"]) / 1e6
            traces[trace, default: [:]][id] = PlainSpan(id: id, parent: parent?["spanID"] as? String, start: start, end: start + number(span["duration"]) / 1e6)
        }
        return traces
    }

    /// Time of a span in which none of its children was at work: every stretch between two edges is looked at by itself.
    static func selfTime(of span: PlainSpan, among spans: [PlainSpan]) -> Double {
        let children = spans.filter { $0.parent == span.id && $0.id != span.id }
        let edges = Set([span.start, span.end] + children.flatMap { [$0.start, $0.end] }.filter { $0 > span.start && $0 < span.end }).sorted()
        return zip(edges, edges.dropFirst()).reduce(0) { sum, stretch in
            let middle = (stretch.0 + stretch.1) / 2
            return children.contains { $0.start <= middle && middle < $0.end } ? sum : sum + stretch.1 - stretch.0
        }
    }
}

@Suite(.enabled(if: TraceData.isThere, "needs ../shared/data, which is not part of the package"))
struct `Foreign traces equal a plain reading` {
    private func read(_ path: String, _ format: FilesCollector.Format) async -> [Trace] {
        let order = CollectionOrder(tenant: "t", source: "files", services: [ServiceOrder(id: "s")], now: Timestamp(year: 2026, month: 11, day: 1))
        return await FilesCollector(folder: DiskFolder(TraceData.root), entries: [.init(path: path, format: format)]).harvest(order).traces
    }

    /// - Parameter name: how the file's own ids are told from ours: words that are no hex digits get digits of their own.
    private func compare(_ traces: [Trace], _ plain: [String: [String: PlainSpan]], _ path: String, trace: (String) -> String?, span: (String) -> String?) {
        #expect(traces.count == plain.count, "\(path): number of traces")
        #expect(traces.reduce(0) { $0 + $1.spans.count } == plain.values.reduce(0) { $0 + $1.count }, "\(path): number of spans")
        for (id, spans) in plain {
            guard let found = traces.first(where: { $0.id == trace(id) }) else { Issue.record("\(path): trace \(id) is missing"); continue }
            let timing = TraceTiming(found)
            let start = spans.values.map(\.start).min() ?? 0, end = spans.values.map(\.end).max() ?? 0
            #expect(abs(timing.start - start) < 1e-6, "\(path): start of \(id)")
            #expect(abs(timing.duration - (end - start)) < 1e-6, "\(path): total of \(id)")
            for wanted in spans.values {
                guard let row = timing.rows.first(where: { $0.span.id == span(wanted.id) }) else { Issue.record("\(path): span \(wanted.id) is missing"); continue }
                #expect(row.span.parentID == wanted.parent.flatMap(span), "\(path): parent of \(wanted.id)")
                let early = abs(row.start - (wanted.start - start)), late = abs(row.end - (wanted.end - start))
                #expect(early < 1e-6 && late < 1e-6, "\(path): times of \(wanted.id)")
                #expect(abs(row.selfSeconds - PlainReader.selfTime(of: wanted, among: Array(spans.values))) < 2e-6, "\(path): own time of \(wanted.id)")
                let links = Set(found.links.filter { $0.spanID == row.span.id }.map { "\($0.linkedTraceID)/\($0.linkedSpanID ?? "")" })
                #expect(links == wanted.links, "\(path): links of \(wanted.id)")
            }
        }
    }

    @Test(arguments: TraceData.otlp) func `OTLP`(path: String) async {
        let plain = PlainReader.otlp(path).filter { !$0.key.isEmpty }
        compare(await read(path, .otlpTraces), plain, path, trace: { $0 }, span: { $0 })
    }

    @Test(arguments: TraceData.jaeger) func `Jaeger`(path: String) async {
        compare(await read(path, .jaegerTraces), PlainReader.jaeger(path), path, trace: { ForeignID.jaeger(trace: .string($0)) }, span: { ForeignID.jaeger(span: .string($0)) })
    }

    @Test func `the OpenTelemetry demo has its 53 links, 547 spans and 141 traces`() async {
        let traces = await read("otlp/otel-demo/test_data.jsonl", .otlpTraces)
        #expect(traces.count == 141)
        #expect(traces.flatMap(\.spans).count == 547)
        #expect(traces.flatMap(\.links).count == 53)
        let ids = Set(traces.map(\.id))
        #expect(traces.flatMap(\.links).allSatisfy { ids.contains($0.linkedTraceID) })
    }

    @Test func `ids of a length that the protocol does not know are refused`() async {
        #expect(!PlainReader.otlp(TraceData.shortIDs).isEmpty)
        #expect(await read(TraceData.shortIDs, .otlpTraces) == [])
    }

    @Test func `the same spans in OTLP and in Jaeger's form are the same trace`() async throws {
        let otlp = try #require(await read("otlp/jaeger-ui/otlp2jaeger-in.json", .otlpTraces).first), jaeger = try #require(await read("otlp/jaeger-ui/otlp2jaeger-out.json", .jaegerTraces).first)
        #expect(otlp.id == jaeger.id)
        #expect(otlp.spans.map(\.id) == jaeger.spans.map(\.id))
        #expect(otlp.spans.map(\.parentID) == jaeger.spans.map(\.parentID))
        #expect(otlp.spans.map(\.kind) == jaeger.spans.map(\.kind))
        #expect(otlp.spans.map(\.annotations) == jaeger.spans.map(\.annotations))
    }
}
