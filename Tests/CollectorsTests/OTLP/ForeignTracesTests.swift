@testable import Collectors
import JSON
import Telemetry
import Testing

@Suite struct ForeignTracesTests {
    private func otlp(_ span: String, resource: String = #"{"key":"service.name","value":{"stringValue":"shop"}}"#) throws -> OTLPTraces {
        OTLPTraces(try JSONValue(parsing: #"{"resourceSpans":[{"resource":{"attributes":[\#(resource)]},"scopeSpans":[{"spans":[\#(span)]}]}]}"#))
    }

    private func span(_ more: String = "", trace: String = #""5B8EFFF798038103D269B633813FC60C""#, id: String = #""EEE19B7EC3C1B174""#, start: String = #""1544712660000000000""#) -> String {
        #"{"traceId":\#(trace),"spanId":\#(id),"name":"work","startTimeUnixNano":\#(start),"endTimeUnixNano":"1544712661500000000"\#(more)}"#
    }

    @Test(arguments: [#""1544712660000000000""#, "1544712660000000000", "1.54471266e18"])
    func `times are text or numbers`(_ start: String) throws {
        let span = try #require(try otlp(span(start: start)).spans.first)
        #expect(span.span.start == 1_544_712_660 && span.span.end == 1_544_712_661.5 && span.trace == "5b8efff798038103d269b633813fc60c" && span.span.id == "eee19b7ec3c1b174")
        #expect(span.service == "shop" && span.span.parentID == nil)
    }

    @Test func `ids in base64 are the same ids`() throws {
        let imported = try #require(try otlp(span(trace: #""W47/95gDgQPSabYzgT/GDA==""#, id: #""7uGbfsPBsXQ=""#)).spans.first)
        #expect(imported.trace == "5b8efff798038103d269b633813fc60c" && imported.span.id == "eee19b7ec3c1b174")
    }

    @Test(arguments: [#""""#, #""00000000000000000000000000000000""#, #""xyz""#, "7", "null", #""../../etc/passwd""#, #""5B8EFFF798038103D269B633813FC60C00""#])
    func `a span of no trace is refused, the others are kept`(_ id: String) throws {
        let traces = try otlp(span(trace: id) + "," + span())
        #expect(traces.spans.count == 1 && traces.refused == 1)
    }

    @Test func `kinds, states and times without an end are read by number and by name`() throws {
        for (kind, state, wanted) in [("2", "2", TraceSpan.Kind.server), (#""SPAN_KIND_SERVER""#, #""STATUS_CODE_ERROR""#, .server), ("5", "2", .consumer), ("99", #""2""#, .internal)] {
            let found = try #require(try otlp(span(#","kind":\#(kind),"status":{"code":\#(state),"message":"boom for jane@shop.example"}"#)).spans.first?.span)
            #expect(found.kind == wanted && found.status == .fault && found.cause == "boom for <email>")
        }
        let open = try #require(try otlp(#"{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"a","startTimeUnixNano":1544712660000000000,"endTimeUnixNano":"0"}"#).spans.first?.span)
        #expect(open.isInProgress && open.end == nil)
    }

    @Test(arguments: [("404", TraceSpan.Status.error), ("429", .throttle), ("503", .fault)])
    func `a refused request is no fault`(_ code: String, _ status: TraceSpan.Status) throws {
        let found = try otlp(span(#","status":{"code":2},"attributes":[{"key":"http.response.status_code","value":{"intValue":"\#(code)"}}]"#)).spans.first?.span
        #expect(found?.status == status && found?.httpStatus == Int(code))
    }

    @Test func `older names become current ones, and of both the current one counts`() throws {
        let attributes = [("messaging.system", "AmazonSQS"), ("messaging.destination", "old"), ("messaging.destination.name", "orders"), ("messaging.operation", "publish"),
                          ("messaging.message_id", "m-1"), ("app.card", "4111"), ("http.url", "https://x.example/pay?card=4111")]
            .map { #"{"key":"\#($0)","value":{"stringValue":"\#($1)"}}"# }.joined(separator: ",")
        for order in [attributes, attributes.split(separator: ",{").reversed().map { ($0.hasPrefix("{") ? "" : "{") + $0 }.joined(separator: ",")] {
            let found = try #require(try otlp(span(#","kind":4,"attributes":[\#(order)]"#)).spans.first?.span)
            #expect(found.annotations["messaging.destination.name"] == "orders" && found.annotations["messaging.operation.type"] == "send" && found.annotations["messaging.system"] == "aws_sqs")
            #expect(found.resource == "orders" && found.origin == "AWS::SQS::Queue" && found.annotations["http.path"] == "/pay")
            #expect(found.annotations["attributes.left_out"] == "app.card" && !"\(found)".contains("4111"))
        }
    }

    @Test func `links are kept once and lead to other traces`() throws {
        let link = #"{"traceId":"11111111111111111111111111111111","spanId":"2222222222222222"}"#
        let imported = try #require(try otlp(span(#","links":[\#(link),\#(link),{"traceId":"x"},7]"#)).spans.first)
        #expect(imported.links == [SpanLink(spanID: "eee19b7ec3c1b174", linkedTraceID: "11111111111111111111111111111111", linkedSpanID: "2222222222222222")])
    }

    @Test func `Jaeger's short and wordy ids get the length that ids have`() throws {
        let traces = JaegerTraces(try JSONValue(parsing: #"{"data":[{"traceID":"6c3cf93508f205","spans":[{"traceID":"6c3cf93508f205","spanID":"1a","operationName":"a","startTime":1679437737490189,"duration":36,"references":[{"refType":"CHILD_OF","traceID":"6c3cf93508f205","spanID":"span-1"}],"processID":"p1","tags":[{"key":"error","type":"bool","value":"true"}]}],"processes":{"p1":{"serviceName":"one"}}}]}"#))
        let span = try #require(traces.spans.first)
        #expect(span.trace == "00000000000000000000006c3cf93508f205".suffix(32) && span.span.id == "000000000000001a" && span.span.parentID?.utf8.count == 16)
        #expect(span.span.start == 1_679_437_737.490189 && abs((span.span.end ?? 0) - 1_679_437_737.490225) < 1e-6 && span.span.status == .fault && span.service == "one")
    }

    @Test(arguments: ["{}", "[]", "7", "null", #"{"data":7}"#, #"{"data":[{"spans":7}]}"#, #"{"spans":[7,{},{"traceID":1}]}"#, #"{"resourceSpans":[7,{"scopeSpans":[{"spans":[{}]}]}]}"#])
    func `garbage is no span and no trap`(_ text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(OTLPTraces(value).spans.isEmpty && JaegerTraces(value).spans.isEmpty)
    }
}
