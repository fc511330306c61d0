import Alerting
import Signals
import Storage
import Telemetry

/// Everything that the pages of one tenant draw from, read once a build.
package struct TenantPicture: Sendable {
    package var site: TenantSite
    package var clock: TenantClock
    package var now: Timestamp
    /// Up to where the numbers of all sources are known; nothing where nothing ever was.
    package var dataTo: Timestamp?
    /// The source that keeps `dataTo` behind the others, by more than a run.
    package var laggard: SourceReading?
    /// Where charts end: the present, or where the data ends while it is fresh.
    package var end: Timestamp
    /// Worst first.
    package var services: [ServicePicture]
    package var incidents: [Incident]
    package var readings: [SourceReading]
    package var problems: [Problem]
    /// What later reads changed, by series.
    package var corrections: [SeriesID: Corrections]
    package var deployments: [Deployment]
    package var smokeTests: [SmokeTest]
    package var ledger: [LedgerEntry]
    package var ledgerFrom: Timestamp
    package var state: StateMark
    /// Places in the site's rules. Asked the other way round, each page would compare every resource of the tenant with every rule.
    let rulesByResource: [ResourceID: [Int]]

    /// What its pages are written in; nothing: English.
    package var language: Language? { clock.language }
    package func service(_ id: String) -> ServicePicture? { services.first { $0.site.id == id } }
    /// All alerts that are not inactive, in the order of pages.
    package var alerts: [AlertState] {
        services.flatMap(\.alerts).sorted { a, b in
            let left = a.mark ?? .ok, right = b.mark ?? .ok
            if left != right { return left < right }
            return a.activeAt == b.activeAt ? a.key < b.key : a.activeAt < b.activeAt
        }
    }
    package var staleAfter: Timestamp { now + 3 * site.interval }
    package var isStale: Bool { Freshness(dataTo: dataTo, interval: site.interval).isStale(at: now) }
    /// Titles of built-in rules are said in the language of the page; a rule that is gone is called by its id.
    func ruleTitle(_ id: String) -> Phrase { rule(id).map { .known($0.title) } ?? .verbatim(id) }
    package func rule(_ id: String) -> RuleSite? { site.rules.first { $0.id == id } }
    /// Those that watch one of the service's resources, in the order of the file.
    package func rules(watching service: ServicePicture) -> [RuleSite] {
        Set(service.resources.flatMap { rulesByResource[$0.id] ?? [] }).sorted().map { site.rules[$0] }
    }
    package func rules(watching resource: ResourceID) -> [RuleSite] { (rulesByResource[resource] ?? []).map { site.rules[$0] } }
}

/// One service as it stands.
package struct ServicePicture: Sendable {
    package var site: ServiceSite
    package var state: StateMark
    /// A domain word for the state: `Blocked`.
    package var word: Phrase?
    package var since: Timestamp?
    package var alerts: [AlertState]
    /// Rules that are at rest, for what they say about themselves.
    package var quiet: [AlertState]
    package var resources: [ResourcePicture]
    package var days: [DayStrip.Day]
    package var dayNames: [String]
    /// When the incident began that its worst alert belongs to; an alert that comes back soon is told in the same one.
    package var incidentSince: Timestamp?
    /// Error lines that its last deployment may have brought; nothing where that cannot be told.
    package var newLines: NewLines?

    /// Seconds by which an incident must be older than its alert to be worth a word.
    private static let apart: Int64 = 1_800
    package var firing: [AlertState] { alerts.filter { $0.phase == .firing && ($0.mark == .critical || $0.mark == .warning) } }
    /// The alert that gives the page its sentence.
    package var worst: AlertState? { firing.first }

    /// `has been blocked for 47 min`; nothing where nothing fires.
    package func phrase(at now: Timestamp) -> Phrase? {
        worst.map { worst in
            let length = AlertWords(worst, now: now).phrase
            guard let incidentSince, worst.activeAt - incidentSince > Self.apart else { return length }
            return "\(length), in an incident of \(Words.span(max(0, now - incidentSince)))"
        }
    }
}

/// One resource with the last day of its signals.
package struct ResourcePicture: Sendable {
    package var site: ResourceSite
    /// As the inventory knows it; nothing where it was never seen.
    package var resource: Resource?
    package var absences: [String: Absence]
    package var alerts: [AlertState]
    /// 24 hours at the grain.
    package var day: SampleGrid
    package var state: StateMark
    package var word: Phrase?

    package var id: ResourceID { site.id }
    package var isDeadLetterQueue: Bool { id.kind == .queue && resource?.settings[.deadLetterSources]?.text?.isEmpty == false }

    /// The signal that counts what failed here; nothing where another signal tells of failures or none does.
    package var failures: String? {
        switch id.kind {
        case .function: "errors"
        case .api, .httpAPI: "errors_5xx"
        case .queue, .topic, .bus, .table, .bucket, .stateMachine, .log, .trace, .probe, .balance, .slo: nil
        }
    }

    /// Whether what waits here is on its way: dead letters wait for a person, and their age says nothing of a backlog.
    package var isWorkQueue: Bool { id.kind == .queue && !isDeadLetterQueue }

    package func setting(_ setting: Setting) -> Double? { resource?.settings[setting]?.number }

    /// The newest value, if it is no older than four rows.
    package func latest(_ name: String) -> Double? {
        for row in stride(from: day.count - 1, through: max(0, day.count - 4), by: -1) {
            if let value = day[name, row] { return value }
        }
        return nil
    }

    /// Whether one of the last four rows holds what the source said, not a zero that was filled in for its silence.
    package func isMeasured(_ name: String) -> Bool {
        guard let column = day.columns[name] else { return false }
        return zip(column.values, column.qualities).suffix(4).contains { !$0.isNaN && $1 != .zeroFilled }
    }

    /// The sum over the last `seconds`; nothing where no row has a value.
    package func sum(_ name: String, over seconds: Int64) -> Double? {
        let rows = Int(clamping: max(1, seconds / day.period))
        var sum = 0.0, found = false
        for row in max(0, day.count - rows)..<max(0, day.count) {
            if let value = day[name, row] { sum += value; found = true }
        }
        return found ? sum : nil
    }

    /// Values of the last `seconds`, NaN where there is none.
    package func values(_ name: String, over seconds: Int64 = 86_400) -> [Double] {
        guard let column = day.columns[name] else { return [] }
        return Array(column.values.suffix(Int(clamping: max(1, seconds / day.period))))
    }

    /// When the last row with more than zero ended.
    package func lastNonZero(_ name: String) -> Timestamp? {
        guard let column = day.columns[name] else { return nil }
        return column.values.lastIndex { $0 > 0 }.map { day.time($0 + 1) }
    }

    /// Kinds that may have no signal of their own say nothing by their silence.
    package var owesValues: Bool { hasValues || ![.bucket, .stateMachine, .log, .trace, .balance, .slo].contains(id.kind) }

    package var hasValues: Bool { day.columns.values.contains { $0.values.contains { !$0.isNaN } } }
}
