@testable import Alerting
import Telemetry
import Testing

@Suite struct FlappingTests {
    /// The oldest step first; `w` breached.
    func history(_ steps: String) -> UInt64 { steps.reduce(0) { $0 << 1 | ($1 == "w" ? 1 : 0) } }

    @Test(arguments: [
        ("", false), ("wwwwwwwwwwwwwwwwwwwwwwwwwwwwww", false), (".....................w", false),
        // Five changes are not enough, six are.
        ("w..w..w", false), ("w..w..w.............w", true), (".w.w.w.w.w.w.w.w.w.w.w", true),
        // Once it flaps, four changes keep it so; three end it.
        (".w.w.w.w.w...............w.w", true), (".w.w.w...................", false),
    ]) func `six changes in twenty steps begin it, three end it`(_ steps: String, _ flaps: Bool) {
        #expect(Flapping.isFlapping(history(steps)) == flaps)
    }

    /// Phases after each step, and the changes that were told.
    func phases(_ steps: String) -> (phases: String, told: [AlertTransition.Kind]) {
        let machine = StateMachine(forSeconds: 0, recoverForSeconds: 300)
        var state = AlertState.mock(), time = RecordedMeasurements.start, phases = "", told: [AlertTransition.Kind] = []
        for letter in steps {
            time = time + 300
            if let change = machine.advance(&state, Reading(letter), value: nil, at: time, period: 300) { told.append(change) }
            phases.append(state.letter)
        }
        return (phases, told)
    }

    @Test func `an alert that comes and goes is held firing, told so once, and resolved when it has been calm`() {
        let restless = String(repeating: "w..", count: 8), calm = String(repeating: ".", count: 20)
        let result = phases(restless + calm)
        #expect(result.told == [.fired, .resolved, .fired, .resolved, .fired, .flapping, .resolved])
        #expect(result.phases.hasPrefix("wwrwwrwww"))
        #expect(result.phases.hasSuffix("."))
    }

    @Test func `a signal that is seldom measured does not flap`() {
        #expect(phases(String(repeating: "w??", count: 20)).told == [.fired])
    }

    @Test func `memory keeps that it flaps`() {
        var memory = AlertMemory()
        memory.flappingSince = Timestamp(seconds: 7)
        #expect(AlertMemory(text: memory.text) == memory)
        memory.settled = AlertState.mock().settled
        #expect(AlertMemory(text: memory.text) == memory)
    }
}
