import Alerting
import Notifiers
import Signals
import Site
import Storage
import Telemetry

/// The summary of a day or a week: what broke and for how long, what still fires, and whether messages arrived.
struct PeriodSummary {
    struct Period {
        /// `2026-11-20`: the day on which it ends.
        var name: String
        var window: TimeWindow
    }

    private let digest: DigestConfiguration
    private let announcer: Announcer
    private let store: TenantStore

    init(_ digest: DigestConfiguration, announcer: Announcer, store: TenantStore) {
        self.digest = digest
        self.announcer = announcer
        self.store = store
    }

    var noteKey: String { "summary/\(digest.period.rawValue)/\(digest.receiver)" }
    var groupKey: String { "summary=\(digest.period.rawValue),tenant=\(announcer.tenant.id)" }

    /// The last whole period; days begin at the configured time, weeks on Mondays.
    func period(endingAt now: Timestamp) -> Period? {
        let clock = announcer.clock
        var day = clock.startOfDay(now)
        // A day of 23 or 25 hours: a step into the middle of the day before finds its own midnight.
        func dayBefore(_ day: Timestamp) -> Timestamp { clock.startOfDay(day - 12 * 3_600) }
        if day + digest.at > now { day = dayBefore(day) }
        if digest.period == .week { while clock.civil(day).weekday % 7 != 1 { day = dayBefore(day) } }
        let end = day + digest.at, c = clock.civil(day)
        return Period(name: "\(c.year)-\(two(c.month))-\(two(c.day))", window: TimeWindow(from: end - digest.period.seconds, to: end))
    }

    func notice(of period: Period, said: [SaidBefore], sequence: Int) throws -> Notice {
        let window = period.window, clock = announcer.clock
        let incidents = try store.incidents(in: window).sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        let fired = try store.transitions(in: window).filter { $0.kind == .fired }
        let firing = announcer.states.filter { $0.phase == .firing }.sorted { ($0.since, $0.key) < ($1.since, $1.key) }
        let told = said.filter { window.contains($0.createdAt) && $0.kind != .test }
        let word = digest.period == .day ? "day" : "week"
        func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
        var notice = Notice(
            tenant: announcer.tenant.id, tenantTitle: announcer.tenant.title, service: "", serviceTitle: announcer.tenant.title, receiver: digest.receiver, groupKey: groupKey,
            groupLabels: ["summary": digest.period.rawValue, "tenant": announcer.tenant.id], kind: .digest, severity: firing.map(\.severity).max() ?? .warning, incident: nil,
            headline: "the \(word) to \(clock.day(window.end)): \(counted(incidents.count, "incident")), \(firing.count) firing now",
            lead: incidents.isEmpty && firing.isEmpty ? "Nothing fired." : "\(clock.day(window.start)) \(clock.time(window.start)) to \(clock.day(window.end)) \(clock.time(window.end)) \(announcer.zone(window.end)).",
            facts: messageFacts(told), alerts: [], closing: "Sent every \(word) at this time, whether or not anything happened.", sequence: sequence, createdAt: announcer.now)
        notice.siteURL = announcer.baseURL
        notice.incidentURL = announcer.url("alerts/")
        notice.sections = [
            Notice.Section("Firing now, the oldest first", firing.filter { $0.suppressedBy == nil }.map { state in
                .init(state.severity == .critical ? .critical : .warning,
                      "\(announcer.serviceTitle(state)): \(announcer.words(state)), for \(Quantity.text(Double(max(0, announcer.now - state.activeAt)), .seconds))")
            }),
            Notice.Section("Explained or silenced now", firing.filter { $0.suppressedBy != nil }.map { state in
                .init("\(announcer.serviceTitle(state)): \(announcer.ruleTitle(state)), \(state.suppressedBy ?? "")")
            }),
            Notice.Section("Incidents", incidents.map { incident in
                let service = announcer.tenant.services.first { $0.id == incident.service }?.title ?? incident.service
                let length = Quantity.text(Double(max(0, (incident.endedAt ?? announcer.now) - incident.startedAt)), .seconds)
                let state = incident.endedAt == nil ? "open for" : "lasted"
                return .init(incident.endedAt != nil ? .resolved : incident.severity == .critical ? .critical : .warning,
                             "\(clock.day(incident.startedAt)) \(clock.time(incident.startedAt)) \(service): \(incident.title), \(state) \(length), \(incident.severity.rawValue)")
            }),
            Notice.Section("Rules that fired", Dictionary(grouping: fired) { announcer.ruleTitle($0.state) }.mapValues(\.count).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { .init("\($0.value) × \($0.key)") }),
        ].filter { !$0.lines.isEmpty }
        return notice
    }

    /// The parts add up to what was made.
    private func messageFacts(_ told: [SaidBefore]) -> [Notice.Fact] {
        let words: [(OutboxMessage.State, String)] = [(.sent, "sent"), (.pending, "waiting"), (.sending, "on the way"), (.digested, "counted in another"), (.superseded, "taken back"), (.dead, "not delivered")]
        let parts = words.compactMap { state, word in
            let count = told.count { $0.state == state }
            return count > 0 ? "\(count) \(word)" : nil
        }
        return parts.isEmpty ? [] : [.init("Messages", "\(told.count): \(parts.joined(separator: ", "))")]
    }
}
