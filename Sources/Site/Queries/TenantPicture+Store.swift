import Alerting
import Storage
import Telemetry

extension TenantPicture {
    /// Reads a tenant's file once; every page is made from what comes back.
    package static func read(_ site: TenantSite, from store: TenantStore, now: Timestamp, language: Language? = nil) throws(StoreError) -> TenantPicture {
        let clock = TenantClock(zone: site.timezone, now: now, language: language)
        var observed = TenantObservations()
        observed.resources = try store.resources()
        observed.readings = try store.readings()
        // What was read since then is not shown; up to then the numbers are whole.
        if site.isPast { for index in observed.readings.indices { observed.readings[index].dataTo = observed.readings[index].dataTo.map { min($0, now.floored(to: site.grain)) } } }
        var wanted = Set(site.services.flatMap { $0.resources.map(\.id) })
        wanted.formUnion(observed.resources.map(\.id))
        let ages = SourceAges(observed.readings, now: now)
        let window = Self.day(until: Self.end(now: now, dataTo: ages.newest, site: site))
        for id in wanted.sorted() {
            observed.days[id] = try store.grid(of: id, in: window, resolution: .raw)
            observed.absences[id] = try store.absences(of: id)
        }
        observed.states = try site.isPast ? store.alertStates(at: now) : store.alertStates()
        observed.incidents = try store.incidents(in: TimeWindow(from: now - 30 * 86_400, to: now + 1))
        if site.isPast { for index in observed.incidents.indices where observed.incidents[index].endedAt.map({ $0 > now }) ?? false { observed.incidents[index].endedAt = nil } }
        observed.problems = try store.problems()
        observed.corrections = try store.corrections()
        observed.deployments = try store.deployments(in: TimeWindow(from: now - 90 * 86_400, to: now + 1))
        observed.smokeTests = try store.smokeTests(in: TimeWindow(from: now - 90 * 86_400, to: now + 1))
        let today = clock.civil(now)
        let month = clock.startOfDay(clock.startOfDay(now) - Int64(today.day - 1) * 86_400 + 43_200)
        observed.ledgerFrom = month
        observed.ledger = try store.ledger(in: TimeWindow(from: month, to: now + 1))
        for day in try store.statusHistory(of: clock.days(30, through: now), until: now) {
            observed.history[day.service, default: []].append((day.day, day.status.mark))
        }
        for service in site.services { observed.newLines[service.id] = try NewLines(of: service, observed, now: now, store: store) }
        return TenantPicture(site, observed: observed, ages: ages, clock: clock, now: now)
    }

    private static func day(until end: Timestamp) -> TimeWindow { TimeWindow(from: end - 86_400, to: end) }
}

extension DayStatus.Status {
    var mark: DayStrip.Day {
        switch self {
        case .ok: .ok
        case .warning: .warning
        case .critical: .critical
        case .noData: .noData
        }
    }
}
