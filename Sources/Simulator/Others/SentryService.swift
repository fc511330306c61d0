import JSON
import Telemetry

/// Sentry's API as far as dashboards read it: event counts over time and issues.
struct SentryService: OtherService {
    static let signingName = "sentry"
    let wire = WireProtocol.sentry
    let operations: [String: @Sendable (Call) throws(ServiceError) -> Output] = ["EventsStats": eventsStats, "ListIssues": listIssues]

    func serves(_ request: SimulatedRequest) -> Bool { request.path.hasPrefix("/api/0/") }

    func operation(of request: SimulatedRequest) -> String? {
        guard request.method == "GET", request.path.hasPrefix("/api/0/organizations/") else { return nil }
        return request.path.hasSuffix("/events-stats/") ? "EventsStats" : request.path.hasSuffix("/issues/") ? "ListIssues" : nil
    }

    func owner(of request: SimulatedRequest, among systems: [SimulatedSystem]) throws(ServiceError) -> SimulatedSystem {
        guard let system = systems.first(where: { $0.sentry.map { "Bearer \($0.token)" == request.headers["authorization"] } ?? false }) else { throw .invalidToken }
        guard request.path.split(separator: "/").dropFirst(3).first.map(String.init) == system.sentry?.organization else { throw .noSuchOrganization }
        return system
    }
}

private extension SentryService {
    static func model(_ call: Call) throws(ServiceError) -> SentryModel {
        guard let model = call.system.sentry else { throw .invalidToken }
        return model
    }

    /// Events of the project that is asked for, those that nobody caught apart.
    static func events(_ call: Call, _ model: SentryModel, minutes: Range<Int64>) -> [(time: Double, issue: Int)] {
        let words = (call.parameter("query") ?? "").split(separator: " ")
        guard !words.contains(where: { $0.hasPrefix("project:") && $0 != "project:\(model.project)" }) else { return [] }
        let isUnhandled = words.contains("error.unhandled:true")
        return minutes.flatMap(model.events).filter { event in
            event.time <= Double(call.now.seconds) && (!isUnhandled || model.issues.indices.contains(event.issue) && model.issues[event.issue].isUnhandled)
        }
    }

    static func eventsStats(_ call: Call) throws(ServiceError) -> Output {
        let model = try model(call)
        guard let start = call.parameter("start").flatMap({ Timestamp(rfc3339: $0 + "Z") }), let end = call.parameter("end").flatMap({ Timestamp(rfc3339: $0 + "Z") }), start < end,
              end - start < 90 * 86_400, let interval = call.parameter("interval").flatMap({ $0.hasSuffix("m") ? Int64($0.dropLast()) : nil }), interval > 0 else {
            throw .invalid("Invalid date range")
        }
        var counts: [Int64: Int] = [:]
        let period = interval * 60
        for event in events(call, model, minutes: start.minute..<end.minute) { counts[(Int64(exactly: event.time.rounded(.down)) ?? 0) / period * period, default: 0] += 1 }
        var rows: [JSONValue] = [], time = start.seconds / period * period
        while time < end.seconds {
            rows.append([JSONValue(time), [["count": JSONValue(counts[time] ?? 0)]]])
            time += period
        }
        return .json(["data": .array(rows), "start": JSONValue(start.seconds), "end": JSONValue(end.seconds), "isMetricsData": false])
    }

    static func listIssues(_ call: Call) throws(ServiceError) -> Output {
        let model = try model(call)
        guard call.parameter("statsPeriod") == "24h" else { throw .invalid("Invalid stats_period. Valid choices are '', '24h', '14d', and 'auto'") }
        let hour = call.now.seconds / 3_600
        var counts: [Int: [Int64: Int]] = [:], last: [Int: Double] = [:]
        for event in events(call, model, minutes: (hour - 23) * 60..<(hour + 1) * 60) {
            counts[event.issue, default: [:]][(Int64(exactly: event.time.rounded(.down)) ?? 0) / 3_600, default: 0] += 1
            last[event.issue] = max(last[event.issue] ?? 0, event.time)
        }
        let issues = model.issues.enumerated().filter { counts[$0.offset] != nil }.sorted { (counts[$0.offset]?.values.reduce(0, +) ?? 0) > (counts[$1.offset]?.values.reduce(0, +) ?? 0) }
        return .json(.array(issues.map { index, issue in
            let hours = (hour - 23...hour).map { JSONValue.array([JSONValue($0 * 3_600), JSONValue(counts[index]?[$0] ?? 0)]) }
            return ["id": .string("45\(index)"), "shortId": .string(issue.shortID), "title": .string(issue.title), "level": "error", "status": "unresolved", "isUnhandled": .bool(issue.isUnhandled),
                    "count": .string(String(counts[index]?.values.reduce(0, +) ?? 0)), "userCount": 0, "lastSeen": .string(FunctionModel.stamp(last[index] ?? 0)),
                    "project": ["slug": .string(model.project)], "stats": ["24h": .array(hours)]]
        }))
    }
}
