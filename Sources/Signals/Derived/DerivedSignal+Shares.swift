import Telemetry

/// Shares of one counter in another. A share of nothing is absent, not zero.
extension DerivedSignal {
    static let functions: [DerivedSignal] = [
        share(.function, "error_rate", "errors", of: "invocations", "Failed runs as a share of all runs."),
        DerivedSignal(Signal(.function, "throttle_rate"), SignalType(.ratio, .ratio, onlyRises: false),
                      meaning: "Rejected starts as a share of all attempts to start.") {
            let throttles = $0.grid.columns["throttles"]
            return .ratio(throttles, of: .combining($0.grid.columns["invocations"], throttles, +))
        },
        DerivedSignal(Signal(.function, "timeout_used"), SignalType(.ratio, .ratio, onlyRises: true),
                      meaning: "Longest run as a share of the function's timeout.") {
            .ratio($0.grid.columns["duration.max"], of: $0.resource.settings[.timeout]?.number)
        },
    ]

    static let gateways: [DerivedSignal] = [ResourceKind.api, .httpAPI].map {
        share($0, "error_rate", "errors_5xx", of: "requests", "Requests answered with 5xx as a share of all requests.")
    }

    static let logs: [DerivedSignal] = [
        share(.log, "error_rate", "errors", of: "events", "Error lines as a share of all lines."),
    ]

    /// Groups keep shares; what is judged over an hour of small steps has to be counted. A step without a trace has no fault.
    static let traces: [DerivedSignal] = [
        DerivedSignal(Signal(.trace, "faults"), SignalType(.count, .counter, onlyRises: false), meaning: "Sampled traces that ended in a fault.") {
            guard let count = $0.grid.columns["count"] else { return nil }
            let none = SampleColumn(values: count.values.map { $0 == 0 ? 0 : .nan }, qualities: count.qualities)
            return .combining(count, $0.grid.columns["fault_rate"], *).map { $0.filled(from: none) } ?? none
        },
    ]

    private static func share(_ kind: ResourceKind, _ name: String, _ part: String, of whole: String, _ meaning: String) -> DerivedSignal {
        DerivedSignal(Signal(kind, name), SignalType(.ratio, .ratio, onlyRises: false), meaning: meaning) {
            .ratio($0.grid.columns[part], of: $0.grid.columns[whole])
        }
    }
}
