import Digests
import JSON
import Telemetry

/// Transaction Search: whole traces out of the log group `aws/spans`, a while after they were asked for.
extension XRayService {
    /// Seconds that a retrieval runs.
    static let retrievalTime: Int64 = 2
    private static let retrievalLimit = 100
    private static let tracesOfPage = 5

    /// The token holds the question, as its traces are found again by minute and place: nothing is remembered here.
    static func startRetrieval(_ call: Call) throws(ServiceError) -> Output {
        guard call.system.keepsTracesInLogs else { throw ServiceError("InvalidRequestException", "Transaction Search is not enabled.") }
        let ids = (call.input["TraceIds"]?.array ?? []).compactMap(\.string)
        guard !ids.isEmpty, ids.count <= retrievalLimit else { throw ServiceError("InvalidRequestException", "TraceIds must hold 1 to \(retrievalLimit) ids.") }
        guard let start = call.input["StartTime"]?.number, let end = call.input["EndTime"]?.number, start < end else {
            throw ServiceError("InvalidRequestException", "EndTime must be later than StartTime.")
        }
        let places = ids.compactMap { id -> JSONValue? in
            guard let minute = TraceModel.minute(of: id), let place = call.system.traces(minute).firstIndex(where: { $0.id == id && $0.start >= start && $0.start <= end }) else { return nil }
            return .array([JSONValue(call.now.minute - minute), JSONValue(place)])
        }
        return .json(["RetrievalToken": .string(base64(JSONValue.object([.init("t", JSONValue(call.now.seconds)), .init("p", .array(places))]).bytes()))])
    }

    static func retrieved(_ call: Call) throws(ServiceError) -> Output {
        guard let bytes = call.input["RetrievalToken"]?.string.flatMap(base64Decoded), let question = try? JSONValue(parsing: bytes),
              let asked = question["t"]?.integer.map({ Timestamp(seconds: Int64($0)) }) else {
            throw ServiceError("ResourceNotFoundException", "The retrieval does not exist.")
        }
        let format = call.input["TraceFormat"]?.string ?? "XRAY"
        guard format == "XRAY" || format == "OTEL" else { throw ServiceError("InvalidRequestException", "TraceFormat must be XRAY or OTEL.") }
        guard call.now - asked >= retrievalTime else { return .json(["RetrievalStatus": "RUNNING", "TraceFormat": .string(format), "Traces": []]) }
        let traces = (question["p"]?.array ?? []).compactMap { place -> TraceModel? in
            guard let back = place.array.first?.integer, let index = place.array.last?.integer else { return nil }
            let traces = call.system.traces(asked.minute - Int64(back))
            return traces.indices.contains(index) ? traces[index].known(at: known(call)) : nil
        }
        let page = try Page(traces, token: call.input["NextToken"]?.string, size: tracesOfPage)
        return .json(.object([
            .init("RetrievalStatus", "COMPLETE"), .init("TraceFormat", .string(format)), .init("NextToken", JSONValue(page.next)),
            .init("Traces", .array(page.items.map { trace in
                let documents = format == "OTEL" ? trace.otelSpans(account: call.system.account) : trace.segments.map { ($0.id, $0.document(traceID: trace.id)) }
                let spans = documents.map { id, document in JSONValue.object([.init("Id", .string(id)), .init("Document", .string(document.text()))]) }
                return ["Id": .string(trace.id), "Duration": .number(trace.duration), "Spans": .array(spans)]
            })),
        ]))
    }
}
