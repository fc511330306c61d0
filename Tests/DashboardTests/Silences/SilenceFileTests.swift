import Alerting
@testable import Dashboard
import Telemetry
import Testing

@Suite struct SilenceFileTests {
    private static func read(_ text: String) -> (file: SilenceFile?, mistakes: [String]) {
        let diagnostics = Diagnostics()
        let file = SilenceFile(bytes: Array(text.utf8), path: "silences/planned.yaml", diagnostics: diagnostics)
        return (file, diagnostics.sorted.map(\.description))
    }

    @Test(arguments: [
        ("match: {rule: queue-age}\nauthor: anna\nreason: x\n", "silences/planned.yaml:1:1: the key 'until' is missing: a silence without an end is forgotten. Give a time, or resolved"),
        ("match: {}\nauthor: anna\nreason: x\nuntil: 2026-11-20T10:05:00Z\n", "silences/planned.yaml:1:8: match: names no label: it would mute everything. Name a tenant, a service or a rule"),
        ("match: {rul: queue-age}\nauthor: anna\nreason: x\nuntil: 2026-11-20T10:05:00Z\n", "silences/planned.yaml:1:14: match.rul: unknown label 'rul'. Did you mean 'rule'?"),
        ("match: {rule: a}\nauthor: anna\nreason: ' '\nuntil: 2026-11-20T10:05:00Z\n", "silences/planned.yaml:3:9: reason: must not be empty"),
        ("match: {rule: a}\nauthor: anna\nreason: x\nuntil: tomorrow\n", "silences/planned.yaml:4:8: until: expected a time such as 2026-12-31T18:00:00Z, or resolved"),
        ("match: {rule: a}\nauthor: anna\nreason: x\nuntil: resolved\n", "silences/planned.yaml:4:8: until: resolved needs 'from': alerts that fire later are a new matter"),
        ("match: {rule: a}\nauthor: anna\nreason: x\nfrom: 2026-11-20T10:05:00Z\nuntil: 2026-11-20T10:05:00Z\n", "silences/planned.yaml:5:8: until: lies before 'from'"),
        ("match: {severity: high}\nauthor: anna\nreason: x\nuntil: 2026-11-20T10:05:00Z\n", "silences/planned.yaml:1:19: match.severity: expected warning or critical"),
        ("match: {kind: queu}\nauthor: anna\nreason: x\nuntil: 2026-11-20T10:05:00Z\n", "silences/planned.yaml:1:15: match.kind: unknown kind 'queu'. Did you mean 'queue'?"),
        ("match: {rule: a}\nauthor: anna\nreason: x\nweekly:\n  - {days: [satt], from: \"02:00\", to: \"04:00\"}\n", "silences/planned.yaml:5:12: weekly[0].days: 'satt' is no day. Did you mean 'sat'?"),
        ("match: {rule: a}\nauthor: anna\nreason: x\nweekly:\n  - {from: \"2:00\", to: \"04:00\"}\n", "silences/planned.yaml:5:12: weekly[0].from: expected a clock time in quotes, such as \"02:00\""),
        ("match: {rule: a}\nauthor: anna\nreason: x\nweekly:\n  - {from: \"02:00\", to: \"04:00\", zone: Europe/Berlim}\n", "silences/planned.yaml:5:40: weekly[0].zone: unknown time zone 'Europe/Berlim'. Did you mean 'Europe/Berlin'?"),
        ("match: {rule: a}\nauthr: anna\nreason: x\nuntil: 2026-11-20T10:05:00Z\n", "silences/planned.yaml:2:1: authr: unknown key 'authr'. Did you mean 'author'?"),
    ])
    func `a mistake is told with its place`(_ text: String, _ message: String) {
        let (file, mistakes) = Self.read(text)
        #expect(file == nil)
        #expect(mistakes.contains(message), "\(mistakes)")
    }

    @Test func `what is written is read back`() throws {
        var file = SilenceFile(silence: Silence(id: "planned", kind: .maintenance, author: "Anna \"A\" Ö", reason: "a: b # c\n\u{202E}", match: ["tenant": "acme", "resource": "x-*'\""],
                                                start: Timestamp(seconds: 1_795_176_000), end: .at(Timestamp(seconds: 1_795_179_600))))
        file.weekly = [WeeklyWindow(days: [0, 6], from: 120, to: 240, zone: "Europe/Berlin")]
        let (back, mistakes) = Self.read(file.text)
        #expect(mistakes == [] && back == file)
        var acknowledged = file
        acknowledged.weekly = []
        acknowledged.silence.end = .resolved
        #expect(Self.read(acknowledged.text).file == acknowledged)
    }

    @Test func `ending a silence changes its own line and nothing else`() throws {
        let now = Timestamp(seconds: 1_795_176_000)
        let text = "# ours\nmatch: {rule: a}   # why\nuntil: 2027-01-01T00:00:00Z\nauthor: anna\nreason: x\n"
        #expect(SilenceFile.ended(text, at: now) == "# ours\nmatch: {rule: a}   # why\nuntil: \(now.rfc3339)\nauthor: anna\nreason: x\n")
        #expect(SilenceFile.ended("reason: x", at: now) == "reason: x\nuntil: \(now.rfc3339)\n")
    }

    /// Berlin: 25 October 2026 has two hours from 02:00 to 03:00, 28 March 2027 has none.
    @Test(arguments: [
        ("2026-10-24T12:00:00Z", ["2026-10-25T00:00:00Z 2026-10-25T03:00:00Z"]),
        ("2026-11-07T12:00:00Z", ["2026-11-08T01:00:00Z 2026-11-08T03:00:00Z"]),
        ("2027-03-27T12:00:00Z", ["2027-03-28T01:00:00Z 2027-03-28T02:00:00Z"]),
    ])
    func `a weekly window follows the clock on the wall`(_ now: String, _ windows: [String]) throws {
        let now = try #require(Timestamp(rfc3339: now))
        let found = WeeklyWindow(days: [0], from: 120, to: 240, zone: "Europe/Berlin").windows(in: TimeWindow(from: now, to: now + 2 * 86_400))
        #expect(found.map { "\($0.start.rfc3339) \($0.end.rfc3339)" } == windows)
    }

    @Test func `a window over midnight begins on its day and ends on the next`() throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-20T12:00:00Z"))
        let found = WeeklyWindow(days: [5], from: 22 * 60, to: 6 * 60, zone: "UTC").windows(in: TimeWindow(from: now, to: now + 86_400))
        #expect(found.map { "\($0.start.rfc3339) \($0.end.rfc3339)" } == ["2026-11-20T22:00:00Z 2026-11-21T06:00:00Z"])
    }
}
