import Alerting
@testable import Dashboard
import Telemetry
import Testing

@Suite struct ActiveHoursReadingTests {
    private func read(_ active: String) -> (hours: ActiveHours?, errors: [String]) {
        let text = """
            rules:
              - id: busy
                title: Busy
                on: queue
                warning: visible > 1
                runbook: queue-backlog
                summary: "{{value}}"
                active: \(active)
            """
        let diagnostics = Diagnostics()
        let drafts = RuleFile.drafts(in: Array(text.utf8), file: "rules/own.yaml", diagnostics: diagnostics)
        return (drafts.first?.active, diagnostics.errors.map(\.description))
    }

    @Test(arguments: [
        ("{days: mon-fri, from: \"08:00\", to: \"18:00\", zone: Europe/Berlin}", "mon-fri 08:00–18:00 Europe/Berlin"), ("{days: [sat, sun]}", "sat-sun 00:00–24:00 UTC"),
        ("{from: \"22:00\", to: \"06:00\"}", "mon-sun 22:00–06:00 UTC"), ("{days: fri-mon, zone: America/New_York}", "mon, fri-sun 00:00–24:00 America/New_York"),
        ("{days: \"mon, wed\", to: \"9:30\"}", "mon, wed 00:00–09:30 UTC"),
    ]) func `hours are read as they are written`(_ active: String, _ words: String) {
        let found = read(active)
        #expect(found.errors == [] && found.hours?.words == words)
    }

    @Test(arguments: [
        ("{days: mon-fir}", "'mon-fir' is no day"), ("{from: \"25:00\"}", "expected a clock time such as \"08:00\", in quotes"), ("{from: \"24:00\"}", "24:00 is the end of a day"),
        ("{to: \"24:01\"}", "expected a clock time"), ("{zone: Europe/Berln}", "unknown time zone 'Europe/Berln'. Did you mean 'Europe/Berlin'?"), ("{from: \"8\"}", "expected a clock time"),
        ("{hours: 8-18}", "hours"),
    ]) func `hours that are mistaken say what was meant`(_ active: String, _ message: String) {
        #expect(read(active).errors.contains { $0.contains(message) }, "\(read(active).errors)")
    }

    @Test func `zones of the machine change when they should`() throws {
        let berlin = try #require(ZoneOffsets(zone: "Europe/Berlin")), kolkata = try #require(ZoneOffsets(zone: "Asia/Kolkata"))
        #expect(berlin.offset(at: Timestamp(year: 2026, month: 3, day: 29, hour: 0)) == 3_600 && berlin.offset(at: Timestamp(year: 2026, month: 3, day: 29, hour: 1)) == 7_200)
        #expect(berlin.offset(at: Timestamp(year: 2026, month: 10, day: 25, hour: 0)) == 7_200 && berlin.offset(at: Timestamp(year: 2026, month: 10, day: 25, hour: 1)) == 3_600)
        #expect(berlin.offset(at: Timestamp(year: 2040, month: 7, day: 1)) == 7_200 && kolkata.offset(at: Timestamp(year: 2026, month: 7, day: 1)) == 19_800)
        #expect(ZoneOffsets(zone: "Mars/Olympus") == nil)
    }
}
