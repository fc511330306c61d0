import Telemetry

extension Check {
    static let endlessLog = Check(
        "endless-log", "Log group never expires",
        "A log group has no retention: its lines are kept, and paid for, for ever.",
        explanation: "content/runbooks/logs-silent.md#4-if-the-group-is-gone-make-it-with-an-end",
        examples: [
            CheckExample("a group without an end", [.example(.log, "worker", [.createdAt: 1_700_000_000])], finds: ["worker"]),
            CheckExample("thirty days", [.example(.log, "worker", [.createdAt: 1_700_000_000, .logRetention: 2_592_000])]),
            CheckExample("the group's settings were not read", [.example(.log, "worker")]),
        ]) { inspection in
            inspection.all(.log).compactMap { log in
                // Only the list of groups tells when a group was made: with it, a retention that is not there does not exist.
                guard log.presence == .alive, log.settings[.createdAt] != nil, log.settings[.logRetention] == nil else { return nil }
                return Sighting(log, "No retention: lines stay, and cost, until somebody deletes them. 30 days is usual.")
            }
        }

    static let deniedLog = Check(
        "denied-log", "Logs cannot be read",
        "Reading a log group is refused and nobody declared it: checks of logs see nothing, which is not the same as no errors.",
        explanation: "content/runbooks/logs-silent.md#1-if-it-is-a-decision-say-so",
        examples: [
            CheckExample("refused, undeclared", [.example(.log, "worker", presence: .denied)], finds: ["worker"]),
            CheckExample("refused, and declared for the service", [.example(.log, "worker", presence: .denied)]) { $0.withoutLogs = ["orders"] },
            CheckExample("readable", [.example(.log, "worker")]),
        ]) { inspection in
            inspection.all(.log).compactMap { log in
                guard log.presence == .denied, !inspection.withoutLogs.contains(log.service) else { return nil }
                return Sighting(log, "Allow logs:FilterLogEvents for the reader, or declare logs: denied for the service.")
            }
        }
}
