import Alerting
import JSON
import Signals
import Telemetry

/// Which rules wake people, how often and for what: from the alerts that really were.
package struct NoiseReport: Sendable {
    package struct Tenant: Sendable {
        package var id: String
        package var records: [RuleRecord]
        /// Messages that were accepted.
        package var messages: Int
    }

    package let days: Int
    package let tenants: [Tenant]
    package let notes: HistoryNotes

    /// - Throws: `ConfigurationError`, `RunLock.Held` or `StoreError`.
    package init(directory: String, world: World, tenants wanted: Set<String>, since: Int64, now: Timestamp?) throws {
        let history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: now, owner: "report noise")
        var tenants: [Tenant] = []
        notes = try history.forEachStore { tenant, store in
            let window = TimeWindow(from: history.context.now - since, to: history.context.now + 1)
            let firings = Backtest.Firing.all(in: try store.transitions(in: window))
            let sent = try store.messages(in: window).count { $0.state == .sent && $0.kind != .test }
            tenants.append(Tenant(id: tenant.id, records: RuleRecord.records(of: firings, rules: history.context.rules(for: tenant).map(\.id)), messages: sent))
        }
        self.tenants = tenants
        days = Int(clamping: (since + 86_399) / 86_400)
    }

    package var text: String {
        tenants.map { tenant in
            let loud = tenant.records.filter { $0.fired > 0 }, quiet = Set(tenant.records.filter { $0.fired == 0 }.map(\.rule)).sorted()
            var lines = ["\(tenant.id): \(count(loud.reduce(0) { $0 + $1.fired }, "alert")) fired in \(count(days, "day")), \(count(tenant.messages, "message")) sent."]
            if !loud.isEmpty {
                lines.append(TextTable.text(["rule", "fired", "flaps", "median to resolve", "suppressed", "firing now"], loud.map { record in
                    [record.rule, "\(record.fired)", "\(record.flaps)", BacktestRun.span(record.median), record.suppressedShare.map { Quantity.text($0, .ratio) } ?? "–", "\(record.stillFiring)"]
                }))
            }
            if !quiet.isEmpty { lines.append("  never fired in \(count(days, "day")): " + quiet.joined(separator: ", ")) }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    package var json: JSONValue {
        ["schema": 1, "days": JSONValue(days), "tenants": .array(tenants.map { tenant in
            ["tenant": .string(tenant.id), "messages": JSONValue(tenant.messages), "rules": .array(tenant.records.map(\.json)),
             "never_fired": .array(Set(tenant.records.filter { $0.fired == 0 }.map(\.rule)).sorted().map(JSONValue.string))]
        })]
    }
}
