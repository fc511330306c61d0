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
    }
}

extension AlertMemory {
    /// One line, fields parted by spaces, `-` for nothing. Empty where there is nothing to remember.
    package var text: String {
        guard self != AlertMemory() else { return "" }
        var fields = ["1", unit?.rawValue ?? "-", Self.field(changingSince)]
        if let settled {
            fields += [settled.phase.rawValue, settled.severity.rawValue, Self.field(settled.since), Self.field(settled.activeAt),
                       Self.field(settled.recoveringSince), Self.field(settled.unknownSince), Self.field(settled.changingSince),
                       settled.announcedValue.map { String($0.bitPattern) } ?? "-", String(settled.history), Self.field(settled.evaluatedTo)]
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
        guard fields.count == 3 || fields.count == 13, fields[0] == "1" else {
            self = AlertMemory()
            return
        }
        unit = MetricUnit(rawValue: fields[1])
        changingSince = Self.time(fields[2])
        guard fields.count == 13 else { return }
        guard let phase = AlertPhase(rawValue: fields[3]), let severity = Severity(rawValue: fields[4]),
              let since = Self.time(fields[5]), let activeAt = Self.time(fields[6]), let history = UInt64(fields[11]),
              let evaluatedTo = Self.time(fields[12]) else {
            self = AlertMemory()
            return
        }
        settled = Settled(phase: phase, severity: severity, since: since, activeAt: activeAt, recoveringSince: Self.time(fields[7]),
                          unknownSince: Self.time(fields[8]), changingSince: Self.time(fields[9]),
                          announcedValue: UInt64(fields[10]).map { Double(bitPattern: $0) }, history: history, evaluatedTo: evaluatedTo)
    }

    private static func field(_ time: Timestamp?) -> String { time.map { String($0.seconds) } ?? "-" }
    private static func time(_ field: String) -> Timestamp? { Int64(field).map { Timestamp(seconds: $0) } }
}

extension AlertState {
    var settled: AlertMemory.Settled {
        AlertMemory.Settled(phase: phase, severity: severity, since: since, activeAt: activeAt, recoveringSince: recoveringSince,
                            unknownSince: unknownSince, changingSince: memory.changingSince, announcedValue: announcedValue,
                            history: history, evaluatedTo: evaluatedTo)
    }

    /// The same alert, back where nothing can change any more.
    var rewound: AlertState {
        guard let settled = memory.settled else { return self }
        var state = self
        state.phase = settled.phase
        state.severity = settled.severity
        state.since = settled.since
        state.activeAt = settled.activeAt
        state.recoveringSince = settled.recoveringSince
        state.unknownSince = settled.unknownSince
        state.memory.changingSince = settled.changingSince
        state.announcedValue = settled.announcedValue
        state.history = settled.history
        state.evaluatedTo = settled.evaluatedTo
        return state
    }
}
