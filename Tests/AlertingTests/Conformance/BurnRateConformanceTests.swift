import Foundation
import Signals
import Telemetry
import Testing
@testable import Alerting

/// Multi-window burn rates as Sloth generates them and as Google's example has them, against the pack's rule and the language.
@Suite(.enabled(if: SharedAlerts.isThere, Comment(rawValue: SharedAlerts.reason)))
struct BurnRateConformanceTests {
    /// One condition of a pair: `ratio_rate5m … > (14.4 * 0.001)`.
    struct Pair: Hashable {
        var severity: Severity
        var long: String
        var short: String
        var factor: Double
    }

    private func pack() throws -> (draft: RuleDraft, pairs: Set<Pair>) {
        let draft = try #require(try DefaultPack.drafts().first { $0.id == "slo-burn" })
        var pairs: Set<Pair> = []
        for (severity, text) in [(Severity.warning, draft.warning?.text), (.critical, draft.critical?.text)] {
            for branch in (text ?? "").components(separatedBy: " or ") {
                let parts = branch.components(separatedBy: " and ").prefix(2).map { $0.components(separatedBy: CharacterSet(charactersIn: "(),> ")).filter { !$0.isEmpty } }
                guard parts.count == 2, parts.allSatisfy({ $0.count == 4 }), parts[0][3] == parts[1][3] else { continue }
                pairs.insert(Pair(severity: severity, long: parts[0][2], short: parts[1][2], factor: try #require(Double(parts[0][3]))))
            }
        }
        return (draft, pairs)
    }

    private func pairs(_ text: String, severity: Severity, marker: String) -> [Pair] {
        let lines = text.split(separator: "\n").map { String($0.drop { $0 == " " }) }
        return lines.split(separator: "or").map { $0.joined(separator: "\n") }.compactMap { branch in
            let windows = branch.components(separatedBy: marker).dropFirst().map { String($0.prefix { $0.isNumber || "mhd".contains($0) }) }
            guard windows.count == 2 else { return nil }
            // `(14.4 * 0.001)`, `(14.4*0.05)`, or the bare budget where the factor is one.
            let bound = branch.components(separatedBy: "> ").dropFirst().first ?? ""
            let factor = bound.contains("*") ? Double(bound.drop { $0 == "(" }.prefix { $0.isNumber || $0 == "." }) : 1
            let sorted = windows.map { $0 == "24h" ? "1d" : $0 }.sorted { seconds($0) > seconds($1) }
            return factor.map { Pair(severity: severity, long: sorted[0], short: sorted[1], factor: $0) }
        }
    }

    private func seconds(_ text: String) -> Int64 { (Int64(text.dropLast()) ?? 0) * (text.hasSuffix("d") ? 86_400 : text.hasSuffix("h") ? 3_600 : 60) }

    @Test func `every pair of windows that Sloth generates and Google shows is the pack's`() throws {
        let own = try pack().pairs
        #expect(own.count == 4)
        var found: [Pair] = [], files = 0
        for name in SharedAlerts.names("slo/sloth/_gen") where name.hasSuffix(".yml") {
            files += 1
            for alert in try SharedAlerts.text("slo/sloth/_gen/\(name)").components(separatedBy: "- alert:").dropFirst() {
                found += pairs(alert, severity: alert.contains("sloth_severity: page") ? .critical : .warning, marker: "sli_error:ratio_rate")
            }
        }
        let google = try SharedAlerts.text("slo/google/slos.rules.yml").components(separatedBy: "- alert:").dropFirst().flatMap { alert in
            pairs(alert, severity: alert.contains("severity: page") ? .critical : .warning, marker: "ratio_rate")
        }
        print("burn rates: \(found.count) pairs in \(files) files of Sloth and \(google.count) of Google's example, \((found + google).count { own.contains($0) }) of them the pack's")
        #expect(found.count >= 40 && Set(found) == own)
        #expect(google.count == 4 && Set(google) == own)
    }

    @Test func `each table of windows can be said, and fires just above its factor and not just below`() throws {
        var tested = 0
        for name in SharedAlerts.names("slo/sloth/windows") {
            let fields = try SharedAlerts.text("slo/sloth/windows/\(name)").split(separator: "\n").map { $0.split(separator: ":").map { $0.drop { $0 == " " } } }.filter { $0.count == 2 }
            func values(_ key: String) -> [String] { fields.filter { $0[0] == key }.map { String($0[1]) } }
            let period = seconds(try #require(values("sloPeriod").first))
            for (share, (short, long)) in zip(values("errorBudgetPercent"), zip(values("shortWindow"), values("longWindow"))) {
                let factor = try #require(Double(share)) / 100 * Double(period) / Double(seconds(long))
                for (rate, fires) in [(1.02, true), (0.98, false)] {
                    let steps = Int(seconds(long) / 60)
                    let columns = ["bad": Array(repeating: factor * rate, count: steps), "allowed": Array(repeating: 1.0, count: steps)]
                    var measurements = RecordedMeasurements(.slo, columns.mapValues { $0.map(Optional.some) })
                    measurements.period = 60
                    let evaluator = try Evaluator(rules: compiled(.mock("burn_rate(slo, \(long)) > \(factor) and burn_rate(slo, \(short)) > \(factor)", on: .slo)), grain: 60)
                    let end = measurements.end(steps)
                    let state = try evaluator.evaluate(states: [], measurements: measurements, from: end - 60, to: end, now: end + 3_600).states.first
                    #expect((state?.phase == .firing) == fires, "\(name): \(long) and \(short), factor \(factor) times \(rate)")
                    tested += 1
                }
            }
        }
        print("burn rates: \(tested / 2) pairs of Sloth's window tables fire above and not below their factor")
        #expect(tested == 32)
    }

    @Test func `Pyrra's objectives over two weeks have a budget here`() throws {
        var read = 0
        for folder in ["kubernetes", "openshift"] {
            for name in SharedAlerts.names("slo/pyrra/\(folder)/manifests/slos") {
                let text = try SharedAlerts.text("slo/pyrra/\(folder)/manifests/slos/\(name)")
                func field(_ key: String) -> String? { text.components(separatedBy: "\(key): ").dropFirst().first.map { String($0.prefix { $0 != "\n" }.filter { $0 != "\"" }) } }
                guard let target = field("target").flatMap({ Double($0) }), field("window") == "2w" else { continue }
                let rows = 14 * 24, share = 1 - target / 100
                let level = ServiceLevel(id: ResourceID(source: "s", kind: .slo, name: "a/b"), service: "a", title: "", objective: target / 100, window: 14 * 86_400, count: .bad([], of: []))
                let budget = level.budgets(total: Array(repeating: 1_000, count: rows), bad: Array(repeating: 500 * share, count: rows), period: 3_600, last: 1).first ?? nil
                #expect(abs((budget?.left ?? 0) - 0.5) < 1e-6)
                read += 1
            }
        }
        print("burn rates: \(read) of Pyrra's objectives over two weeks; its alerts scale their windows and are not compared")
        #expect(read == 16)
    }
}
