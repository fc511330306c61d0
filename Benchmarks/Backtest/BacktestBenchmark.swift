import Storage
import Telemetry

/// Writes the history that a backtest is measured on: thirty days of twenty services, with a bad hour now and then.
///
///     backtest-bench DATABASE END
@main struct BacktestBenchmark {
    static let services = 20
    static let steps = 30 * 288

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2, let end = Timestamp(rfc3339: arguments[1]) else { throw Mistake(description: "usage: backtest-bench DATABASE END") }
        let start = end.floored(to: 300) - Int64(steps) * 300
        let store = try TenantStore(path: arguments[0])
        for service in 0..<services {
            var harvest = Harvest(window: TimeWindow(from: start, to: end))
            for (kind, signals) in kinds {
                let id = ResourceID(source: "prod", kind: kind, name: "\(kind.rawValue)-\(service)")
                harvest.resources.append(Resource(id: id, service: "svc-\(service)", presence: .alive, settings: kind == .function ? [.timeout: .number(30)] : [.retention: .number(345_600)]))
                harvest.series += signals.enumerated().map { index, signal in
                    SeriesBatch(SeriesID(id, signal), period: 300, samples: (0..<steps).map { Sample(start + Int64($0) * 300, value(signal, service, index, $0), .final) })
                }
            }
            try store.record(harvest, at: end)
        }
    }

    private static let kinds: [(ResourceKind, [String])] = [
        (.queue, ["visible", "in_flight", "oldest_age", "sent", "received", "deleted"]), (.function, ["invocations", "errors", "throttles", "duration.p99", "duration.max", "concurrency"]),
        (.api, ["requests", "errors_5xx", "errors_4xx", "latency.p99"]), (.table, ["throttles", "consumed_write"]),
    ]

    /// Quiet nearly always; one hour in a few days each service has old messages and failed runs.
    private static func value(_ signal: String, _ service: Int, _ index: Int, _ step: Int) -> Double {
        var mixed = UInt64(bitPattern: Int64(service &* 31 &+ index &* 7_919 &+ step &* 104_729)) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 31
        let isBad = (step / 12 + service * 7) % 97 == 0
        switch signal {
        case "errors", "errors_5xx", "throttles": return isBad ? Double(mixed % 9) : 0
        case "oldest_age": return isBad ? 2_000 + Double(mixed % 900) : Double(mixed % 60)
        case "duration.max", "duration.p99", "latency.p99": return 0.2 + Double(mixed % 1_000) / 1_000
        case "errors_4xx": return Double(mixed % 2)
        default: return 100 + Double(mixed % 400)
        }
    }

    struct Mistake: Error, CustomStringConvertible { var description: String }
}
