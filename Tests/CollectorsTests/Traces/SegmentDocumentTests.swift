import Collectors
import JSON
import Telemetry
import Testing

@Suite struct `Segment documents` {
    private func spans(_ text: String) throws -> SegmentDocument? { SegmentDocument(try JSONValue(parsing: text)) }

    @Test func `nested work keeps its parents, times and calls`() throws {
        let segment = try #require(try spans(#"{"trace_id":"1-5f29ab21-d4ebf299219a65bd5c31d6da","id":"88ad1df59cd7a7be","name":"work","start_time":1596566305.535414,"end_time":1596566305.5928545,"origin":"AWS::Lambda::Function","annotations":{"order":7,"mail":"a@b.example"},"metadata":{"default":{"secret":"canary"}},"user":"canary","subsegments":[{"id":"7df694142c905d8d","name":"DynamoDB","start_time":1596566305.6,"end_time":1596566305.7,"namespace":"aws","throttle":true,"error":true,"aws":{"operation":"PutItem","table_name":"items","retries":2},"http":{"response":{"status":400}}}]}"#))
        #expect(segment.spans.map(\.id) == ["88ad1df59cd7a7be", "7df694142c905d8d"])
        let (root, call) = (segment.spans[0], segment.spans[1])
        #expect(root.start == 1596566305.535414 && root.end == 1596566305.5928545 && root.kind == .server)
        #expect(call.parentID == root.id && call.kind == .client && call.status == .throttle && call.resource == "items" && call.origin == "AWS::DynamoDB")
        #expect(root.annotations == ["order": "7", "mail": "<email>"] && call.annotations["aws.retries"] == "2")
        #expect(!"\(segment)".contains("canary"))
    }

    @Test func `links are kept once`() throws {
        let link = #"{"trace_id":"1-654c0558-630340be09e985eb352a72e6","id":"2acd99f6ce4d0822","attributes":{"aws.xray.reserved.reference_type":"child"}}"#
        let segment = try spans(#"{"id":"88ad1df59cd7a7be","name":"a","start_time":1,"in_progress":true,"links":[\#(link),\#(link),{"trace_id":"x"}]}"#)
        #expect(segment?.links == [SpanLink(spanID: "88ad1df59cd7a7be", linkedTraceID: "1-654c0558-630340be09e985eb352a72e6", linkedSpanID: "2acd99f6ce4d0822", kind: "child")])
        #expect(segment?.spans.first?.isInProgress == true && segment?.spans.first?.end == nil)
    }

    @Test(arguments: [#"{"id":"88ad1df59cd7a7be","name":"a"}"#, #"{"id":"../../x","name":"a","start_time":1}"#, #"{"name":"a","start_time":1}"#, "7", "[]",
                      #"{"id":"88ad1df59cd7a7be","name":"a","start_time":1e300}"#])
    func `a document without id, name or start is refused`(text: String) throws { #expect(try spans(text) == nil) }

    @Test func `a finished document replaces the unfinished one, in either order`() throws {
        let open = try JSONValue(parsing: #"{"id":"88ad1df59cd7a7be","name":"a","start_time":1,"in_progress":true}"#)
        let done = try JSONValue(parsing: #"{"id":"88ad1df59cd7a7be","name":"a","start_time":1,"end_time":2}"#)
        for documents in [[open, done], [done, open]] {
            let trace = BatchGetTracesAnswer.trace(id: "x", group: "g", documents: documents).0
            #expect(trace?.spans.map(\.end) == [2] && trace?.isComplete == true)
        }
    }

    @Test func `both Lambda segments stay, and a broken document costs itself alone`() {
        let body: JSONValue = ["Traces": [["Id": "1-5f29ab21-d4ebf299219a65bd5c31d6da", "LimitExceeded": true, "Segments": [
            ["Document": #"{"id":"1111111111111111","name":"f","start_time":1,"end_time":3,"origin":"AWS::Lambda"}"#],
            ["Document": #"{"id":"2222222222222222","parent_id":"1111111111111111","name":"f","start_time":2,"end_time":3,"origin":"AWS::Lambda::Function"}"#],
            ["Document": "not json"],
        ]]]]
        let answer = BatchGetTracesAnswer(body, group: "g")
        #expect(answer.traces.first?.spans.map(\.origin) == ["AWS::Lambda", "AWS::Lambda::Function"])
        #expect(answer.refused == 1 && answer.traces.first?.isComplete == false)
    }
}
