import Alerting
@testable import Dashboard
import Foundation
@testable import Site
import Storage
import Telemetry
import Testing

/// Monthly reports: when they appear, and that they say what the month was.
@Suite struct MonthlyReportTests {
    @Test(arguments: [("2026-10", "2026-10" as String?), ("2026-12", "2026-12"), ("2026-13", nil as String?), ("2026-1", nil), ("october", nil), ("", nil), ("2026-10-01", nil)])
    func `a month is read or refused`(_ text: String, _ name: String?) { #expect(ReportMonth(text)?.name == name) }

    @Test(arguments: ["UTC", "Europe/Berlin", "Pacific/Auckland", "Pacific/Kiritimati", "America/Los_Angeles"])
    func `months begin at local midnight and follow each other`(_ zone: String) {
        let clock = TenantClock(zone: zone, now: Timestamp(year: 2026, month: 12, day: 2))
        for month in (1...11).map({ ReportMonth(year: 2026, month: $0) }) {
            let window = month.window(clock), first = clock.civil(window.start)
            #expect(first.day == 1 && first.month == month.month && first.hour == 0 && window.end == month.next.window(clock).start, "\(zone) \(month.name)")
        }
    }

    @Test(arguments: [("Europe/Berlin", 10), ("Europe/Berlin", 3), ("America/Los_Angeles", 11), ("Asia/Kolkata", 2)])
    func `days of a month begin at local midnight, also where one has 23 or 25 hours`(_ zone: String, _ month: Int) {
        let clock = TenantClock(zone: zone, now: Timestamp(year: 2026, month: 12, day: 2)), window = ReportMonth(year: 2026, month: month).window(clock)
        let days = clock.days(in: window)
        #expect(days.map { clock.civil($0.start).day } == Array(1...days.count) && days.allSatisfy { clock.civil($0.start).hour == 0 } && days.last?.end == window.end, "\(zone)")
    }

    @Test func `hours that follow each other are one measured stretch, cut to the month`() {
        let start = Timestamp(year: 2026, month: 11, day: 1), window = TimeWindow(from: start, to: start + 86_400)
        let stretches = MonthlyReport.stretches([start - 1_800, start + 1_800, start + 7_200 + 1_800, start + 86_400], in: window)
        #expect(stretches == [TimeWindow(from: start, to: start + 5_400), TimeWindow(from: start + 9_000, to: start + 12_600)])
        let fired = TimeWindow(from: start + 3_600, to: start + 9_600)
        // Of its 6,000 seconds those between the stretches were not measured: they are neither good nor bad.
        #expect(stretches.reduce(0) { $0 + MonthlyReport.covered([fired], in: $1) } == 2_400)
    }

    @Test func `a month is judged from where rules began to look, by what fired and not by its incident`() throws {
        let queue = ResourceID(source: "prod", kind: .queue, name: "q"), start = Timestamp(year: 2026, month: 11, day: 3), now = start + 20 * 3_600, store = try TenantStore.inMemory()
        var harvest = Harvest(window: TimeWindow(from: start, to: now))
        harvest.resources = [Resource(id: queue, service: "s", presence: .alive)]
        harvest.series = [SeriesBatch(SeriesID(queue, "visible"), period: 300, samples: stride(from: start.seconds, to: now.seconds, by: 300).map { Sample(Timestamp(seconds: $0), 1) })]
        try store.record(harvest, at: now)
        func state(_ severity: Severity) -> AlertState {
            var state = AlertState(key: AlertKey(rule: "r", resource: queue), service: "s", phase: .firing, severity: severity, since: start + 12 * 3_600, activeAt: start + 12 * 3_600, evaluatedTo: now)
            state.incident = "i"
            return state
        }
        let incident = Incident(id: "i", service: "s", title: "t", severity: .critical, startedAt: start + 12 * 3_600, alerts: [state(.critical).key])
        var record = EvaluationRecord(states: [state(.warning)], transitions: [AlertTransition(.fired, state: state(.critical), at: start + 12 * 3_600), AlertTransition(.deescalated, state: state(.warning), at: start + 13 * 3_600)],
                                      incidents: [incident], evaluatedTo: now, at: now)
        record.evaluatedFrom = start + 10 * 3_600
        try store.save(record)
        let site = TenantSite(id: "one", title: "One", services: [ServiceSite(id: "s", title: "S", resources: [ResourceSite(queue)])])
        let service = try #require(try MonthlyReport(ReportMonth(year: 2026, month: 11), of: site, store: store, now: now).services.first)
        #expect(service.measuredSeconds == 10 * 3_600 && service.unavailableSeconds == 3_600 && service.availability == 0.9)
        #expect(service.criticalSeconds == 3_600 && service.warningSeconds == 7 * 3_600)
    }

    @Test func `a month is listed once it is over and settled`() {
        let first = Timestamp(year: 2026, month: 9, day: 20)
        func months(_ now: Timestamp) -> [String] { ReportMonth.settled(since: first, TenantClock(zone: "UTC", now: now)).map(\.name) }
        #expect(months(Timestamp(year: 2026, month: 11, day: 1, hour: 5)) == ["2026-09"])
        #expect(months(Timestamp(year: 2026, month: 11, day: 1, hour: 7)) == ["2026-10", "2026-09"])
        #expect(months(Timestamp(year: 2026, month: 9, day: 30)) == [])
    }

    @Test func `the next month's runs make the page once, lead to it and leave it`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        #expect(!site.files("one").keys.contains { $0.hasPrefix("reports/") })
        site.clock.set(Timestamp(year: 2026, month: 12, day: 1, hour: 8))
        try await site.run { $0.stages = [.evaluate, .render] }
        let page = try site.text("one/reports/2026-11/index.html"), csv = try site.text("one/reports/2026-11/report.csv")
        #expect(page.contains("November 2026: no incident on 1 service") && page.contains("Orders") && !page.contains("data-until"))
        #expect(csv.hasPrefix("month,tenant,section,service,name,measure,value,unit\r\n2026-11,one,availability,orders,Orders,availability,1,ratio\r\n"))
        #expect(csv.contains("2026-11,one,cost,,aws,calls,"))
        #expect(try site.text("one/index.html").contains("reports/index.html") && site.text("one/reports/index.html").contains("2026-11/report.csv"))
        let inode = try FileManager.default.attributesOfItem(atPath: site.directory + "/public/one/reports/2026-11/index.html")[.systemFileNumber] as? Int
        site.clock.set(site.clock.now + 300)
        try await site.run { $0.stages = [.evaluate, .render] }
        #expect(try FileManager.default.attributesOfItem(atPath: site.directory + "/public/one/reports/2026-11/index.html")[.systemFileNumber] as? Int == inode)
    }

    @Test func `the command writes a page that stands alone and its numbers`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        let export = try MonthlyReportExport(directory: site.directory, world: site.world(), tenants: ["one"], month: "2026-11", now: TrialSite.firstRun)
        let html = String(decoding: try #require(export.files.first).html, as: UTF8.self)
        #expect(html.contains("November 2026 so far") && html.contains("<style>") && !html.contains("<link rel=\"stylesheet\"") && !html.contains("<script"))
        #expect(throws: MonthlyReportExport.Failed.self) { try MonthlyReportExport(directory: site.directory, world: site.world(), tenants: [], month: "2027-11", now: TrialSite.firstRun) }
    }
}
