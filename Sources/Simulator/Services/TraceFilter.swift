import JSON

/// X-Ray's filter expressions, as far as dashboards use them: keywords, `service("x") { … }`, annotations, comparisons, AND, OR, `!`
/// (https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html).
indirect enum TraceFilter: Equatable, Sendable {
    case everything
    case not(TraceFilter)
    case and(TraceFilter, TraceFilter)
    case or(TraceFilter, TraceFilter)
    /// `ok`, `error`, `fault`, `throttle`, `partial`.
    case flag(String)
    case service(String, TraceFilter)
    case number(String, Comparison, Double)
    case text(String, Comparison, String)

    enum Comparison: String, CaseIterable, Sendable {
        case notEqual = "!=", atMost = "<=", atLeast = ">=", equal = "=", less = "<", more = ">"
        case contains = "CONTAINS", begins = "BEGINSWITH", ends = "ENDSWITH"
    }

    init(_ text: String, groups: [TraceGroupModel]) throws(ServiceError) {
        var parser = TraceFilterParser(text, groups: groups)
        self = try parser.whole()
    }

    func matches(_ trace: TraceModel) -> Bool { matches(trace, scope: trace.segments.flatMap(\.all)) }

    /// `scope` is the part of the trace that keywords look at: all of it, or one service's segments.
    private func matches(_ trace: TraceModel, scope: [SegmentModel]) -> Bool {
        switch self {
        case .everything: true
        case .not(let inner): !inner.matches(trace, scope: scope)
        case .and(let a, let b): a.matches(trace, scope: scope) && b.matches(trace, scope: scope)
        case .or(let a, let b): a.matches(trace, scope: scope) || b.matches(trace, scope: scope)
        case .flag(let word): Self.holds(word, in: scope)
        case .service(let name, let inner):
            trace.segments.contains { $0.name == name && inner.matches(trace, scope: $0.all) }
        case .number(let key, let comparison, let limit): Self.numbers(key, of: trace, scope: scope).contains { comparison.holds($0, limit) }
        case .text(let key, let comparison, let wanted): Self.texts(key, in: scope).contains { comparison.holds($0, wanted) }
        }
    }

    private static func holds(_ word: String, in scope: [SegmentModel]) -> Bool {
        switch word {
        case "error": scope.contains(where: \.isError)
        case "fault": scope.contains(where: \.isFault)
        case "throttle": scope.contains(where: \.isThrottled)
        case "partial": scope.contains { $0.end == nil }
        default: !scope.contains { $0.isError || $0.isFault || $0.isThrottled }
        }
    }

    private static func numbers(_ key: String, of trace: TraceModel, scope: [SegmentModel]) -> [Double] {
        switch key {
        case "duration": [trace.duration]
        case "responsetime": [trace.responseTime]
        case "http.status": scope.compactMap { $0.detail("http")?["response"]?["status"]?.number }
        default: annotation(key, in: scope)?.number.map { [$0] } ?? []
        }
    }

    private static func texts(_ key: String, in scope: [SegmentModel]) -> [String] {
        switch key {
        case "http.url": scope.compactMap { $0.detail("http")?["request"]?["url"]?.string }
        case "http.method": scope.compactMap { $0.detail("http")?["request"]?["method"]?.string }
        case "name": scope.map(\.name)
        default: annotation(key, in: scope)?.string.map { [$0] } ?? []
        }
    }

    private static func annotation(_ key: String, in scope: [SegmentModel]) -> JSONValue? {
        guard key.hasPrefix("annotation.") else { return nil }
        return scope.lazy.compactMap { $0.detail("annotations")?[String(key.dropFirst(11))] }.first
    }
}

private extension TraceFilter.Comparison {
    func holds(_ a: Double, _ b: Double) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .atMost: a <= b
        case .more: a > b
        case .atLeast: a >= b
        case .contains, .begins, .ends: false
        }
    }

    func holds(_ a: String, _ b: String) -> Bool {
        switch self {
        case .equal: a == b
        case .notEqual: a != b
        case .contains: a.contains(b)
        case .begins: a.hasPrefix(b)
        case .ends: a.hasSuffix(b)
        case .less, .atMost, .more, .atLeast: false
        }
    }
}
