import Telemetry

/// One request as an access log tells it: which route, which status, and who gave the answer.
package struct AccessLogRecord: Hashable, Sendable {
    package var route: String
    package var status: Int
    package var party: AnswerCount.Party

    /// - Parameters:
    ///   - tellsIntegration: the format has a place for the integration's answer, so an empty one means that there was none.
    ///   - behind: who stands behind the gateway.
    package init?(_ fields: [AccessLogFormat.Field: String], tellsIntegration: Bool, behind: AnswerCount.Party) {
        guard let status = fields[.status].flatMap({ Int($0) }), (100..<600).contains(status) else { return nil }
        self.status = status
        route = Self.route(fields)
        party = Self.party(status, integration: fields[.integration].flatMap { Int($0) }, own: fields[.own].flatMap { Int($0) },
                           error: "\(fields[.errorType] ?? "") \(fields[.errorText] ?? "")".lowercased(), tellsIntegration, behind)
    }

    /// What a dependency answered a function, as the function's own line says.
    init(dependency status: Int) {
        route = ""
        self.status = status
        party = .dependency
    }

    private static func party(_ status: Int, integration: Int?, own: Int?, error: String, _ tells: Bool, _ behind: AnswerCount.Party) -> AnswerCount.Party {
        // The status of the function's own answer came through: whatever it is, the function chose it.
        if own != nil { return behind }
        if status == 429 || integration == 429 || integration == 503 || scarce.contains(where: { error.contains($0) }) { return .capacity }
        if let integration { return behind == .code && integration >= 500 ? .capacity : behind }
        if status < 400 { return behind }
        switch status {
        // A function that fails or takes too long gives the gateway nothing to pass on.
        case 502, 504: return behind
        case 503: return .capacity
        default: return tells ? .gateway : .untold
        }
    }

    private static let scarce = ["throttl", "too many requests", "rate exceeded", "limit exceeded", "quota", "concurren"]

    /// The defined route where the log has it; else the path with its ids taken out.
    private static func route(_ fields: [AccessLogFormat.Field: String]) -> String {
        let method = fields[.method].map { Redactor.redacted($0, limit: 16) }
        if let route = fields[.route], route != "$default" {
            let text = Redactor.redacted(route, limit: 120)
            return text.contains(" ") ? text : [method, text].compactMap(\.self).joined(separator: " ")
        }
        let path = fields[.path].map { path in
            path.prefix { $0 != "?" && $0 != "#" }.split(separator: "/", omittingEmptySubsequences: false).prefix(8)
                .map { Redactor.shape(of: $0, limit: 40) }.joined(separator: "/")
        }
        return [method, path].compactMap(\.self).joined(separator: " ")
    }
}

/// Counts answers by five minutes, so that a stretch that is read again says the same again.
package struct AnswerTally: Sendable {
    private struct Key: Hashable { var record: AccessLogRecord, bucket: Timestamp }

    private let resource: ResourceID
    private var counts: [Key: Int] = [:]
    private var routes: Set<String> = []
    private static let routeLimit = 100

    package init(_ resource: ResourceID) { self.resource = resource }

    package mutating func add(_ record: AccessLogRecord, at time: Timestamp, count: Int = 1) {
        var record = record
        // Scanners ask for whatever comes to their mind.
        if !routes.contains(record.route) {
            if routes.count < Self.routeLimit { routes.insert(record.route) } else { record.route = "other routes" }
        }
        let sum = counts[Key(record: record, bucket: time.floored(to: AnswerCount.bucketSeconds)), default: 0].addingReportingOverflow(count)
        if !sum.overflow { counts[Key(record: record, bucket: time.floored(to: AnswerCount.bucketSeconds))] = sum.partialValue }
    }

    /// Those of buckets that begin before the moment, in the order of time and route.
    package func answers(before end: Timestamp) -> [AnswerCount] {
        counts.filter { $0.key.bucket < end }.map { key, count in
            AnswerCount(resource: resource, route: key.record.route, party: key.record.party, status: key.record.status, time: key.bucket, count: count)
        }.sorted { ($0.time, $0.route, $0.party, $0.status) < ($1.time, $1.route, $1.party, $1.status) }
    }
}
