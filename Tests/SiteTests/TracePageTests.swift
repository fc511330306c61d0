import JSON
@testable import Site
import Storage
import Telemetry
import Testing

/// Trace pages of traces that nobody would wish for: whatever comes, the page stays bounded, well formed and says what it leaves out.
struct TracePageTests {
    private static let base = Double(SyntheticTenant.now.seconds) - 600
    static let hostile = WholeSiteTests.hostile + String(repeating: "long name ", count: 1_000) + "\u{202E}🙂\n<script>"

    private static func span(_ id: Int, _ parent: Int?, _ name: String, _ from: Double, _ to: Double?, origin: String? = nil, resource: String? = nil, kind: TraceSpan.Kind = .internal, status: TraceSpan.Status = .ok) -> TraceSpan {
        TraceSpan(id: hex(id), parentID: parent.map(hex), name: name, kind: kind, origin: origin, resource: resource, start: base + from, end: to.map { base + $0 }, status: status)
    }

    private static func hex(_ number: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, 16 - text.count)) + text
    }

    private static func trace(_ id: Int, _ spans: [TraceSpan], links: [SpanLink] = []) -> Trace {
        Trace(id: "1-6aab5e29-00000000" + hex(id), group: "webhook", spans: spans, links: links)
    }

    private func page(_ trace: Trace, with others: [Trace] = []) throws -> (html: String, json: JSONValue) {
        let store = try SyntheticTenant.store()
        var harvest = Harvest(window: TimeWindow(from: SyntheticTenant.now, to: SyntheticTenant.now))
        harvest.traces = [trace] + others
        try store.record(harvest, at: SyntheticTenant.now)
        let picture = try TenantPicture.read(SyntheticTenant.site(), from: store, now: SyntheticTenant.now)
        let tenant = TenantFrame(picture, theme: try SyntheticTenant.theme(), hasTraces: true)
        let pages = try TracePage(picture, group: TraceGroupSite(id: "webhook", title: "Webhook"), trace: trace, store: store).pages(tenant)
        let html = try #require(pages.first { $0.path.hasSuffix(".html") }), json = try #require(pages.first { $0.path.hasSuffix(".json") })
        return (String(decoding: html.bytes, as: UTF8.self), try JSONValue(parsing: json.bytes))
    }

    private static func wide(_ count: Int) -> Trace {
        trace(1, [span(1, nil, "root", 0, 10)] + (2...count).map { at in span(at, at < 20 ? 1 : at / 3, "call \(at)", Double(at) / Double(count) * 9, Double(at) / Double(count) * 9 + 0.4, origin: "AWS::DynamoDB::Table", resource: "orders") })
    }

    @Test(arguments: [(500, 180_000), (5_000, 180_000)]) func `a page of many spans stays small and says what it leaves out`(_ count: Int, _ limit: Int) throws {
        let (html, json) = try page(Self.wide(count))
        #expect(html.utf8.count <= limit, "\(html.utf8.count)")
        #expect(html.contains("left out; the JSON file has every span") && json["spans"]?.array.count == count)
    }

    @Test func `spans in a circle, without a parent, and from other clocks are drawn and told`() throws {
        let (html, json) = try page(Self.trace(1, [
            Self.span(1, nil, "root", 0, 1), Self.span(2, 99, "orphan", 0.1, 0.2), Self.span(3, 4, "circle a", 0.3, 0.4), Self.span(4, 3, "circle b", 0.3, 0.4),
            Self.span(5, 1, "early", -0.5, 0.2), Self.span(6, 1, "long", 0.5, 7), Self.span(7, 7, "own parent", 0.1, 0.2), Self.span(8, 1, "open", 0.2, nil),
        ]))
        for word in ["The parent of 1 span is not in the trace", "2 spans only lead to each other", "1 span begins before what called it: two clocks disagree", "1 span ends after what called it", "incomplete"] {
            #expect(html.contains(word), "\(word)")
        }
        let spans = json["spans"]?.array ?? []
        #expect(spans.count == 8 && spans.allSatisfy { ($0["start"]?.number ?? -1) >= 0 && ($0["self"]?.number ?? -1) >= 0 })
        #expect(spans.first { $0["name"]?.string == "open" }?["duration"] == .null)
        #expect(json["duration"]?.number == 7.5)
    }

    @Test func `a span without an end has no time of its own and no right edge, and nobody is slow for it`() throws {
        let trace = Self.trace(1, [Self.span(1, nil, "root", 0, 0.1), Self.span(2, 1, "work", 0.01, 0.09), Self.span(3, 2, "send", 0.05, nil), Self.span(4, 1, "late", 180, 181)])
        let timing = TraceTiming(trace), shares = timing.shares(), open = try #require(timing.rows.first { $0.span.name == "send" })
        #expect(open.selfSeconds == 0 && open.end <= 0.09 + 1e-6 && !shares.contains { $0.doing.english.contains("send") })
        #expect(abs((shares.first { $0.doing == "work" }?.seconds ?? 0) - 0.08) < 1e-6 && abs(shares.reduce(0) { $0 + $1.seconds } - 181) < 1e-6)
        let (html, json) = try page(trace)
        let row = html.components(separatedBy: "<span class=\"sub\">incomplete</span>").dropFirst().first?.components(separatedBy: "</tr>").first ?? ""
        #expect(row.contains("<line class=\"e3\"") && !row.contains("<rect") && row.components(separatedBy: "<td role=\"cell\" class=\"n\">–</td>").count == 3, "\(row)")
        #expect(json["spans"]?.array.first { $0["name"]?.string == "send" }?["self"]?.number == 0)
    }

    @Test(arguments: [true, false]) func `between two attempts nobody works: that is back-off`(_ isOneSegment: Bool) throws {
        let attempts = [(10, 1, 0.1, 0.3), (20, 2, 60.1, 60.7)].flatMap { id, number, from, to -> [TraceSpan] in
            isOneSegment ? [Self.span(id, 2, "Attempt #\(number)", from, to)]
                : [Self.span(id, 1, "work", from - 0.05, to, origin: "AWS::Lambda", status: .fault), Self.span(id + 1, id, "Attempt #\(number)", from, to)]
        }
        let trace = Self.trace(1, [Self.span(1, nil, "api", 0, 0.03)] + (isOneSegment ? [Self.span(2, 1, "work", 0.1, 60.7, origin: "AWS::Lambda")] : []) + attempts)
        let timing = TraceTiming(trace), shares = timing.shares(), wait = isOneSegment ? 59.8 : 59.75
        let backOff = shares.first { $0.doing.english.hasPrefix("Back-off between attempts of ") }
        #expect(abs((backOff?.seconds ?? 0) - wait) < 1e-3 && shares.first?.doing == backOff?.doing, "\(shares)")
        #expect(timing.rows.allSatisfy { $0.selfSeconds < 1 } && abs(shares.reduce(0) { $0 + $1.seconds } - 60.7) < 1e-3)
        #expect(try page(trace).html.contains("after a back-off of") && page(trace).html.contains("class=\"dw\""))
    }

    @Test func `foreign words stay words`() throws {
        let (html, json) = try page(Self.trace(1, [Self.span(1, nil, Self.hostile, 0, 1, origin: Self.hostile, resource: Self.hostile, status: .fault)], links: [SpanLink(spanID: Self.hex(1), linkedTraceID: "x", kind: Self.hostile, name: Self.hostile)]))
        #expect(!html.contains("<img") && !html.contains("<script>") && !html.contains("onerror=alert(1)>"))
        #expect(json["spans"]?.array.first?["name"]?.string == Self.hostile)
    }

    @Test func `calls that repeat are one row, those that failed are not`() throws {
        let calls = (2...13).map { Self.span($0, 1, "PutItem", Double($0) / 20, Double($0) / 20 + 0.02, resource: "orders") }
        let (html, json) = try page(Self.trace(1, [Self.span(1, nil, "root", 0, 1)] + calls + [Self.span(20, 1, "PutItem", 0.9, 0.95, resource: "orders", status: .throttle)]))
        #expect(html.contains("PutItem × 12") && html.contains("throttle 429"))
        #expect(json["spans"]?.array.count == 14)
    }

    @Test func `the overlap is stated and each millisecond counted once`() throws {
        let (html, _) = try page(SyntheticTenant.trace())
        #expect(html.contains("Encrypt and PutItem overlap by 36\u{A0}ms: 140\u{A0}ms and 200\u{A0}ms fit into 304\u{A0}ms."))
        let timing = TraceTiming(SyntheticTenant.trace()), shares = timing.shares()
        #expect(abs(shares.reduce(0) { $0 + $1.seconds } - timing.duration) < 1e-9)
        #expect(abs((shares.first { $0.doing == "Encrypt key and PutItem users together" }?.seconds ?? 0) - 0.036) < 1e-6)
    }

    @Test func `who is cold, who waited and what decided the duration is marked`() throws {
        let (html, _) = try page(Self.trace(1, [
            Self.span(1, nil, "work", 0, 1, origin: "AWS::Lambda", kind: .server), Self.span(2, 1, "Dwell Time", 0, 0.2), Self.span(3, 1, "work", 0.2, 1, origin: "AWS::Lambda::Function", kind: .server),
            Self.span(4, 3, "Initialization", 0.2, 0.5), Self.span(5, 3, "Invocation", 0.5, 1), Self.span(6, 3, "aside", 0.55, 0.6),
        ]))
        #expect(html.contains("cold: init 300\u{A0}ms") && html.contains("class=\"dw\"") && html.contains("names decided the duration"))
        #expect(html.contains("<span>aside</span>") && html.contains("<span class=\"b\">Invocation</span>"))
    }

    private static let sender = trace(1, [span(1, nil, "send", 0, 0.3, kind: .server), span(2, 1, "SQS", 0.1, 0.2, origin: "AWS::SQS::Queue", resource: "orders.fifo", kind: .producer)])
    private static func taker(_ links: [SpanLink] = []) -> Trace { trace(2, [span(11, nil, "subscribe-to-sqs", 1.2, 1.5, origin: "AWS::Lambda::Function", resource: "subscribe-to-sqs", kind: .server)], links: links) }

    @Test func `a message is followed by the link of either side, each trace on its own clock`() throws {
        let back = SpanLink(spanID: Self.hex(11), linkedTraceID: Self.sender.id, linkedSpanID: Self.hex(2))
        for (trace, others) in [(Self.sender, [Self.taker([back])]), (Self.trace(1, Self.sender.spans, links: [SpanLink(spanID: Self.hex(2), linkedTraceID: Self.taker().id, kind: "child")]), [Self.taker()])] {
            let (html, _) = try page(trace, with: others)
            #expect(html.contains("Then (linked): dwell 1.0\u{A0}s after SQS, 300\u{A0}ms of work") || html.contains("Then (linked): dwell 1\u{A0}s after SQS, 300\u{A0}ms of work"), "\(html.components(separatedBy: "Then (").dropFirst().first?.prefix(80) ?? "no link")")
            #expect(html.contains("waiting to be picked up") && !html.contains("stroke-dasharray=\"3 2\""))
        }
        let (html, _) = try page(Self.taker([back]), with: [Self.sender])
        #expect(html.contains("Before: this trace goes on with a message of the following one (linked)"))
    }

    @Test func `links beyond the first few are named as linked, not as lost`() throws {
        let takers = (0..<6).map { Self.trace(10 + $0, [Self.span(50 + $0, nil, "taker \($0)", 1, 1.5)]) }
        let (html, _) = try page(Self.trace(1, [Self.span(1, nil, "a", 0, 1)], links: takers.map { SpanLink(spanID: Self.hex(1), linkedTraceID: $0.id, kind: "child") }), with: takers)
        #expect(html.components(separatedBy: "Then (linked)").count == 5 && html.contains("Linked as well, beyond the first 4, which are drawn: 1-6aab5e29-") && !html.contains("Not kept"))
    }

    @Test func `of many calls at once three are named and the others counted, and each moment counts once`() {
        let spans = (0..<200).map { at in
            let name = "call \(String(String(1_000 + at).dropFirst()))"
            return Self.span(at + 2, 1, name, Double(at) / 200, 2 + Double(at) / 200)
        }
        let timing = TraceTiming(Self.trace(1, [Self.span(1, nil, "root", 0, 3)] + spans)), shares = timing.shares()
        #expect(shares.contains { $0.doing == "call 000, call 001, call 002 and 197 others together" } && shares.contains { $0.doing == "call 198 and call 199 together" })
        #expect(Set(shares.map(\.doing)).count == shares.count && abs(shares.reduce(0) { $0 + $1.seconds } - timing.duration) < 1e-6)
    }

    @Test func `a wait that two clocks deny or nobody knows is not said to be nothing`() throws {
        let early = Self.trace(2, [Self.span(11, nil, "subscribe-to-sqs", 0.1, 0.5, kind: .server)], links: [SpanLink(spanID: Self.hex(11), linkedTraceID: Self.sender.id, linkedSpanID: Self.hex(2))])
        #expect(try page(Self.sender, with: [early]).html.contains("Then (linked): it began 100\u{A0}ms before the message was sent, so two clocks disagree and the dwell is unknown, 400\u{A0}ms of work"))
        let stray = Self.trace(2, early.spans, links: [SpanLink(spanID: Self.hex(11), linkedTraceID: Self.sender.id, linkedSpanID: Self.hex(77))])
        #expect(try page(Self.sender, with: [stray]).html.contains("the dwell is unknown, for the sending span is not in this trace"))
    }

    @Test func `without a link the queue and the time are a guess, drawn dashed`() throws {
        let (html, json) = try page(Self.sender, with: [Self.taker()])
        #expect(html.contains("Perhaps continued: nothing links the two, but the queue orders.fifo and time fit. Drawn dashed.") && html.contains("stroke-dasharray=\"3 2\""))
        // A guess is no fact for other tools.
        #expect(json["links"]?.array == [])
        #expect(try !page(Self.taker(), with: [Self.sender]).html.contains("Perhaps"))
    }

    @Test func `links that lead to nothing on record are named`() throws {
        let links = (0..<20).map { SpanLink(spanID: Self.hex(1), linkedTraceID: "1-6aab5e29-00000000" + Self.hex(1_000 + $0), name: $0 == 0 ? "consumer" : nil) }
        let (html, json) = try page(Self.trace(1, [Self.span(1, nil, "a", 0, 1)], links: links))
        #expect(html.contains("Not kept, so not drawn: consumer, 1-6aab5e29-") && html.contains("and 12 others"))
        #expect(json["links"]?.array.count == 20)
    }
}
