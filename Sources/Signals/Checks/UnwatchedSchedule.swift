import Telemetry

extension Check {
    static let unwatchedSchedule = Check(
        "unwatched-schedule", "Nobody notices a missed run",
        "A function is started by a schedule and no rule looks whether it ran: a run that does not come leaves no error behind.",
        explanation: "content/runbooks/schedule-missed.md#meaning",
        examples: [
            CheckExample("the rule is switched off for it", [.example(.function, "nightly", [.schedule: "rate(1 day)"])], finds: ["nightly"]) { $0.watchedSchedules = [] },
            CheckExample("the rule watches it", [.example(.function, "nightly", [.schedule: "rate(1 day)"])]) { $0.watchedSchedules = [.example(.function, "nightly")] },
            CheckExample("rules are not known", [.example(.function, "nightly", [.schedule: "rate(1 day)"])]),
        ]) { inspection in
            inspection.all(.function).compactMap { function in
                guard let schedule = function.settings[.schedule]?.text, let watched = inspection.watchedSchedules, !watched.contains(function.id) else { return nil }
                return Sighting(function, "Runs by \(schedule), and no living rule asks missed_schedule of it.")
            }
        }
}
