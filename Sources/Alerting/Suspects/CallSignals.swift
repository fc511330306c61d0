import Telemetry

/// Which signals of a kind count its calls, those that failed, and the time of a typical one. Kinds without an entry only pass work on.
struct CallSignals {
    /// Empty where a kind does not count them: then it was called once by each call of its callers.
    var calls: [String] = []
    var failures: [String]
    /// The median, or a mean where there is no median.
    var time: String?

    static func of(_ kind: ResourceKind) -> CallSignals? {
        switch kind {
        case .api, .httpAPI: CallSignals(calls: ["requests"], failures: ["errors_5xx"], time: "latency.p50")
        // A throttled call is no invocation, and fails all the same.
        case .function: CallSignals(calls: ["invocations", "throttles"], failures: ["errors", "throttles"], time: "duration.p50")
        case .topic: CallSignals(calls: ["delivered", "failed"], failures: ["failed"])
        case .bus: CallSignals(calls: ["invocations"], failures: ["failed"])
        case .table: CallSignals(failures: ["system_errors", "throttles"], time: "latency.avg")
        case .bucket: CallSignals(calls: ["requests"], failures: ["errors_5xx"])
        case .stateMachine: CallSignals(calls: ["started"], failures: ["failed", "timed_out"])
        case .queue, .log, .trace, .probe, .balance, .slo: nil
        }
    }

    func series(_ grid: SampleGrid, rows: Int, callers: [Double]) -> CallSeries {
        func sum(_ names: [String]) -> [Double] { (0..<rows).map { row in names.reduce(0) { $0 + (grid[$1, row] ?? 0) } } }
        let calls = calls.isEmpty ? callers : sum(calls)
        return CallSeries(calls: calls, failures: sum(failures), seconds: time.map { name in calls.indices.map { calls[$0] * (grid[name, $0] ?? 0) } } ?? [])
    }
}
