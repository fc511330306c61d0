import Telemetry
import Testing
@testable import Alerting

/// Readings, one letter a five-minute step: `.` fine, `w` warning, `c` critical, `W` warning with the critical condition unknown,
/// `?` unknown and shown, `-` held. Phases: `.` inactive, `p` pending, `w` and `c` firing, `r` resolved.
@Suite struct StateMachineTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String, hold: Int64 = 0, recover: Int64 = 0
        var readings: String, phases: String
        var testDescription: String { name }
        init(_ name: String, hold: Int64 = 0, recover: Int64 = 0, _ readings: String, _ phases: String) {
            self.name = name
            self.hold = hold
            self.recover = recover
            self.readings = readings
            self.phases = phases
        }
    }

    static let rows = [
        Row("nothing happens", "....", "...."),
        Row("without a hold time it fires at once and resolves at once", ".w.", ".wr"),
        Row("resolved lasts one step", ".w...", ".wr.."),
        Row("it fires again after it resolved", "w.w.", "wrwr"),
        Row("a hold time is passed in pending", hold: 600, "wwww", "ppww"),
        Row("one fine step ends pending and starts the hold time anew", hold: 600, "ww.www", "pp.ppw"),
        Row("a shorter breach never fires", hold: 900, "www.ww.", "ppp.pp."),
        Row("recovery has to last", recover: 600, "w....", "wwwr."),
        Row("a breach during recovery starts it anew", recover: 600, "w..w...", "wwwwwwr"),
        Row("critical at once", "c", "c"),
        Row("warning becomes critical", "wc", "wc"),
        Row("critical has its own hold time", hold: 300, "wwcc", "pwwc"),
        Row("a critical spike that does not last stays a warning", hold: 600, "wwwcwww", "ppwwwww"),
        Row("pending critical that eases fires as a warning", hold: 600, "cww", "ppw"),
        Row("pending warning that worsens fires as a warning first, then rises", hold: 600, "wcccc", "ppwcc"),
        Row("critical eases to warning after the recovery time", recover: 600, "cwwww", "cccww"),
        Row("easing at once without a recovery time", "cw", "cw"),
        Row("critical again during easing stays critical", recover: 600, "cwwcww", "cccccc"),
        Row("critical resolves without passing warning", recover: 300, "c..", "ccr"),
        Row("no data never fires", hold: 300, "????", "...."),
        Row("no data never resolves", recover: 300, "w????", "wwwww"),
        Row("pending waits while nothing is known", hold: 600, "ww??w", "ppppw"),
        Row("pending does not ripen on a gap", hold: 600, "w----w", "pppppp"),
        Row("recovery waits while nothing is known", recover: 600, "w.??..", "wwwwwr"),
        Row("a critical alert stays so while only the warning is known", "cWW", "ccc"),
        Row("a new alert of unknown severity is a warning", "W", "w"),
        Row("a gap after resolving is quiet", "w.?", "wr."),
    ]

    @Test(arguments: rows) func `the states of an alert`(_ row: Row) {
        let machine = StateMachine(forSeconds: row.hold, recoverForSeconds: row.recover)
        var state = AlertState.mock(), time = RecordedMeasurements.start, phases = ""
        for letter in row.readings {
            time = time + 300
            _ = machine.advance(&state, Reading(letter), value: nil, at: time, period: 300)
            phases.append(state.letter)
        }
        #expect(phases == row.phases)
        #expect(state.evaluatedTo == time)
    }

    @Test(arguments: [
        ("wcw.", 0, "fired escalated deescalated resolved"), ("w?w", 0, "fired"), ("ww.ww", 300, "fired resolved fired"), ("ccc", 600, "fired"), ("....", 0, ""),
    ] as [(String, Int64, String)]) func `each change is told once`(_ readings: String, _ hold: Int64, _ changes: String) {
        let machine = StateMachine(forSeconds: hold, recoverForSeconds: 0)
        var state = AlertState.mock(), time = RecordedMeasurements.start, told: [String] = []
        for letter in readings {
            time = time + 300
            if let change = machine.advance(&state, Reading(letter), value: nil, at: time, period: 300) { told.append(change.rawValue) }
        }
        #expect(told.joined(separator: " ") == changes)
    }

    @Test(arguments: [
        ([5, 5, 6, 14, 15, 24, 25], 0.0, 10.0, [15.0, 25]), ([100, 105, 110, 115, 121], 0.1, 0, [110, 121]), ([5, 4, 5, 6], 0.1, 10, [6]),
        ([0, 1], 0.1, 10, [1]), ([9, 3, 9], 0.1, 0, []),
    ] as [([Double], Double, Double, [Double])]) func `growth is told against the last value that was told`(_ values: [Double], _ ratio: Double, _ amount: Double, _ told: [Double]) {
        let machine = StateMachine(forSeconds: 0, recoverForSeconds: 0, growth: (ratio, amount))
        var state = AlertState.mock(), time = RecordedMeasurements.start, grew: [Double] = []
        for value in values {
            time = time + 300
            if machine.advance(&state, .breach(.critical), value: value, at: time, period: 300) == .grew { grew.append(value) }
        }
        #expect(grew == told)
    }

    @Test func `a firing alert knows when the trouble began, when it fired, and which steps breached`() {
        let machine = StateMachine(forSeconds: 600, recoverForSeconds: 600)
        var state = AlertState.mock(), time = RecordedMeasurements.start
        for letter in ".wwww." {
            time = time + 300
            _ = machine.advance(&state, Reading(letter), value: nil, at: time, period: 300)
        }
        #expect(state.activeAt == RecordedMeasurements.start + 600)
        #expect(state.since == RecordedMeasurements.start + 1_200)
        #expect(state.recoveringSince == RecordedMeasurements.start + 1_800)
        #expect(state.history == 0b011110)
    }

    @Test func `memory reads back what it wrote, and nothing from what it did not write`() {
        var memory = AlertMemory()
        #expect(memory.text.isEmpty && AlertMemory(text: "") == memory)
        memory.unit = .seconds
        memory.changingSince = Timestamp(seconds: 5)
        #expect(AlertMemory(text: memory.text) == memory)
        var state = AlertState.mock()
        state.announcedValue = 0.1
        state.history = .max
        memory.settled = state.settled
        #expect(AlertMemory(text: memory.text) == memory)
        memory.learned = 43
        #expect(AlertMemory(text: memory.text) == memory)
        memory.settled = nil
        #expect(AlertMemory(text: memory.text) == memory)
        for text in ["learned:", "2 learned:5", "2 s -", "1", "1 s - firing", String(repeating: "1 ", count: 13), "\u{0}"] { #expect(AlertMemory(text: text) == AlertMemory()) }
    }
}

extension AlertState {
    static func mock(_ rule: String = "rule", on resource: ResourceID = ResourceID(source: "prod", kind: .queue, name: "thing"), service: String = "orders",
                     phase: AlertPhase = .inactive, severity: Severity = .warning, at time: Timestamp = RecordedMeasurements.start) -> AlertState {
        AlertState(key: AlertKey(rule: rule, resource: resource), service: service, phase: phase, severity: severity, since: time, activeAt: time, evaluatedTo: time)
    }

    /// The letter of the phase in the tables of these tests.
    var letter: Character {
        switch phase {
        case .inactive: "."
        case .pending: "p"
        case .firing: severity == .critical ? "c" : "w"
        case .resolved: "r"
        }
    }
}

extension Reading {
    init(_ letter: Character) {
        self = switch letter {
        case ".": .fine
        case "w": .breach(.warning)
        case "c": .breach(.critical)
        case "W": .breachOfUnknownSeverity
        case "?": .held(unknown: true)
        default: .held(unknown: false)
        }
    }
}
