import Alerting
import Storage
import Telemetry

/// What one month was like for one tenant, in numbers: the page and the CSV say the same.
package struct MonthlyReport: Sendable {
    package struct Service: Sendable {
        package var id: String
        package var title: String
        /// Seconds of the month's hours in which anything of it was measured.
        package var measuredSeconds: Int64
        /// Critical seconds within them.
        package var unavailableSeconds: Int64
        /// Seconds in which an alert of that severity fired; alerts at the same time count once.
        package var criticalSeconds: Int64
        package var warningSeconds: Int64
        package var incidents: Int
        package var days: [DayStrip.Day]

        /// The share of the measured time without a critical incident; nothing where nothing was measured.
        package var availability: Double? {
            measuredSeconds > 0 ? max(0, 1 - Double(unavailableSeconds) / Double(measuredSeconds)) : nil
        }
    }

    package struct Objective: Sendable {
        package var id: String
        package var serviceID: String
        package var service: String
        package var title: String
        package var promised: Double
        package var events: Double
        package var bad: Double

        package var kept: Double? { events > 0 ? 1 - bad / events : nil }
        /// Of what the month allowed to go wrong.
        package var budgetUsed: Double? { events > 0 && promised < 1 ? bad / ((1 - promised) * events) : nil }
        package var isMet: Bool? { kept.map { $0 >= promised } }
    }

    package struct Cost: Sendable {
        package var source: String
        package var calls: Int
        package var dollars: Double
    }

    package let month: ReportMonth
    package let window: TimeWindow
    /// The month is not over: what is said reaches to now.
    package let isRunning: Bool
    package let services: [Service]
    package let objectives: [Objective]
    /// The oldest first.
    package let incidents: [Incident]
    /// The loudest first, only those that fired.
    package let noise: [RuleRecord]
    /// By end: sent, digested, dead…; nothing where messages of the month are no longer kept.
    package let messages: [OutboxMessage.State: Int]?
    package let costs: [Cost]
    package let costBefore: Double

    package init(_ month: ReportMonth, of site: TenantSite, store: TenantStore, now: Timestamp) throws(StoreError) {
        let clock = TenantClock(zone: site.timezone, now: now), whole = month.window(clock)
        let window = TimeWindow(from: whole.start, to: min(whole.end, now))
        self.month = month
        self.window = window
        isRunning = now < whole.end
        let incidents = try store.incidents(in: window).sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        self.incidents = incidents
        let days = clock.days(in: window)
        // Hours before the first evaluation hold numbers that nobody judged.
        let start = try store.evaluationStart() ?? window.start, judged = start < window.end ? TimeWindow(from: max(start, window.start), to: window.end) : nil
        let transitions = try store.transitions(in: TimeWindow(from: window.start, to: now + 1)), states = try store.alertStates()
        var services: [Service] = [], objectives: [Objective] = []
        for service in site.services {
            var hours: Set<Timestamp> = []
            let spans = AlertBands.spans(transitions.filter { $0.state.service == service.id }, alerts: states.filter { $0.service == service.id }, in: window)
            for resource in service.resources where ![.slo, .balance].contains(resource.id.kind) {
                let grid = try store.grid(of: resource.id, in: window, resolution: .hour)
                for column in grid.columns.values { for (row, value) in column.values.enumerated() where !value.isNaN { hours.insert(grid.time(row)) } }
            }
            let own = incidents.filter { $0.service == service.id }
            let measured = judged.map { Self.stretches(hours, in: $0) } ?? []
            let critical = spans[.critical] ?? [], warning = spans[.warning] ?? []
            services.append(Service(
                id: service.id, title: service.title, measuredSeconds: measured.reduce(0) { $0 + $1.seconds }, unavailableSeconds: measured.reduce(0) { $0 + Self.covered(critical, in: $1) },
                criticalSeconds: Self.covered(critical, in: window), warningSeconds: Self.covered(warning, in: window), incidents: own.count,
                days: days.map { day in Self.state(spans, in: day, isMeasured: measured.contains { $0.start < day.end && $0.end > day.start }) }))
            for objective in service.objectives {
                let grid = try store.grid(of: objective.id, in: window, resolution: .hour)
                objectives.append(Objective(id: objective.id.name, serviceID: service.id, service: service.title, title: objective.title, promised: objective.objective, events: Self.sum(grid.columns["total"]), bad: Self.sum(grid.columns["bad"])))
            }
        }
        self.services = services
        self.objectives = objectives
        noise = RuleRecord.records(of: Backtest.Firing.all(in: try store.transitions(in: window)), rules: [String]()).filter { $0.fired > 0 }
        // Messages are forgotten with the raw points.
        messages = now - window.start <= store.retention.raw(grain: store.grain)
            ? Dictionary(grouping: try store.said(since: window.start).filter { window.contains($0.createdAt) && $0.kind != .test }, by: \.state).mapValues(\.count) : nil
        costs = Dictionary(grouping: try store.ledger(in: window), by: \.source).map { source, entries in
            Cost(source: source, calls: entries.reduce(0) { $0 + $1.calls }, dollars: entries.reduce(0) { $0 + $1.dollars })
        }.sorted { ($1.dollars, $0.source) < ($0.dollars, $1.source) }
        costBefore = try store.ledger(in: month.previous.window(clock)).reduce(0) { $0 + $1.dollars }
    }

    package var dollars: Double { costs.reduce(0) { $0 + $1.dollars } }
    /// The middle length of those that ended, in seconds.
    package var medianSeconds: Int64? {
        let lengths = incidents.compactMap { incident in incident.endedAt.map { $0 - incident.startedAt } }.sorted()
        return lengths.isEmpty ? nil : lengths[lengths.count / 2]
    }

    /// Seconds of the window that lie in the spans, of which none overlaps another.
    static func covered(_ spans: [TimeWindow], in window: TimeWindow) -> Int64 {
        spans.reduce(0) { $0 + max(0, min($1.end, window.end) - max($1.start, window.start)) }
    }

    /// Hours that follow each other as one stretch, cut to the window.
    static func stretches(_ hours: Set<Timestamp>, in window: TimeWindow) -> [TimeWindow] {
        var out: [TimeWindow] = []
        for hour in hours.sorted() {
            let from = max(hour, window.start), to = min(hour + 3_600, window.end)
            guard to > from else { continue }
            if let last = out.last, last.end >= from { out[out.count - 1] = TimeWindow(from: last.start, to: to) } else { out.append(TimeWindow(from: from, to: to)) }
        }
        return out
    }

    private static func state(_ spans: [Severity: [TimeWindow]], in day: TimeWindow, isMeasured: Bool) -> DayStrip.Day {
        func isHit(_ severity: Severity) -> Bool { covered(spans[severity] ?? [], in: day) > 0 }
        return isHit(.critical) ? .critical : isHit(.warning) ? .warning : isMeasured ? .ok : .noData
    }

    /// Hours hold the mean and the count of their points.
    private static func sum(_ column: SampleColumn?) -> Double {
        guard let column else { return 0 }
        return column.values.enumerated().reduce(0) { sum, point in
            point.element.isFinite ? sum + point.element * (column.counts.indices.contains(point.offset) ? Double(column.counts[point.offset]) : 1) : sum
        }
    }
}
