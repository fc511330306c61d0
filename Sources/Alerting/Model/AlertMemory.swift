import Signals
import Telemetry

/// What the evaluator carries from run to run beside the alert itself. Storage keeps `text` and gives it back.
package struct AlertMemory: Hashable, Sendable {
    /// Unit of the state's value and limit.
    package var unit: MetricUnit?
    /// The other severity has been the right one since then, while its hold time runs.
    package var changingSince: Timestamp?
    /// How much of the past that the rule needs is there, in percent, while it is still learning.
    package var learned: Int?
    /// It would have resolved then, but was held because it comes and goes.
    package var flappingSince: Timestamp?
    /// The last step that breached. While an alert recovers, its value, limit and sentence are those of this step.
    package var breachedAt: Timestamp?
    /// The newest value of an alert that recovers.
    package var present: Double?
    /// The alert as it stood at the newest step that no later read can change. Younger steps are run again from here.
    package var settled: Settled?

    package init() {}

    package struct Settled: Hashable, Sendable {
        package var phase: AlertPhase
        package var severity: Severity
        package var since: Timestamp
        package var activeAt: Timestamp
        package var recoveringSince: Timestamp?
        package var unknownSince: Timestamp?
        package var changingSince: Timestamp?
        package var announcedValue: Double?
        package var history: UInt64
        package var evaluatedTo: Timestamp
        package var value: Double?
        package var limit: Double?
        package var breachedAt: Timestamp?
        package var present: Double?
    }
}

extension AlertMemory {
    /// One line, fields parted by spaces, `-` for nothing. Empty where there is nothing to remember.
    package var text: String {
        guard self != AlertMemory() else { return "" }
        var fields = ["2", unit?.rawValue ?? "-", Self.field(changingSince), Self.field(breachedAt), Self.field(present)]
        if let settled {
            fields += [settled.phase.rawValue, settled.severity.rawValue, Self.field(settled.since), Self.field(settled.activeAt),
                       Self.field(settled.recoveringSince), Self.field(settled.unknownSince), Self.field(settled.changingSince),
                       Self.field(settled.announcedValue), String(settled.history), Self.field(settled.evaluatedTo),
                       Self.field(settled.value), Self.field(settled.limit), Self.field(settled.breachedAt), Self.field(settled.present)]
        }
        // Named, so that either may be missing.
        if let learned { fields.append("learned:\(learned)") }
        if let flappingSince { fields.append("flapping:" + Self.field(flappingSince)) }
        return fields.joined(separator: " ")
    }

    /// A text that this version does not understand counts as nothing: then the last steps are not run again, and that is all.
    package init(text: String) {
        self.init()
        var fields = text.split(separator: " ").map(String.init)
        while let last = fields.last, last.contains(":") {
            if last.hasPrefix("learned:") { learned = Int(last.dropFirst("learned:".count)) }
            if last.hasPrefix("flapping:") { flappingSince = Self.time(String(last.dropFirst("flapping:".count))) }
            fields.removeLast()
        }
        guard fields.count == 5 || fields.count == 19, fields[0] == "2" else {
            self = AlertMemory()
            return
        }
        unit = MetricUnit(rawValue: fields[1])
        changingSince = Self.time(fields[2])
        breachedAt = Self.time(fields[3])
        present = Self.number(fields[4])
        guard fields.count == 19 else { return }
        guard let phase = AlertPhase(rawValue: fields[5]), let severity = Severity(rawValue: fields[6]),
              let since = Self.time(fields[7]), let activeAt = Self.time(fields[8]), let history = UInt64(fields[13]),
              let evaluatedTo = Self.time(fields[14]) else {
            self = AlertMemory()
            return
        }
        settled = Settled(phase: phase, severity: severity, since: since, activeAt: activeAt, recoveringSince: Self.time(fields[9]),
                          unknownSince: Self.time(fields[10]), changingSince: Self.time(fields[11]), announcedValue: Self.number(fields[12]),
                          history: history, evaluatedTo: evaluatedTo, value: Self.number(fields[15]), limit: Self.number(fields[16]),
                          breachedAt: Self.time(fields[17]), present: Self.number(fields[18]))
    }

    private static func field(_ time: Timestamp?) -> String { time.map { String($0.seconds) } ?? "-" }
    private static func field(_ number: Double?) -> String { number.map { String($0.bitPattern) } ?? "-" }
    private static func time(_ field: String) -> Timestamp? { Int64(field).map { Timestamp(seconds: $0) } }
    private static func number(_ field: String) -> Double? { UInt64(field).map { Double(bitPattern: $0) } }
}

extension AlertState {
    var settled: AlertMemory.Settled {
        AlertMemory.Settled(phase: phase, severity: severity, since: since, activeAt: activeAt, recoveringSince: recoveringSince,
                            unknownSince: unknownSince, changingSince: memory.changingSince, announcedValue: announcedValue,
                            history: history, evaluatedTo: evaluatedTo, value: value, limit: limit, breachedAt: memory.breachedAt, present: memory.present)
    }

    /// Back to where nothing can change any more.
    mutating func rewind() {
        guard let settled = memory.settled else { return }
        phase = settled.phase
        severity = settled.severity
        since = settled.since
        activeAt = settled.activeAt
        recoveringSince = settled.recoveringSince
        unknownSince = settled.unknownSince
        memory.changingSince = settled.changingSince
        announcedValue = settled.announcedValue
        history = settled.history
        evaluatedTo = settled.evaluatedTo
        value = settled.value
        limit = settled.limit
        memory.breachedAt = settled.breachedAt
        memory.present = settled.present
    }
}
