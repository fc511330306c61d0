import Alerting
import JSON
import Signals
import Telemetry

/// `status.json` and `alerts.json`: what the pages say, for programs. Same words, same order.
struct StatusDocuments {
    let picture: TenantPicture

    var pages: [SitePage] {
        [SitePage("status.json", status.bytes(pretty: true)), SitePage("alerts.json", JSONValue.object([.init("schema", 1), .init("tenant", .string(picture.site.id)), .init("generated_at", .string(picture.now.rfc3339)), .init("alerts", alerts)]).bytes(pretty: true))]
    }

    private var status: JSONValue {
        ["schema": 1, "tenant": .string(picture.site.id), "title": .string(picture.site.title), "status": .string(picture.state.key), "sentence": .string(Verdict.sentence(picture).english.plainSpaces),
         "generated_at": .string(picture.now.rfc3339), "data_as_of": JSONValue(picture.dataTo?.rfc3339), "next_due": .string((picture.now + picture.site.interval).rfc3339),
         "stale_after": .string(picture.staleAfter.rfc3339), "counts": picture.counts.json, "findings": JSONValue(picture.site.findings.count { $0.state != .silenced }), "services": .array(picture.services.map(service)), "alerts": alerts]
    }

    private func service(_ service: ServicePicture) -> JSONValue {
        let incidents = Set(service.alerts.compactMap(\.incident)).sorted()
        let objectives = service.site.objectives.isEmpty ? [] : [JSONValue.Member("slos", .array(service.site.objectives.map { objective($0, service) }))]
        return .object([.init("id", .string(service.site.id)), .init("title", .string(service.site.title)), .init("status", .string(service.state.key)), .init("since", JSONValue(service.since?.rfc3339)),
                        .init("resources", .array(service.resources.map(resource))), .init("alerts", .array(incidents.map(JSONValue.string)))] + objectives
            + (service.newLines.map { [JSONValue.Member("new_log_lines", newLines($0))] } ?? []))
    }

    /// Only services that promise something have `slos`. Seconds and shares; `exhausts_in` is null where the budget does not end at the rate of the last hour.
    private func objective(_ site: ObjectiveSite, _ service: ServicePicture) -> JSONValue {
        let now = ObjectiveReading(site, in: service)
        return ["id": .string(String(site.id.name.dropFirst(service.site.id.count + 1))), "title": .string(site.title), "objective": .number(site.objective), "window": JSONValue(Int(clamping: site.window)),
                "status": .string((now?.state ?? .noData).key), "budget_left": JSONValue(now?.left), "watched": JSONValue(now?.watched),
                "burn_rate": .object(BurnSpan.allCases.map { .init($0.rawValue, JSONValue(now?.burnRate[$0])) }), "exhausts_in": JSONValue(now?.exhaustsIn)]
    }

    private func newLines(_ new: NewLines) -> JSONValue {
        ["deployment": .string(new.deployment.label), "deployed_at": .string(new.deployment.time.rfc3339), "lines": .array(new.lines.prefix(20).map { line in
            ["resource": .string(line.resource.name), "level": .string(line.level.rawValue), "text": .string(line.text), "count": JSONValue(line.count),
             "first": .string(line.first.rfc3339), "last": .string(line.last.rfc3339)]
        })]
    }

    private func resource(_ resource: ResourcePicture) -> JSONValue {
        let names = Set(resource.day.columns.keys).union(resource.absences.keys).sorted()
        return ["kind": .string(resource.id.kind.rawValue), "name": .string(resource.id.name), "status": .string(resource.state.key), "signals": .array(names.map { signal($0, resource) })]
    }

    private func signal(_ name: String, _ resource: ResourcePicture) -> JSONValue {
        let column = resource.day.columns[name], row = column?.values.lastIndex { !$0.isNaN }
        let signal = Signal(resource.id.kind, name)
        // A value of yesterday is no status: beyond an hour only the reason is left.
        let fresh = row.flatMap { resource.day.count - $0 <= Int(3_600 / resource.day.period) ? $0 : nil }
        let value = fresh.flatMap { resource.day[name, $0] }
        let quality = fresh.flatMap { row in column.flatMap { $0.qualities.indices.contains(row) ? $0.qualities[row].word : nil } }
        return ["signal": .string(signal.description), "value": JSONValue(value), "unit": JSONValue(SignalCatalogue.definition(of: signal)?.unit.rawValue), "at": JSONValue(fresh.map { resource.day.time($0).rfc3339 }),
                "quality": JSONValue(quality), "absent": JSONValue(value == nil ? (resource.absences[name]?.reason.rawValue ?? "never_seen") : nil)]
    }

    private var alerts: JSONValue {
        .array(picture.alerts.map { alert in
            ["id": .string("\(alert.key.rule)/\(alert.key.resource.source)/\(alert.key.resource.kind.rawValue)/\(alert.key.resource.name)"), "rule": .string(alert.key.rule), "service": .string(alert.service),
             "resource": .string(alert.key.resource.name), "severity": .string(alert.severity.rawValue), "state": .string(alert.phase.rawValue), "since": .string(alert.since.rfc3339),
             "value": JSONValue(alert.value), "limit": JSONValue(alert.limit), "summary": .string(alert.summary), "incident": JSONValue(alert.incident),
             "runbook": JSONValue(picture.rule(alert.key.rule).map { "runbooks/\($0.runbook)/" }), "suppressed_by": JSONValue(alert.suppressedBy)]
        })
    }
}

private extension String {
    /// No-break spaces are for the eye; programs compare with plain ones.
    var plainSpaces: String { String(map { $0 == "\u{A0}" ? " " : $0 }) }
}
