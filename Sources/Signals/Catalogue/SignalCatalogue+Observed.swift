import Telemetry

extension SignalCatalogue {
    /// Log groups, trace groups, probes, conservation checks and objectives.
    static let observed: [SignalDefinition] = [
        .counter(.log, "events", "Log events", CloudWatchMetric("AWS/Logs", "IncomingLogEvents", .sum),
                 note: "Zero while the function runs: logging is off or denied."),
        .counter(.log, "bytes", "Bytes logged", CloudWatchMetric("AWS/Logs", "IncomingBytes", .sum), unit: .bytes, cadence: .slow),
        .other(.log, "errors", "Error lines", .log("lines that hold one of the service's error patterns"), unit: .count, form: .counter, zeroFilled: true,
               absence: .nothingHappened),
        .other(.log, "warnings", "Warning lines", .log("lines that hold one of the service's warning patterns"), unit: .count, form: .counter,
               zeroFilled: true, absence: .nothingHappened),

        .other(.trace, "count", "Traces sampled", .trace("summaries"), unit: .count, form: .counter, zeroFilled: true, absence: .nothingHappened,
               note: "Sampled: never a measure of traffic."),
        .other(.trace, "ok_rate", "Share without error", .trace("summaries"), unit: .ratio, form: .ratio),
        .other(.trace, "error_rate", "Share with a client error", .trace("summaries"), unit: .ratio, form: .ratio),
        .other(.trace, "fault_rate", "Share with a fault", .trace("summaries"), unit: .ratio, form: .ratio),
        .other(.trace, "throttle_rate", "Share throttled", .trace("summaries"), unit: .ratio, form: .ratio),
        .other(.trace, "duration.p50", "Duration, median", .trace("summaries"), unit: .seconds, form: .distribution),
        .other(.trace, "duration.p95", "Duration, 95th percentile", .trace("summaries"), unit: .seconds, form: .distribution),
        .other(.trace, "duration.p99", "Duration, 99th percentile", .trace("summaries"), unit: .seconds, form: .distribution),
        .other(.trace, "dwell.p50", "Wait before the work, median", .trace("Dwell Time of kept traces"), unit: .seconds, form: .distribution,
               note: "Asynchronous invocations only."),
        .other(.trace, "dwell.p99", "Wait before the work, 99th percentile", .trace("Dwell Time of kept traces"), unit: .seconds, form: .distribution,
               note: "Asynchronous invocations only."),

        .other(.probe, "up", "Answers", .probe("1 where the answer is as expected, else 0"), unit: .ratio, form: .gauge, absence: .unknown),
        .other(.probe, "latency", "Latency", .probe("time to the last byte"), unit: .seconds, form: .gauge, absence: .unknown),
        .other(.probe, "status", "Status code", .probe("HTTP status"), unit: .count, form: .gauge, absence: .unknown),
        .other(.probe, "tls_expires_in", "Certificate expires in", .probe("end of the certificate's validity"), unit: .seconds, form: .gauge,
               absence: .unknown),

        .other(.balance, "imbalance", "Imbalance", .derived("(in - out) / in over the window of the check"), unit: .ratio, form: .ratio),

        .other(.slo, "total", "Events", .derived("events that the objective counts"), unit: .count, form: .counter),
        .other(.slo, "bad", "Bad events", .derived("those of them that count against it"), unit: .count, form: .counter),
        .other(.slo, "allowed", "Bad events allowed", .derived("(1 - objective) of the events of the step"), unit: .count, form: .counter),
        .other(.slo, "budget_left", "Error budget left", .derived("1 - bad / allowed over the objective's window"), unit: .ratio, form: .gauge, absence: .unknown),
        .other(.slo, "burn_rate.1h", "Burn rate of an hour", .derived("bad / allowed over an hour"), unit: .count, form: .gauge, absence: .unknown),
        .other(.slo, "burn_rate.6h", "Burn rate of six hours", .derived("bad / allowed over six hours"), unit: .count, form: .gauge, absence: .unknown),
        .other(.slo, "burn_rate.3d", "Burn rate of three days", .derived("bad / allowed over three days"), unit: .count, form: .gauge, absence: .unknown),
        .other(.slo, "exhausts_in", "Budget exhausted in", .derived("at the burn rate of the last hour"), unit: .seconds, form: .gauge,
               note: "Absent where the budget does not end at that rate."),
        .other(.slo, "watched", "Share of the window watched", .derived("known steps / steps of the window"), unit: .ratio, form: .gauge, absence: .unknown),
    ]
}
