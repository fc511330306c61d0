import Signals
import Telemetry

extension RuleFunction {
    static let missedSchedule = RuleFunction(
        name: "missed_schedule", signature: "missed_schedule(grace)",
        sentence: "The function's schedule (`rate(…)` or `cron(…)`, in UTC) expected a run, and there was none until `grace` after it. Not known where the time since the expected run was not watched.",
        parameters: [.duration], result: .condition, impliedSignal: Signal(.function, "invocations"),
        lookback: { arguments, settings in
            guard let schedule = settings[.schedule]?.text.flatMap(Schedule.init), let grace = arguments.first else { return 0 }
            return schedule.longestGap + (Int64(exactly: grace.rounded(.up)) ?? 0)
        },
        value: { input in
            guard let schedule = input.settings[.schedule]?.text.flatMap(Schedule.init), let grace = Int64(exactly: input.argument(0).rounded(.up)),
                  let expected = schedule.lastExpected(before: input.time - grace) else { return .nan }
            // A step is five minutes wide: the run may lie in the step that began just before the expected moment.
            let rows = input.rows(Double(input.time - expected + input.period))
            guard !rows.isEmpty else { return .nan }
            let known = input.values[rows].filter { !$0.isNaN }
            if known.contains(where: { $0 > 0 }) { return 0 }
            return Double(known.count) >= 0.9 * Double((input.time - expected) / max(1, input.period)) && !known.isEmpty ? 1 : .nan
        },
        examples: [
            FunctionExample("missed_schedule(10m)", on: .function, ["invocations": [0, 0, 0, 0, 0]], settings: [.schedule: .text("cron(45 9 * * ? *)")],
                            fires: true, "expected at 09:45, and at 10:00 still nothing"),
            FunctionExample("missed_schedule(10m)", on: .function, ["invocations": [0, 0, 1, 0, 0]], settings: [.schedule: .text("cron(45 9 * * ? *)")],
                            fires: false, "it ran"),
            FunctionExample("missed_schedule(30m)", on: .function, ["invocations": [0, 0, 0, 0, 0]], settings: [.schedule: .text("cron(45 9 * * ? *)")],
                            fires: false, "still within its grace, and yesterday was not watched"),
            FunctionExample("missed_schedule(5m)", on: .function, ["invocations": [0, 0, 0, 0, 0]], settings: [.schedule: .text("rate(15 minutes)")],
                            fires: true, "twenty minutes without a run"),
            FunctionExample("missed_schedule(5m)", on: .function, ["invocations": [0, 0, 0, 0, 0]], fires: false, "no schedule, nothing to miss"),
        ])
}
