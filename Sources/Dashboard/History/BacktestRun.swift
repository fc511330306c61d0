import Alerting
import JSON
import Signals
import Storage
import Telemetry

/// Replays today's rules over what is stored, tenant by tenant. Silences are left out: the question is what the rules would do.
package struct BacktestRun: Sendable {
    package struct Tenant: Sendable {
        package var id: String
        package var title: String
        package var backtest: Backtest
        package var records: [RuleRecord]
        /// Of the window's days, how many have data.
        package var measuredDays: Int
        package var days: Int
    }

    package let rule: String?
    package let tenants: [Tenant]
    package let notes: HistoryNotes
    let theme: String

    /// - Throws: `ConfigurationError`, `RunLock.Held` or `StoreError`.
    package init(directory: String, world: World, rule: String?, tenants wanted: Set<String>, since: Int64, now: Timestamp?) throws {
        let history = try SiteHistory(directory: directory, world: world, tenants: wanted, now: now, owner: "backtest")
        if let rule, let tenant = history.tenants.first { _ = try history.rules(for: tenant, id: rule) }
        var tenants: [Tenant] = []
        notes = try history.forEachStore { tenant, store in
            let rules = try history.rules(for: tenant, id: rule)
            let window = history.window(since, grain: store.grain), days = Int(clamping: (since + 86_399) / 86_400)
            let replay = try Evaluator(rules: rules, grain: store.grain).replay(store, in: window)
            let backtest = Backtest(replay, in: window, route: history.loaded.configuration.site.route, tenant: tenant.id, grain: store.grain)
            let records = RuleRecord.records(of: backtest.firings, rules: rules.map(\.id))
            tenants.append(Tenant(id: tenant.id, title: tenant.title, backtest: backtest, records: records, measuredDays: try store.measuredDays(days, until: window.end), days: days))
            // The pages say the same until the rules change.
            if rule == nil, since == BacktestMemory.seconds { try BacktestMemory(tenant, context: history.context).remember(records, in: store) }
        }
        self.rule = rule
        self.tenants = tenants
        theme = String(decoding: history.loaded.stylesheet, as: UTF8.self)
    }

    package func text(isComplete: Bool) -> String {
        tenants.map { tenant in
            let test = tenant.backtest, limit = isComplete ? Int.max : 12
            var lines = ["\(tenant.id): \(tenant.words). \(count(test.firings.count, "alert")) would have fired, \(count(test.messages.count, "message")) would have been sent."]
            let loud = tenant.records.filter { $0.fired > 0 }
            if !loud.isEmpty { lines.append(TextTable.text(["rule", "fired", "explained", "flaps", "median", "longest", "firing now"], loud.map(Self.cells))) }
            let quiet = tenant.records.filter { $0.fired == 0 }.map(\.rule)
            if !quiet.isEmpty { lines.append("  never: " + Set(quiet).sorted().joined(separator: ", ")) }
            if !test.firings.isEmpty { lines.append("  alerts:") }
            lines += test.firings.suffix(limit).map { firing in
                "    \(firing.firedAt.rfc3339)  \(firing.severity.rawValue)  \(firing.key.rule)  \(printable(firing.key.resource.name))  \(Self.length(firing, test.window.end))" + (firing.cause.map { "  (\(printable($0)))" } ?? "")
            }
            if !test.messages.isEmpty { lines.append("  messages:") }
            lines += test.messages.suffix(limit).map { "    \($0.at.rfc3339)  \($0.kind.rawValue) to \($0.receiver)  \($0.groupKey)  \(count($0.alerts, "alert"))" }
            let hidden = max(0, test.firings.count - limit) + max(0, test.messages.count - limit)
            if hidden > 0 { lines.append("  \(hidden) earlier lines are left out; -v shows all, --json and --html too.") }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    static func cells(_ record: RuleRecord) -> [String] {
        [record.rule, "\(record.fired)", "\(record.suppressed)", "\(record.flaps)", span(record.median), span(record.longest), "\(record.stillFiring)"]
    }

    static func length(_ firing: Backtest.Firing, _ end: Timestamp) -> String { span(firing.seconds(until: end)) + (firing.endedAt == nil ? ", still firing" : "") }
    static func span(_ seconds: Int64?) -> String { seconds.map { Quantity.text(Double($0), .seconds) } ?? "–" }

    package var json: JSONValue {
        ["schema": 1, "rule": JSONValue(rule), "tenants": .array(tenants.map { tenant in
            ["tenant": .string(tenant.id), "from": .string(tenant.backtest.window.start.rfc3339), "to": .string(tenant.backtest.window.end.rfc3339), "days": JSONValue(tenant.days),
             "days_with_data": JSONValue(tenant.measuredDays), "rules": .array(tenant.records.map(\.json)),
             "firings": .array(tenant.backtest.firings.map { firing in
                 ["rule": .string(firing.key.rule), "kind": .string(firing.key.resource.kind.rawValue), "resource": .string(firing.key.resource.name), "service": .string(firing.service),
                  "severity": .string(firing.severity.rawValue), "since": .string(firing.activeAt.rfc3339), "fired_at": .string(firing.firedAt.rfc3339), "ended_at": JSONValue(firing.endedAt?.rfc3339),
                  "seconds": JSONValue(firing.seconds(until: tenant.backtest.window.end)), "summary": .string(firing.summary), "incident": JSONValue(firing.incident), "suppressed_by": JSONValue(firing.cause)]
             }),
             "messages": .array(tenant.backtest.messages.map { message in
                 ["at": .string(message.at.rfc3339), "receiver": .string(message.receiver), "kind": .string(message.kind.rawValue), "severity": .string(message.severity.rawValue),
                  "group": .string(message.groupKey), "incident": JSONValue(message.incident), "alerts": JSONValue(message.alerts)]
             })]
        })]
    }
}

extension BacktestRun.Tenant {
    /// `30 days to 2026-11-20 10:05 UTC, 12 of them with data`
    var words: String {
        let end = backtest.window.end.rfc3339.replacing("T", with: " ")
        return "\(count(days, "day")) to \(end.prefix(16)) UTC, \(measuredDays == days ? "all" : "\(measuredDays) of them") with data"
    }
}

extension RuleRecord {
    var json: JSONValue {
        ["rule": .string(rule), "fired": JSONValue(fired), "flaps": JSONValue(flaps), "suppressed": JSONValue(suppressed), "firing": JSONValue(stillFiring),
         "median_seconds": JSONValue(median.map(Double.init)), "longest_seconds": JSONValue(longest.map(Double.init))]
    }
}

/// `1 alert`, `2 alerts`.
func count(_ number: Int, _ one: String) -> String { "\(number) \(one)\(number == 1 ? "" : "s")" }
