import Telemetry
import Testing
@testable import Alerting

@Suite struct StatusTests {
    private let now = RecordedMeasurements.start + 3_600
    private let queue = Resource(id: ResourceID(source: "prod", kind: .queue, name: "thing"), service: "orders", presence: .alive)

    private func standing(_ change: (inout ResourceStanding) -> Void) -> Status {
        var standing = ResourceStanding(queue, freshness: Freshness(dataTo: now - 300, interval: 300))
        standing.hasValues = true
        change(&standing)
        return standing.status(at: now)
    }

    private func absence(_ reason: AbsenceReason) -> [Absence] { [Absence(reason, since: now)] }

    @Test func `the order is that of the pages`() {
        #expect(Status.allCases.map(\.word) == ["critical", "warning", "stale", "no_data", "denied", "pending", "silenced", "maintenance", "ok", "asleep", "denied", "disabled"])
        #expect(Status.critical < .warning && Status.ok < .declaredDenial)
        #expect(Status.allCases.filter(\.needsAttention) == [.critical, .warning, .stale, .noData, .denied])
    }

    @Test func `the worst of several is told; quiet ones do not hide what is fine`() {
        #expect(Status.worst(of: [.ok, .warning, .disabled]) == .warning)
        #expect(Status.worst(of: [.ok, .asleep, .disabled]) == .ok)
        #expect(Status.worst(of: [.disabled, .asleep]) == .asleep)
        #expect(Status.worst(of: []) == .noData)
    }

    @Test func `a resource stands as its alerts, absences and freshness say`() {
        #expect(standing { _ in } == .ok)
        #expect(standing { $0.alerts = [.mock(phase: .firing, severity: .critical), .mock(phase: .firing)] } == .critical)
        #expect(standing { $0.alerts = [.mock(phase: .pending)] } == .pending)
        #expect(standing { $0.alerts = [.mock(phase: .inactive), .mock(phase: .resolved)] } == .ok)
        #expect(standing { $0.hasValues = false } == .noData)
        #expect(standing { $0.hasValues = false; $0.absences = absence(.asleep) } == .asleep)
        #expect(standing { $0.hasValues = false; $0.absences = absence(.denied) } == .denied)
        #expect(standing { $0.hasValues = false; $0.absences = absence(.denied); $0.isDeclared = true } == .declaredDenial)
        #expect(standing { $0.hasValues = false; $0.absences = absence(.disabled) } == .disabled)
        #expect(standing { $0.hasValues = false; $0.absences = absence(.sourceError) } == .noData)
        #expect(standing { $0.resource.presence = .denied } == .denied)
        #expect(standing { $0.isInMaintenance = true; $0.alerts = [.mock(phase: .firing)] } == .maintenance)
    }

    @Test func `suppression spares messages, not attention; a silence quietens`() {
        func firing(_ by: String) -> AlertState { var state = AlertState.mock(phase: .firing); state.suppressedBy = by; return state }
        #expect(standing { $0.alerts = [firing("upstream: fifo-blocked on thing")] } == .warning)
        #expect(standing { $0.alerts = [firing("silence: known")] } == .silenced)
    }

    @Test func `after three intervals data is stale, and never green`() {
        let freshness = Freshness(dataTo: now - 900, interval: 300)
        #expect(!freshness.isStale(at: now) && freshness.isStale(at: now + 1))
        #expect(standing { $0.freshness = Freshness(dataTo: now - 901, interval: 300) } == .stale)
        #expect(standing { $0.freshness = Freshness(dataTo: now - 901, interval: 300); $0.alerts = [.mock(phase: .firing, severity: .critical)] } == .critical)
        #expect(!Freshness(dataTo: nil, interval: 300).isStale(at: now))
    }
}
