import JSON
import Telemetry

/// An answer of Prometheus's query_range. https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
struct QueryRangeAnswer: Sendable {
    struct Point: Hashable, Sendable {
        /// When the expression was evaluated: the end of the step that the value is about.
        var time: Epoch
        var value: Double
    }

    /// Of the only series; nothing where there are several.
    private(set) var points: [Point] = []
    private(set) var seriesCount = 0
    /// Values beyond all numbers.
    private(set) var infinite = 0
    /// Pairs that are no point.
    private(set) var refused = 0
    /// Native histograms in place of numbers.
    private(set) var histograms = 0
    /// What the server says may be missing; remarks about the expression are not among them.
    private(set) var warnings: [String] = []
    /// Why the document is no answer.
    private(set) var mistake: String?

    init(_ document: JSONValue) {
        guard document["status"]?.string == "success", let data = document["data"], data["resultType"]?.string == "matrix", case .array(let series)? = data["result"] else {
            mistake = document["status"]?.string == "error" ? "the server says '\(Redactor.redacted(document["error"]?.string ?? "error", limit: 200))'" : "the answer is no matrix of query_range"
            return
        }
        warnings = (document["warnings"]?.array ?? []).compactMap(\.string).filter { !$0.hasPrefix("PromQL") }.prefix(20).map { Redactor.redacted($0, limit: 200) }
        seriesCount = series.count
        guard series.count == 1, let only = series.first else { return }
        histograms = only["histograms"]?.array.count ?? 0
        for pair in only["values"]?.array ?? [] {
            guard pair.array.count == 2, let time = pair.array.first?.double, Timestamp(epoch: time) != nil, let value = pair.array.last.flatMap(Self.number) else { refused += 1; continue }
            // NaN is how a marker of staleness and a share of nothing come out: there is no value.
            if value.isNaN { continue }
            if value.isInfinite { infinite += 1 } else { points.append(Point(time: time, value: value)) }
        }
    }

    /// Text, as the protocol has it; some that speak it write numbers.
    private static func number(_ value: JSONValue) -> Double? {
        switch value {
        case .number(let number): number
        case .string("NaN"): .nan
        case .string("+Inf"), .string("Inf"): .infinity
        case .string("-Inf"): -.infinity
        case .string(let text): Double(text)
        case .bool, .array, .object, .null: nil
        }
    }
}
