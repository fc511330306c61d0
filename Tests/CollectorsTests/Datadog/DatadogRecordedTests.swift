@testable import Collectors
import Curl
import Foundation
import JSON
import Telemetry
import Testing
import Yams

/// Exchanges with the real Datadog API that lie beside the package.
private enum Recorded {
    struct Exchange: Sendable {
        var url: String
        var status: Int
        var body: String
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data/traces").path
    static let isThere = FileManager.default.fileExists(atPath: root + "/datadog-api/v2")
    static let files = ["v1", "v2"].flatMap { version in
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(root)/datadog-api/\(version)")) ?? []).filter { $0.hasSuffix(".yaml") }.sorted().map { "\(version)/\($0)" }
    }

    static func exchanges(_ file: String) throws -> [Exchange] {
        let text = try String(contentsOfFile: "\(root)/datadog-api/\(file)", encoding: .utf8)
        let items = try #require(try Yams.compose(yaml: text)?.mapping?["interactions"]?.sequence)
        return try items.map { item in
            let response = try #require(item["response"])
            return Exchange(url: try #require(item["request"]?["uri"]?.string), status: try #require(response["status"]?["code"]?.int), body: response["body"]?["string"]?.string ?? "")
        }
    }

    static func json(_ exchange: Exchange) throws -> JSONValue { try JSONValue(parsing: Array(exchange.body.utf8)) }
    static func payload(_ name: String) -> [UInt8] { FileManager.default.contents(atPath: "\(root)/datadog-trace-payload/\(name).json").map(Array.init) ?? [] }
}

@Suite(.enabled(if: Recorded.isThere, "needs ../shared/data, which is not part of the package"))
struct `Recorded exchanges with Datadog` {
    /// Read a second time in the simplest way there is.
    private func plain(_ document: JSONValue) -> [(trace: String, span: String, parent: String, start: String, duration: Double, name: String)] {
        (document["data"]?.array ?? []).compactMap { item in
            guard let body = item["attributes"], let trace = body["trace_id"]?.string, let span = body["span_id"]?.string, let parent = body["parent_id"]?.string,
                  let start = body["start_timestamp"]?.string, let duration = body["custom"]?["duration"]?.number, let name = body["resource_name"]?.string else { return nil }
            return (trace, span, parent, start, duration, name)
        }
    }

    private func hex(_ decimal: String) throws -> String {
        let digits = String(try #require(UInt64(decimal)), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    @Test func `all of them are here`() { #expect(Recorded.files.count == 43) }

    @Test(arguments: ["v2/get_a_list_of_spans_returns_ok_response.yaml", "v2/get_a_list_of_spans_returns_ok_response_with_pagination.yaml"])
    func `every recorded span is read as it is`(_ file: String) throws {
        var count = 0
        for exchange in try Recorded.exchanges(file) {
            let document = try Recorded.json(exchange), page = DatadogSpansPage(document), expected = plain(document)
            #expect(page.refused == 0 && page.spans.count == expected.count && page.after == document["meta"]?["page"]?["after"]?.string)
            for (read, said) in zip(page.spans, expected) {
                let span = read.imported.span
                #expect(try span.id == hex(said.span) && span.parentID == hex(said.parent) && read.imported.trace == "0000000000000000" + hex(said.trace) && read.searchID == said.trace)
                let start = try #require(Timestamp.epoch(rfc3339: said.start))
                #expect(span.start == start && abs((span.end ?? 0) - start - said.duration / 1e9) < 1e-6 && span.kind == .server && span.status == .ok)
                #expect(span.name == said.name && read.imported.service == "java-sample-app-spartancrimson")
            }
            count += expected.count
        }
        #expect(count == (file.contains("pagination") ? 3 : 10))
    }

    @Test func `each page's cursor is what the next request carried, and the last page is empty`() throws {
        let exchanges = try Recorded.exchanges("v2/get_a_list_of_spans_returns_ok_response_with_pagination.yaml")
        for (page, next) in zip(exchanges, exchanges.dropFirst()) {
            let after = try #require(DatadogSpansPage(try Recorded.json(page)).after)
            #expect(next.url.contains("page%5Bcursor%5D=" + after.replacing("=", with: "%3D")))
        }
        let last = DatadogSpansPage(try Recorded.json(try #require(exchanges.last)))
        #expect(last.spans.isEmpty && last.after == nil)
    }

    @Test func `points of both versions of the API are those that were recorded`() throws {
        let first = try Recorded.json(try #require(try Recorded.exchanges("v1/query_timeseries_points_returns_ok_response.yaml").first)), old = DatadogSeries(first)
        let pairs = first["series"]?.array.first?["pointlist"]?.array ?? []
        #expect(old.mistake == nil && old.refused == 0 && old.series.count == 1 && old.series.first?.points.count == 288 && pairs.count == 288)
        #expect(old.series.first?.points.first == .init(time: Timestamp(seconds: 1_641_344_100), value: 91.4583840476142))
        #expect(old.series.first?.points.map(\.value) == pairs.compactMap { $0.array.last?.number })
        let new = DatadogSeries(try Recorded.json(try #require(try Recorded.exchanges("v2/timeseries_cross_product_query_returns_ok_response.yaml").first)))
        #expect(new.series.map { $0.points.map(\.value) } == [[1, 1, 87]] && new.series.first?.points.last?.time == Timestamp(seconds: 1_711_980_225))
    }

    /// Whatever was recorded as refused is a refusal here, in Datadog's own words.
    @Test(arguments: Recorded.files) func `a refusal keeps Datadog's words, a good answer is a document`(_ file: String) async throws {
        for exchange in try Recorded.exchanges(file) {
            let web = ScriptedWeb { _, _ in .text(exchange.status, exchange.body) }
            let desk = WebDesk(WebService(title: "Datadog", endpoint: "http://dd.example", headers: [:], isOwnEndpoint: false, keyRemedy: "Check the keys."),
                               order: CollectionOrder(tenant: "t", source: "s", services: [], now: ScriptedWeb.now), environment: web.environment)
            let answer = await desk.document(WebCall("datadog:Any", path: "/"))
            guard exchange.status >= 400 else {
                if !exchange.body.isEmpty { #expect(throws: Never.self) { try answer.get() } }
                continue
            }
            #expect(throws: WebRefusal.self) { try answer.get() }
            let message = try #require(await desk.problems.first?.message), error = try Recorded.json(exchange)["errors"]?.array.first
            let words = try #require(error?.string ?? error?["detail"]?.string ?? error?["title"]?.string)
            #expect(message.contains("status \(exchange.status)") && message.contains(Collectors.Redactor.redacted(words, limit: 200)), "\(message)")
        }
    }

    @Test(arguments: [("basic", 3), ("inferred_span", 0), ("inferred_span_service_tag", 0), ("span_env_tag", 0), ("xray_reparent", 3)])
    func `a trace payload of the forwarder is read span by span`(_ name: String, _ count: Int) throws {
        let document = try JSONValue(parsing: Recorded.payload(name)), payload = DatadogTracePayload(document)
        let items = (document["trace"]?["traces"]?.array ?? []).flatMap(\.array)
        #expect(payload.isTraces && payload.refused == 0 && payload.spans.count == items.count && !items.isEmpty && (count == 0 || items.count == count))
        for (read, item) in zip(payload.spans, items) {
            #expect(read.span.id == item["span_id"]?.string?.lowercased() && read.trace == "0000000000000000" + (item["trace_id"]?.string?.lowercased() ?? ""))
            #expect(read.span.parentID == (item["parent_id"]?.string == "0000000000000000" ? nil : item["parent_id"]?.string?.lowercased()))
            let duration = try #require(item["duration"]?.number) / 1e9
            #expect(abs((read.span.end ?? 0) - read.span.start - duration) < 1e-6 && read.span.name == item["resource"]?.string && read.service == item["service"]?.string)
            #expect(read.span.isInferred == (item["meta"]?["_inferred_span.tag_source"] != nil))
            #expect(read.span.annotations["faas.coldstart"] == item["meta"]?["cold_start"]?.string)
        }
    }

    @Test func `a payload lies in a folder as any other trace`() async throws {
        let folder = DiskFolder(Recorded.root + "/datadog-trace-payload")
        let order = CollectionOrder(tenant: "t", source: "files", services: [ServiceOrder(id: "s")], now: Timestamp(year: 2026, month: 1, day: 1))
        let harvest = await FilesCollector(folder: folder, entries: [.init(path: "*.json", format: .datadogTraces, traceGroup: "dd")]).harvest(order)
        // Two recordings hold the same trace.
        #expect(Set(harvest.traces.map(\.id)).count == harvest.traces.count && harvest.traces.count == 3 && harvest.problems.isEmpty, "\(harvest.problems)")
    }
}
