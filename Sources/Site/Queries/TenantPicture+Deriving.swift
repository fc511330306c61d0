import Alerting
import Signals
import Storage
import Telemetry

/// What the store gives for one tenant, before it has a meaning.
package struct TenantObservations: Sendable {
    package var resources: [Resource] = []
    package var absences: [ResourceID: [String: Absence]] = [:]
    package var days: [ResourceID: SampleGrid] = [:]
    package var states: [AlertState] = []
    package var incidents: [Incident] = []
    package var readings: [SourceReading] = []
    package var problems: [Problem] = []
    package var corrections: [SeriesID: Corrections] = [:]
    package var deployments: [Deployment] = []
    package var smokeTests: [SmokeTest] = []
    package var ledger: [LedgerEntry] = []
    package var ledgerFrom = Timestamp(seconds: 0)
    /// By service.
    package var newLines: [String: NewLines] = [:]
    /// By service, oldest first, with the local midnight at which each day begins.
    package var history: [String: [(day: Timestamp, state: DayStrip.Day)]] = [:]
    package init() {}
}

extension TenantPicture {
    /// Where charts of a build at `now` end. While the data is fresh that is where it ends; a stale tenant's charts show the gap.
    package static func end(now: Timestamp, dataTo: Timestamp?, site: TenantSite) -> Timestamp {
        let present = now.floored(to: site.grain)
        guard let dataTo, !Freshness(dataTo: dataTo, interval: site.interval).isStale(at: now) else { return present }
        return min(present, (dataTo + (site.grain - 1)).floored(to: site.grain))
    }

    init(_ site: TenantSite, observed: TenantObservations, ages: SourceAges, clock: TenantClock, now: Timestamp) {
        self.site = site
        self.clock = clock
        self.now = now
        dataTo = ages.dataTo(of: Set(site.services.flatMap { $0.resources.map(\.id.source) }))
        laggard = ages.laggard(behind: dataTo, by: site.interval)
        // Charts show all there is; a source that lags has a gap in them.
        end = Self.end(now: now, dataTo: ages.newest, site: site)
        var watching: [ResourceID: [Int]] = [:]
        for (place, rule) in site.rules.enumerated() { for id in rule.resources { watching[id, default: []].append(place) } }
        rulesByResource = watching
        incidents = observed.incidents
        readings = observed.readings
        problems = observed.problems
        corrections = observed.corrections
        deployments = observed.deployments
        smokeTests = observed.smokeTests
        ledger = observed.ledger
        ledgerFrom = observed.ledgerFrom
        services = []
        state = .ok
        let known = Dictionary(observed.resources.map { ($0.id, $0) }) { first, _ in first }
        let stale = isStale
        let found = Dictionary(grouping: observed.resources, by: \.service)
        services = site.services.map { service in
            Self.service(service, observed: observed, found: found[service.id] ?? [], known: known, ages: ages, interval: site.interval, end: end, grain: site.grain, clock: clock)
        }.enumerated().sorted { a, b in
            if a.element.state != b.element.state { return a.element.state < b.element.state }
            let left = a.element.since ?? now, right = b.element.since ?? now
            return left == right ? a.offset < b.offset : left < right
        }.map(\.element)
        state = site.disabled != nil ? .disabled : stale ? min(.stale, services.first?.state ?? .stale)
            // Nothing was ever read: because it may not be, or for another reason.
            : dataTo == nil ? (!services.isEmpty && services.allSatisfy { $0.state == .denied } ? .denied : .noData) : services.first?.state ?? .ok
    }

    private static func service(_ service: ServiceSite, observed: TenantObservations, found: [Resource], known: [ResourceID: Resource], ages: SourceAges, interval: Int64,
                                end: Timestamp, grain: Int64, clock: TenantClock) -> ServicePicture {
        // A source that stands still makes its own services stale, not those of the others.
        let freshness = Freshness(dataTo: ages.dataTo(of: Set(service.resources.map(\.id.source))), interval: interval)
        let alerts = observed.states.filter { $0.service == service.id && $0.phase != .inactive && $0.phase != .resolved }.sorted { a, b in
            let left = a.mark ?? .ok, right = b.mark ?? .ok
            if left != right { return left < right }
            return a.activeAt == b.activeAt ? a.key < b.key : a.activeAt < b.activeAt
        }
        let declared = Set(service.resources.map(\.id))
        // Discovery may know more than the file: what it found comes after what was declared.
        let found = found.filter { !declared.contains($0.id) }.map { ResourceSite($0.id) }
        let resources = (service.resources + found).map { site in
            var picture = ResourcePicture(site: site, resource: known[site.id], absences: observed.absences[site.id] ?? [:],
                                          alerts: alerts.filter { $0.key.resource == site.id },
                                          day: observed.days[site.id] ?? SampleGrid(start: end - 86_400, period: grain, count: Int(86_400 / max(1, grain))),
                                          state: .ok, word: nil)
            (picture.state, picture.word) = standing(of: picture, isDeclared: service.logsDeclared != nil && site.id.kind == .log, freshness: freshness, now: clock.now)
            return picture
        }
        var state = alerts.first?.mark ?? .ok, word = alerts.first.map { AlertWords($0, now: clock.now).badge }
        if state != .critical && state != .warning { word = nil }
        let seen = resources.filter(\.owesValues).map(\.state)
        let isStale = freshness.isStale(at: clock.now)
        if isStale, state > .stale {
            word = "Was \(state.word)"
            state = .stale
        } else if state > .noData, !seen.isEmpty {
            // One silent resource is a finding on the page; a service is silent only when all of it is.
            for silent in [StateMark.noData, .denied, .asleep, .declaredDenial] where seen.allSatisfy({ $0 == silent }) { state = silent; word = nil }
        }
        let days = observed.history[service.id] ?? []
        return ServicePicture(site: service, state: state, word: word, since: alerts.first?.activeAt, alerts: alerts,
                              quiet: observed.states.filter { $0.service == service.id && $0.phase == .inactive }, resources: resources,
                              days: days.map(\.state), dayNames: days.map { clock.shortDay($0.day) },
                              incidentSince: alerts.first { $0.phase == .firing }?.incident.flatMap { id in observed.incidents.first { $0.id == id }?.startedAt },
                              newLines: observed.newLines[service.id])
    }

    /// One resource's state is the same here as in rules and exit codes; only the word may be the domain's.
    private static func standing(of resource: ResourcePicture, isDeclared: Bool, freshness: Freshness, now: Timestamp) -> (StateMark, Phrase?) {
        var standing = ResourceStanding(resource.resource ?? Resource(id: resource.id, service: ""), freshness: freshness)
        standing.alerts = resource.alerts
        standing.absences = resource.absences.sorted { $0.key < $1.key }.map(\.value)
        // Of a sleeping queue every count is zero because nothing came: filled in, not measured.
        let sleeps = resource.absences.values.contains { $0.reason == .asleep }
        let fresh = resource.day.columns.keys.count { sleeps ? resource.isMeasured($0) : resource.latest($0) != nil }
        // A number or two from another source do not speak for all those that a source owes.
        let owed = resource.absences.values.count { $0.reason == .sourceError }
        standing.hasValues = fresh > 0 && owed <= fresh
        standing.isDeclared = isDeclared
        let mark = StateMark(standing.status(at: now))
        if mark == .critical || mark == .warning, let alert = resource.alerts.first { return (mark, AlertWords(alert, now: now).badge) }
        return (mark, mark != .noData ? nil : resource.resource?.presence == .missing ? "Missing" : fresh > 0 ? "Partly read" : nil)
    }
}
