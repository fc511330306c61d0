import Collectors
import Signals
import Storage
import Telemetry

/// Counts the events of every objective of a tenant and what is left of its budget, as series of their own: rules and pages read them like any other.
struct ObjectiveKeeper {
    let tenant: TenantConfiguration
    let context: RunContext

    init(_ tenant: TenantConfiguration, context: RunContext) {
        self.tenant = tenant
        self.context = context
    }

    /// What is to be recorded beside the harvest that the counts come from. Its problems stay those of the run.
    func harvest(after harvest: Harvest, from store: TenantStore) throws -> Harvest {
        var made = Harvest(window: harvest.window)
        made.problems = harvest.problems
        guard tenant.services.contains(where: { !$0.objectives.isEmpty }) else { return made }
        let resources = try store.resources(), end = CollectionWindow.end(now: context.now, period: store.grain)
        for service in tenant.services {
            for level in service.serviceLevels(among: resources) { try keep(level, to: end, resources: resources, store: store, &made) }
        }
        return made
    }

    private func keep(_ level: ServiceLevel, to end: Timestamp, resources: [Resource], store: TenantStore, _ made: inout Harvest) throws {
        made.resources.append(level.resource)
        let series = SeriesID(level.id, "total"), oldest = end - level.window, grain = store.grain
        // Counts may be corrected for a quarter of an hour. A new objective counts what is stored of its whole window.
        let from = max(oldest, (try store.cursor(of: series) ?? oldest) - CollectionWindow.rereading).floored(to: grain)
        let fresh = TimeWindow(from: from, to: end), known = TimeWindow(from: (from - level.window).floored(to: grain), to: from)
        var readers: [ResourceID: SignalReader] = [:]
        for id in Set(level.terms.map(\.resource)) {
            guard let resource = resources.first(where: { $0.id == id }) else { continue }
            readers[id] = SignalReader(resource, grid: try store.grid(of: id, in: fresh, resolution: .raw))
        }
        let rows = Int(clamping: fresh.seconds / grain)
        let events = level.events(rows: rows) { readers[$0.resource]?.column($0.signal) }
        let before = try store.grid(of: level.id, in: known, resolution: .raw), absent = [Double](repeating: .nan, count: before.count)
        let budgets = level.budgets(total: (before.columns["total"]?.values ?? absent) + events.total.values, bad: (before.columns["bad"]?.values ?? absent) + events.bad.values,
                                    period: grain, last: rows)

        var samples: [String: [Sample]] = [:]
        for row in 0..<rows where events.total.values[row].isFinite {
            let time = fresh.start + Int64(row) * grain
            let quality = events.total.qualities[row] == .final ? CollectionWindow.quality(of: time, end: end) : events.total.qualities[row]
            func add(_ name: String, _ value: Double?) {
                if let value, value.isFinite { samples[name, default: []].append(Sample(time, value, quality)) }
            }
            add("total", events.total.values[row])
            add("bad", events.bad.values[row])
            add("allowed", level.allowance * events.total.values[row])
            guard budgets.indices.contains(row), let budget = budgets[row] else { continue }
            add("budget_left", budget.left)
            add("watched", budget.watched)
            add("exhausts_in", budget.exhaustsIn)
            for (span, rate) in budget.burnRate { add(span.signal, rate) }
        }
        for (name, points) in samples.sorted(by: { $0.key < $1.key }) { made.series.append(SeriesBatch(SeriesID(level.id, name), period: grain, samples: points)) }
        if (samples["total"]?.last?.time ?? oldest) < end - 2 * grain {
            made.absences[series] = try Absence.of(level.terms, readers: &readers, store: store, now: context.now) ?? Absence(.asleep, since: context.now, detail: "nothing was counted")
        }
    }
}
