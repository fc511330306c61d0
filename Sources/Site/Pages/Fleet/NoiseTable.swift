import Alerting
import Telemetry

/// What a rule did in all tenants together.
struct RuleSum {
    private(set) var fired = 0
    private(set) var suppressed = 0
    private(set) var tenants = 0
    private(set) var loudest = ""
    private(set) var most = 0

    mutating func add(_ noise: RuleNoise, of tenant: String) {
        fired += noise.fired
        suppressed += noise.suppressed
        tenants += 1
        // Of equals the same is named each time.
        guard noise.fired > most || (noise.fired == most && most > 0 && tenant < loudest) else { return }
        most = noise.fired
        loudest = tenant
    }
}

extension FleetBuilder {
    /// How far back the noise of rules is counted.
    package static let noiseSeconds: Int64 = 30 * 86_400
    private static let noiseRows = 8

    /// Which rules fired most, over all tenants: where a limit is wrong, it shows here first.
    var noiseTable: Markup {
        let sums = tenants.noise
        var out = Markup(theme.language)
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
