import JSON
import Telemetry

/// AWS X-Ray's read side over REST-JSON.
struct XRayService: SimulatedService {
    static let signingName = "xray"
    let wire = WireProtocol.restJSON
    static let idLimit = 5
    /// Seconds until a trace is found.
    static let delay: Int64 = 30

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "GetTraceSummaries": { call throws(ServiceError) in try Self.summaries(call) },
            "BatchGetTraces": { call throws(ServiceError) in try Self.traces(call) },
            "GetServiceGraph": { call throws(ServiceError) in try Self.graph(call) },
            "GetGroups": { Self.groups($0) },
            "GetTraceSegmentDestination": { .json(["Destination": $0.system.keepsTracesInLogs ? "CloudWatchLogs" : "XRay", "Status": "ACTIVE"]) },
            "StartTraceRetrieval": { call throws(ServiceError) in try Self.startRetrieval(call) },
            "ListRetrievedTraces": { call throws(ServiceError) in try Self.retrieved(call) },
            "CancelTraceRetrieval": { _ in .json([:]) },
        ]
    }

    func operation(of request: SimulatedRequest) -> String? {
        switch request.path {
        case "/TraceSummaries": "GetTraceSummaries"
        case "/Traces": "BatchGetTraces"
        case "/ServiceGraph": "GetServiceGraph"
        case "/Groups": "GetGroups"
        case "/GetTraceSegmentDestination", "/StartTraceRetrieval", "/ListRetrievedTraces", "/CancelTraceRetrieval": String(request.path.dropFirst())
        default: nil
        }
    }

    private static func window(_ call: Call, hours: Int64) throws(ServiceError) -> TimeWindow {
        guard let start = call.input["StartTime"]?.number.flatMap(Timestamp.init(epoch:)),
              let end = call.input["EndTime"]?.number.flatMap(Timestamp.init(epoch:)) else {
            throw ServiceError("InvalidRequestException", "StartTime and EndTime are required.")
        }
        guard start < end else { throw ServiceError("InvalidRequestException", "EndTime must be later than StartTime.") }
        guard end - start <= hours * 3_600 else { throw ServiceError("InvalidRequestException", "Time range cannot be longer than \(hours) hours.") }
        return TimeWindow(from: start, to: min(end, call.now - delay))
    }

    static func known(_ call: Call) -> Double { Double((call.now - delay).seconds) }

    /// Traces that begin in the window, newest first, as far as they have arrived.
    private static func found(_ call: Call, in window: TimeWindow) throws(ServiceError) -> [TraceModel] {
        guard window.seconds > 0 else { return [] }
        let filter = try TraceFilter(call.input["FilterExpression"]?.string ?? "", groups: call.system.traceGroups)
        let traces = (window.start.minute...window.end.minute).flatMap(call.system.traces).map { $0.known(at: known(call)) }.filter { trace in
            trace.start >= Double(window.start.seconds) && trace.start < Double(window.end.seconds) && filter.matches(trace)
        }
        return traces.sorted { ($0.start, $0.id) > ($1.start, $1.id) }
    }

    private static func summaries(_ call: Call) throws(ServiceError) -> Output {
        let all = try found(call, in: try window(call, hours: 24))
        let page = try Page(all, token: call.input["NextToken"]?.string, size: 100)
        return .json(.object([
            .init("TraceSummaries", .array(page.items.map { $0.summary(account: call.system.account) })),
            .init("ApproximateTime", JSONValue(call.now.seconds)), .init("TracesProcessedCount", JSONValue(page.items.count)),
            .init("NextToken", JSONValue(page.next)),
        ]))
    }

    private static func traces(_ call: Call) throws(ServiceError) -> Output {
        let ids = (call.input["TraceIds"]?.array ?? []).compactMap(\.string)
        guard !ids.isEmpty, ids.count <= idLimit else {
            throw ServiceError("InvalidRequestException", "TraceIds must hold 1 to \(idLimit) ids.")
        }
        var traces: [JSONValue] = [], missing: [JSONValue] = []
        for id in ids {
            let trace = TraceModel.minute(of: id).flatMap { call.system.traces($0).first { $0.id == id } }?.known(at: known(call))
            if let trace, !trace.segments.isEmpty, !call.system.keepsTracesInLogs { traces.append(whole(trace)) } else { missing.append(.string(id)) }
        }
        return .json(["Traces": .array(traces), "UnprocessedTraceIds": .array(missing)])
    }

    private static func whole(_ trace: TraceModel) -> JSONValue {
        let segments = trace.segments.map { segment in
            JSONValue.object([.init("Id", .string(segment.id)), .init("Document", .string(segment.document(traceID: trace.id).text()))])
        }
        return ["Id": .string(trace.id), "Duration": .number(trace.duration), "LimitExceeded": false, "Segments": .array(segments)]
    }

    private static func graph(_ call: Call) throws(ServiceError) -> Output {
        let window = try window(call, hours: 6)
        let traces = try found(call, in: window)
        return .json([
            "StartTime": JSONValue(window.start.seconds), "EndTime": JSONValue(window.end.seconds),
            "Services": .array(ServiceGraph(traces).services(account: call.system.account, window: window)), "ContainsOldGroupVersions": false,
        ])
    }

    private static func groups(_ call: Call) -> Output {
        .json(["Groups": .array(call.system.traceGroups.map { group in
            ["GroupName": .string(group.name), "GroupARN": .string(call.system.arn("xray", "group/\(group.name)/SIM")),
             "FilterExpression": .string(group.filter), "InsightsConfiguration": ["InsightsEnabled": false, "NotificationsEnabled": false]]
        })])
    }
}
