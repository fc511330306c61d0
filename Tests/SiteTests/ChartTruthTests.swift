import Alerting
@testable import Site
import Storage
import Telemetry
import Testing

/// What charts say of hours that were rolled up is what was measured in them.
struct ChartTruthTests {
    private static let start = Timestamp(year: 2026, month: 9, day: 10), queue = SyntheticTenant.queue

    /// Two hours of twelve raw steps each, and of a third the first three.
    private static func rolled(_ mean: Double, peak: Double) -> SampleColumn {
        SampleColumn(values: [mean, mean, mean], qualities: [.final, .final, .final], minima: [0, 0, 0], maxima: [mean, peak, mean], counts: [12, 12, 3])
    }

    private func html(_ columns: [String: SampleColumn], day: [String: Double] = [:], kind: ResourceKind = .queue) -> String {
        let id = ResourceID(source: "prod", kind: kind, name: "one"), end = Self.start + 10_800
        let raw = SampleGrid(start: end - 86_400, period: 300, count: 288, columns: day.mapValues { SampleColumn(values: Array(repeating: $0, count: 288), qualities: Array(repeating: .final, count: 288)) })
        let resource = ResourcePicture(site: ResourceSite(id), resource: nil, absences: [:], alerts: [], day: raw, state: .ok, word: nil)
        let service = ServicePicture(site: ServiceSite(id: "s", title: "S", resources: [resource.site]), state: .ok, word: nil, since: nil, alerts: [], quiet: [], resources: [resource], days: [], dayNames: [])
        let clock = TenantClock(zone: "UTC", now: end), grid = SampleGrid(start: Self.start, period: 3_600, count: 3, columns: columns)
        var out = Markup()
        ServiceCharts(service, grids: [id: grid], rules: [], clock: clock, rangeWords: "7 days")
            .write(frame: ChartFrame(axis: TimeAxis(grid.window, clock: clock), clock: clock), into: &out)
        return String(decoding: out.bytes, as: UTF8.self)
    }

    @Test func `counters of an hour are what the hour added up, and an hour that is not over is no drop`() {
        let html = html(["sent": Self.rolled(30, peak: 60), "deleted": Self.rolled(30, peak: 60)], day: ["sent": 31, "deleted": 30])
        #expect(html.contains("messages, per 1\u{A0}h") && html.contains("Sent: lowest 360, highest 360"))
        // The last hour to now, from the raw steps.
        #expect(html.contains("<em>Sent <b>372</b></em>") && !html.contains("<b>30</b>"))
    }

    @Test func `tables, alternatives and keys of rolled up levels tell the peak and the present`() {
        let html = html(["oldest_age": Self.rolled(600, peak: 2_820), "visible": Self.rolled(141, peak: 299)], day: ["oldest_age": 2_700, "visible": 298])
        #expect(html.contains("<td class=\"n\">47</td>") && html.contains("The highest of each") && html.contains("highest 47\u{A0}min"))
        #expect(html.contains("<em>Oldest <b>45\u{A0}min</b></em>") && html.contains("<em>Visible <b>298</b></em>"))
    }

    @Test func `capacity is by the second, as its limit is`() {
        let html = html(["consumed_write": Self.rolled(600, peak: 900)], day: ["consumed_write": 300], kind: .table)
        #expect(html.contains("units a second") && html.contains("<em>Write <b>1</b></em>") && html.contains("highest 3 "))
    }

    private static func transition(_ kind: AlertTransition.Kind, _ severity: Severity, _ minutes: Int64, since: Int64) -> AlertTransition {
        AlertTransition(kind, state: state(severity, since: since), at: start + minutes * 60)
    }

    private static func state(_ severity: Severity, since: Int64) -> AlertState {
        AlertState(key: AlertKey(rule: "r", resource: queue), service: "s", phase: .firing, severity: severity, since: start + since * 60, activeAt: start + since * 60, evaluatedTo: start)
    }

    @Test(arguments: [
        ("warning, then critical, then over", [transition(.fired, .warning, 10, since: 10), transition(.escalated, .critical, 20, since: 10), transition(.resolved, .critical, 40, since: 10)], [AlertState](), [(10, 20, false), (20, 40, true)]),
        ("begun before the window", [transition(.deescalated, .warning, 20, since: -50)], [state(.warning, since: -50)], [(20, 60, false), (0, 20, true)]),
        ("nothing happened in the window", [], [state(.critical, since: -50)], [(0, 60, true)]),
        ("what grows stays as it is", [transition(.fired, .warning, 10, since: 10), transition(.grew, .critical, 20, since: 10)], [state(.warning, since: 10)], [(10, 60, false)]),
    ] as [(String, [AlertTransition], [AlertState], [(Int64, Int64, Bool)])])
    func `shading is when alerts fired, as severe as they were`(_ name: String, _ transitions: [AlertTransition], _ alerts: [AlertState], _ expected: [(Int64, Int64, Bool)]) {
        let bands = AlertBands.bands(transitions, alerts: alerts, in: TimeWindow(from: Self.start, to: Self.start + 3_600))
        #expect(bands == expected.map { ChartFrame.Band(TimeWindow(from: Self.start + $0.0 * 60, to: Self.start + $0.1 * 60), isCritical: $0.2) }, "\(name)")
    }

    @Test(arguments: [(3, 6), (8, 6)]) func `what fails is drawn before what is well, and a row is never half full for a resource too many`(_ functions: Int, _ most: Int) {
        let end = Self.start + 21_600, names = (0..<functions).map { "fn-\($0)" } + ["failing"]
        var grids: [ResourceID: SampleGrid] = [:]
        let resources = names.map { name in
            let id = ResourceID(source: "prod", kind: .function, name: name)
            func column(_ value: Double) -> SampleColumn { SampleColumn(values: Array(repeating: value, count: 72), qualities: Array(repeating: .final, count: 72)) }
            let grid = SampleGrid(start: Self.start, period: 300, count: 72, columns: ["invocations": column(10), "errors": column(name == "failing" ? 2 : 0), "duration.p99": column(0.4), "throttles": column(1)])
            grids[id] = grid
            return ResourcePicture(site: ResourceSite(id), resource: nil, absences: [:], alerts: [], day: grid, state: .ok, word: nil)
        }
        let service = ServicePicture(site: ServiceSite(id: "s", title: "S", resources: resources.map(\.site)), state: .ok, word: nil, since: nil, alerts: [], quiet: [], resources: resources, days: [], dayNames: [])
        let charts = ServiceCharts(service, grids: grids, rules: [], clock: TenantClock(zone: "UTC", now: end), rangeWords: "6 hours")
        var out = Markup()
        charts.write(frame: ChartFrame(axis: TimeAxis(TimeWindow(from: Self.start, to: end), clock: TenantClock(zone: "UTC", now: end)), clock: TenantClock(zone: "UTC", now: end)), into: &out)
        let html = String(decoding: out.bytes, as: UTF8.self), count = html.components(separatedBy: "<figure class=\"chart\">").count - 1
        #expect(count <= most && count % 2 == 0 && html.contains("<h3>failing: Duration"), "\(count)")
        #expect((html.range(of: "failing: Duration")?.lowerBound ?? html.endIndex) < (html.range(of: "fn-0: Duration")?.lowerBound ?? html.endIndex))
    }
}
