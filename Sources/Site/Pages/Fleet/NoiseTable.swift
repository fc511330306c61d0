import Alerting
import Telemetry

extension FleetBuilder {
    /// How far back the noise of rules is counted.
    package static let noiseSeconds: Int64 = 30 * 86_400
    private static let noiseRows = 8

    /// Which rules fired most, over all tenants: where a limit is wrong, it shows here first.
    var noiseTable: Markup {
        struct Sum { var fired = 0, suppressed = 0, tenants = 0, loudest = "", most = 0 }
        var sums: [String: Sum] = [:], out = Markup(theme.language)
        // By id, so that of equals the same is named each time.
        for index in tenants.indices.sorted(by: { tenants[$0].id < tenants[$1].id }) {
            for noise in tenants[index].noise {
                sums[noise.rule, default: Sum()].fired += noise.fired
                sums[noise.rule, default: Sum()].suppressed += noise.suppressed
                sums[noise.rule, default: Sum()].tenants += 1
                if noise.fired > sums[noise.rule]?.most ?? 0 {
                    sums[noise.rule]?.most = noise.fired
                    sums[noise.rule]?.loudest = tenants[index].id
                }
            }
        }
        guard !sums.isEmpty else { out.note("No rule fired in the last 30 days."); return out }
        let sorted = sums.sorted { ($1.value.fired, $0.key) < ($0.value.fired, $1.key) }
        let rows = sorted.prefix(Self.noiseRows).map { rule, sum -> [Cell] in
            [Cell(verbatim: rule, isHeader: true), Cell(verbatim: Words.count(sum.fired), class: "n"), Cell("\(sum.suppressed * 100 / max(1, sum.fired))\u{A0}%", class: "n"),
             Cell(verbatim: Words.count(sum.tenants), class: "n p2"), Cell("\(sum.loudest), \(Words.count(sum.most))", class: "w p2")]
        }
        let rest = sorted.dropFirst(Self.noiseRows)
        Table("t tight", caption: rest.isEmpty ? "Alerts of the last 30 days. Not told: explained by another or muted."
                : "Alerts of the last 30 days; \(rest.count) more rules fired \(Words.count(rest.reduce(0) { $0 + $1.value.fired })) times. Not told: explained by another or muted.",
              columns: [.init("Rule"), .init("Fired", class: "n"), .init("Not told", class: "n"), .init("Tenants", class: "n p2"), .init("Most in", class: "p2")], rows: Array(rows)).write(into: &out)
        return out
    }
}
