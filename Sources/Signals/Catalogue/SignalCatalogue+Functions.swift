import Telemetry

extension SignalCatalogue {
    /// Lambda: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
    static let functions: [SignalDefinition] = [
        .counter(.function, "invocations", "Invocations", lambda("Invocations", .sum), note: "Throttled calls are not counted."),
        .counter(.function, "errors", "Errors", lambda("Errors", .sum), note: "Errors that the code swallows are not counted; retries count again."),
        .counter(.function, "throttles", "Throttles", lambda("Throttles", .sum)),
        .distribution(.function, "duration.p50", "Duration, median", milliseconds("Duration", .percentile(50)), note: "Without initialisation."),
        .distribution(.function, "duration.p95", "Duration, 95th percentile", milliseconds("Duration", .percentile(95))),
        .distribution(.function, "duration.p99", "Duration, 99th percentile", milliseconds("Duration", .percentile(99))),
        .distribution(.function, "duration.max", "Duration, longest", milliseconds("Duration", .maximum)),
        .gauge(.function, "concurrency", "Concurrent executions", lambda("ConcurrentExecutions", .maximum), absence: .nothingMeasured),
        .counter(.function, "async_received", "Events accepted for later", lambda("AsyncEventsReceived", .sum),
                 note: "Only functions that are invoked asynchronously have it."),
        .distribution(.function, "async_age", "Age of the oldest asynchronous event", milliseconds("AsyncEventAge", .maximum), note: "Includes retries."),
        .counter(.function, "async_dropped", "Events dropped", lambda("AsyncEventsDropped", .sum),
                 note: "The only sign of silent loss where no destination is configured."),
        .counter(.function, "dead_letter_errors", "Dead letters that could not be written", lambda("DeadLetterErrors", .sum)),
        .counter(.function, "destination_failures", "Destinations that could not be reached", lambda("DestinationDeliveryFailures", .sum), cadence: .slow),
        .distribution(.function, "extension_duration.p99", "Time of extensions after the answer, 99th percentile",
                      milliseconds("PostRuntimeExtensionsDuration", .percentile(99)), absence: .optional, cadence: .slow, note: "Only with extensions."),
        .other(.function, "cold_starts", "Cold starts", .log("REPORT lines with an init duration"), unit: .count, form: .counter, zeroFilled: true,
               absence: .nothingHappened),
        .other(.function, "init_duration.p50", "Initialisation, median", .log("Init Duration of REPORT lines"), unit: .seconds, form: .distribution),
        .other(.function, "init_duration.p99", "Initialisation, 99th percentile", .log("Init Duration of REPORT lines"), unit: .seconds,
               form: .distribution),
        .other(.function, "memory_used", "Memory used, most", .log("Max Memory Used of REPORT lines"), unit: .bytes, form: .gauge),
        .other(.function, "timeouts", "Timeouts", .log("REPORT lines with status timeout, `Task timed out` lines"), unit: .count, form: .counter,
               zeroFilled: true, absence: .nothingHappened),
        .other(.function, "out_of_memory", "Runs out of memory", .log("REPORT lines with Runtime.OutOfMemory, `signal: killed` lines"), unit: .count, form: .counter,
               zeroFilled: true, absence: .nothingHappened, note: "CloudWatch counts them among the errors."),
        .other(.function, "exceptions.unhandled", "Exceptions nobody caught", .errorTracker("events of error.unhandled:true"), unit: .count, form: .counter,
               zeroFilled: true, absence: .nothingHappened, note: "Compare with errors: what failed and is not counted here never reached the tracker."),
        .other(.function, "exceptions.handled", "Exceptions caught and reported", .errorTracker("all other events of type error"), unit: .count, form: .counter,
               zeroFilled: true, absence: .nothingHappened),
        .other(.function, "retries", "Attempts after the first", .log("START lines of a request id that was seen before"), unit: .count, form: .counter,
               zeroFilled: true, absence: .nothingHappened, note: "Within one reading of the log."),
        .other(.function, "error_rate", "Error rate", .derived("`errors` / `invocations`"), unit: .ratio, form: .ratio),
        .other(.function, "throttle_rate", "Throttle rate", .derived("`throttles` / (`invocations` + `throttles`)"), unit: .ratio, form: .ratio),
        .other(.function, "timeout_used", "Timeout used up", .derived("`duration.max` / the function's timeout"), unit: .ratio, form: .ratio),
    ]

    private static func lambda(_ metric: String, _ statistic: MetricStatistic) -> CloudWatchMetric { CloudWatchMetric("AWS/Lambda", metric, statistic) }
    private static func milliseconds(_ metric: String, _ statistic: MetricStatistic) -> CloudWatchMetric {
        CloudWatchMetric("AWS/Lambda", metric, statistic, scale: 0.001)
    }
}
