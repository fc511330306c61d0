@testable import Collectors
import JSON
import Telemetry
import Testing

@Suite struct MessageContextTests {
    private let span = "53995c3f42cd8ad8"

    @Test(arguments: [
        ("traceparent", "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01", "5759e988bd862e3fe1be46a994272793"),
        ("messaging.header.traceparent", "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00", "5759e988bd862e3fe1be46a994272793"),
        ("AWSTraceHeader", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", "1-5759e988-bd862e3fe1be46a994272793"),
        ("X-Amzn-Trace-Id", "Lineage=1:a; Parent=53995c3f42cd8ad8 ;Self=x;Root=1-5759e988-bd862e3fe1be46a994272793", "1-5759e988-bd862e3fe1be46a994272793"),
        ("_datadog", #"{"x-datadog-trace-id":"16266516598257821587","x-datadog-parent-id":"6023947403358210776","x-datadog-tags":"_dd.p.dm=-0,_dd.p.tid=5759e988bd862e3f"}"#, "5759e988bd862e3fe1be46a994272793"),
        ("_datadog", #"{"traceparent":"00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"}"#, "5759e988bd862e3fe1be46a994272793"),
    ])
    func `an attribute of a carrier's name holds a context`(_ name: String, _ value: String, _ expected: String) {
        let context = MessageContext.context(name: name, value: .string(value))
        #expect(context?.traceID == expected && context?.spanID == span)
    }

    @Test(arguments: [
        ("traceparent", "ff-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"), ("traceparent", "00-00000000000000000000000000000000-53995c3f42cd8ad8-01"),
        ("traceparent", "00-5759e988bd862e3fe1be46a994272793-0000000000000000-01"), ("traceparent", ""), ("traceparent", "----"), ("AWSTraceHeader", "Parent=53995c3f42cd8ad8"),
        ("AWSTraceHeader", "Root=../../etc;Parent=1"), ("_datadog", "{"), ("_datadog", "AAAA"), ("_datadog", #"{"x-datadog-trace-id":"0"}"#), ("other", "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01"),
    ])
    func `what is no context is none`(_ name: String, _ value: String) { #expect(MessageContext.context(name: name, value: .string(value)) == nil) }

    @Test func `a span of OpenTelemetry is linked by the header that it noted down, but never to its own trace`() throws {
        func links(_ header: String) throws -> [SpanLink] {
            OTLPTraces(try JSONValue(parsing: #"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"process","startTimeUnixNano":"1544712660000000000","attributes":[{"key":"messaging.header.AWSTraceHeader","value":{"stringValue":"\#(header)"}}]}]}]}]}"#)).spans.flatMap(\.links)
        }
        #expect(try links("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8") == [SpanLink(spanID: "eee19b7ec3c1b174", linkedTraceID: "1-5759e988-bd862e3fe1be46a994272793", linkedSpanID: span, kind: "AWSTraceHeader")])
        #expect(try links("Root=1-5b8efff7-98038103d269b633813fc60c") == [])
    }

    @Test func `a segment is linked by the header that its code annotated`() throws {
        let segment = try #require(SegmentDocument(try JSONValue(parsing: #"{"id":"88ad1df59cd7a7be","name":"poll","trace_id":"1-5f29ab21-d4ebf299219a65bd5c31d6da","start_time":1,"end_time":2,"annotations":{"AWSTraceHeader":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"}}"#)))
        #expect(segment.links.map(\.kind) == ["AWSTraceHeader"] && segment.links.first?.linkedSpanID == span)
    }
}
