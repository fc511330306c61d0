import Curl
import Telemetry

/// HTTP checks from where this program runs. A check that fails is a measurement, not a problem of measuring.
package struct ProbeCollector: Source {
    private let checks: [ProbeCheck]
    private let environment: WebEnvironment

    package init(checks: [ProbeCheck], environment: WebEnvironment) {
        self.checks = checks
        self.environment = environment
    }

    package func harvest(_ order: CollectionOrder) async -> Harvest {
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        let due = checks.prefix(max(0, order.budget.calls))
        let visits = await inParallel(Array(due), atOnce: 16) { check in
            order.isOutOfTime() ? nil : await ProbeVisit(check, environment: environment, lane: order.tenant).result()
        }
        // The last whole step: a point may not lie after the end of what rules look at.
        let time = CollectionWindow.end(now: order.now, period: order.grain) - order.grain
        var calls = 0, bytes = 0
        for (check, visit) in zip(due, visits) {
            guard let visit else { continue }
            calls += visit.calls
            bytes += visit.bytes
            add(visit, of: check, at: time, order: order, to: &harvest)
        }
        let left = checks.count - visits.count(where: { $0 != nil })
        if left > 0 {
            let why = due.count < checks.count ? "the budget of \(order.budget.calls) calls is used up" : "the time of this run is used up"
            harvest.problems.append(Problem(.budget, source: order.source, operation: "probe:check",
                                            message: "\(left) HTTP checks of source '\(order.source)' were not made: \(why). Raise budget.calls_per_run or the deadline if it happens each time."))
        }
        if calls > 0 { harvest.ledger = [LedgerEntry(source: order.source, operation: "probe:check", calls: calls, units: due.count, bytes: bytes, dollars: 0)] }
        harvest.series.sort { $0.series < $1.series }
        harvest.readings = [SourceReading(source: order.source, what: "HTTP checks", state: harvest.problems.isEmpty ? .ok : .partial,
                                          dataTo: calls > 0 ? time + order.grain : nil, detail: harvest.problems.first?.message)]
        return harvest
    }

    private func add(_ visit: ProbeVisit.Result, of check: ProbeCheck, at time: Timestamp, order: CollectionOrder, to harvest: inout Harvest) {
        let owner = order.owner(of: .probe, check.name), id = owner.id
        func series(_ name: String) -> SeriesID { SeriesID(id, name) }
        func add(_ name: String, _ value: Double) {
            harvest.series.append(SeriesBatch(series(name), period: order.grain, samples: [Sample(time, value)]))
            harvest.cursors[series(name)] = time + order.grain
        }
        let said = visit.complaint.map { Redactor.redacted($0, limit: 200) }
        harvest.resources.append(Resource(id: id, service: owner.service, presence: .unknown, settings: [
            .probeTarget: .text(Redactor.redacted(visit.place, limit: 200)), .probeAnswer: .text(said ?? "as expected"),
        ]))
        if let refusal = visit.refusal {
            // We did not let it happen, which says nothing about the other side.
            for name in ["up", "latency", "status", "tls_expires_in"] { harvest.absences[series(name)] = Absence(.denied, since: order.now, detail: said) }
            harvest.problems.append(Problem(.denied, source: order.source, operation: "probe:check", place: visit.place,
                                            message: "Check '\(Redactor.redacted(check.name, limit: 100))' (source '\(order.source)'): \(refusal)", resource: id))
            return
        }
        add("up", visit.complaint == nil ? 1 : 0)
        if let seconds = visit.seconds { add("latency", seconds) } else { harvest.absences[series("latency")] = Absence(.sourceError, since: order.now, detail: said) }
        if let status = visit.status { add("status", Double(status)) } else { harvest.absences[series("status")] = Absence(.sourceError, since: order.now, detail: said) }
        if let end = visit.certificateEnd {
            add("tls_expires_in", Double(end &- order.now.seconds))
        } else {
            let isPlain = !visit.place.contains("https://")
            harvest.absences[series("tls_expires_in")] = Absence(isPlain ? .disabled : .sourceError, since: order.now, detail: isPlain ? "no certificate: the check is plain http" : said)
        }
    }
}
