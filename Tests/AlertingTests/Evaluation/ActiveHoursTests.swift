import Signals
import Telemetry
import Testing
@testable import Alerting

@Suite struct ActiveHoursTests {
    /// Berlin in 2026: summer time from 29 March 01:00 UTC to 25 October 01:00 UTC.
    private static let berlin = ZoneOffsets("Europe/Berlin", changes: [
        .init(from: Timestamp(seconds: 0), offset: 3_600), .init(from: Timestamp(year: 2026, month: 3, day: 29, hour: 1), offset: 7_200),
        .init(from: Timestamp(year: 2026, month: 10, day: 25, hour: 1), offset: 3_600),
    ])
    private static let office = ActiveHours(days: [1, 2, 3, 4, 5], from: 8 * 3_600, to: 18 * 3_600, zone: berlin)
    private static let night = ActiveHours(days: [5], from: 22 * 3_600, to: 6 * 3_600, zone: berlin)
    private static let early = ActiveHours(days: Set(0...6), from: 2 * 3_600 + 1_800, to: 4 * 3_600, zone: berlin)

    @Test(arguments: [
        // Friday 20 November 2026 in winter; Monday 20 July in summer.
        (office, "2026-11-20T06:59:59Z", false), (office, "2026-11-20T07:00:00Z", true), (office, "2026-11-20T16:59:59Z", true), (office, "2026-11-20T17:00:00Z", false),
        (office, "2026-07-20T05:59:59Z", false), (office, "2026-07-20T06:00:00Z", true), (office, "2026-07-20T16:00:00Z", false), (office, "2026-11-21T10:00:00Z", false),
        // The Friday before and the Monday after each change.
        (office, "2026-03-27T07:00:00Z", true), (office, "2026-03-27T06:30:00Z", false), (office, "2026-03-30T06:00:00Z", true), (office, "2026-10-23T06:00:00Z", true),
        (office, "2026-10-26T06:30:00Z", false), (office, "2026-10-26T07:00:00Z", true),
        // Friday's night reaches into Saturday, not Thursday's into Friday.
        (night, "2026-11-20T21:00:00Z", true), (night, "2026-11-21T04:59:59Z", true), (night, "2026-11-21T05:00:00Z", false), (night, "2026-11-20T04:00:00Z", false),
        (night, "2026-11-21T22:00:00Z", false),
        // Clocks go from 02:00 to 03:00: half past two is not there, three o'clock comes an hour early.
        (early, "2026-03-29T00:59:59Z", false), (early, "2026-03-29T01:00:00Z", true), (early, "2026-03-29T01:59:59Z", true), (early, "2026-03-29T02:00:00Z", false),
        // Clocks go from 03:00 back to 02:00: half past two comes twice, and two o'clock between them is outside.
        (early, "2026-10-25T00:29:59Z", false), (early, "2026-10-25T00:30:00Z", true), (early, "2026-10-25T00:59:59Z", true), (early, "2026-10-25T01:00:00Z", false),
        (early, "2026-10-25T01:30:00Z", true), (early, "2026-10-25T02:59:59Z", true), (early, "2026-10-25T03:00:00Z", false),
    ]) func `hours follow the clocks of their place`(_ hours: ActiveHours, _ time: String, _ isActive: Bool) throws {
        #expect(hours.contains(try #require(Timestamp(rfc3339: time))) == isActive)
    }

    @Test(arguments: [(office, "mon-fri 08:00–18:00 Europe/Berlin"), (night, "fri 22:00–06:00 Europe/Berlin"),
                      (ActiveHours(days: [0, 6, 3], zone: .utc), "wed, sat-sun 00:00–24:00 UTC")])
    func `hours are told in words`(_ hours: ActiveHours, _ words: String) { #expect(hours.words == words) }

    @Test func `a rule fires and holds only within its hours, and recovers after them`() throws {
        // 00:00 to 01:00 UTC of a Friday; the rule watches from 00:15 to 00:40.
        var draft = RuleDraft.mock("visible > 1", hold: 300, recover: 600)
        draft.active = ActiveHours(days: [5], from: 900, to: 2_400, zone: .utc)
        let measurements = RecordedMeasurements(.queue, ["visible": Array(repeating: 5, count: 12)])
        let replay = try Evaluator(rules: compiled(draft), grain: 300).replay(measurements, in: TimeWindow(from: measurements.start, to: measurements.end(12)))
        #expect(replay.transitions.map { "\($0.kind.rawValue) \(($0.at - measurements.start) / 300)" } == ["fired 5", "resolved 11"])
    }
}
