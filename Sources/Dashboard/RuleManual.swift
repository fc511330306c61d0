import Alerting

/// docs/rules.md: the language and the pack, generated from the functions' own examples and from the compiled rules.
package enum RuleManual {
    package static func markdown(rules: [CompiledRule]) -> String {
        var out = """
            # Rules

            Generated from the code that evaluates them.

            A rule compares signals of a resource with limits. Expressions know signals of the resource (`timeout_used`), of a named resource
            (`queue("x").oldest_age`), numbers with units (`15m`, `80%`, `512KiB`), `+ - * /`, comparisons, `and or not` and the functions below.
            Units are checked: `oldest_age > 15` is refused and told to be `15s` or `15m`.

            ## Functions

            | function | what it gives |
            |---|---|

            """
        for function in RuleFunction.all.sorted(by: { $0.name < $1.name }) { out += "| `\(function.signature)` | \(function.sentence) |\n" }
        out += examples
        out += """

            ## When a value is missing

            `missing` says what a step does whose value is absent. Without a choice it follows from the signals:

            | signals of the rule | default | because |
            |---|---|---|
            | percentiles and shares alone | `ok` | nothing ran, and nothing ran wrong. A step in which the resource said nothing at all is unknown |
            | a level or a counter among them | `unknown` | a resource that is alive always has them: without them nothing is known, and nothing fires or resolves |

            `ignore` keeps the state and shows nothing, `breach` counts as true. A value that may still be corrected decides only where a later read
            can make the condition more true; a partial one never does. While nothing is known the clocks of `for` and `recover_for` stand still.

            ## Objectives

            A service promises something under `slos:` in its tenant's file:

            ```yaml
            slos:
              - {id: availability, title: Requests answered, objective: 99.9%, total: api.requests, bad: api.errors_5xx}
              - {id: runs, objective: 99%, window: 30d, error_rate: function.error_rate}
            ```

            Each run counts its events as a resource of kind `slo`, named `service/id`, with what is left of the budget and when it is exhausted; the
            service's page and `status.json` show them. `slo-burn` of the pack watches the four pairs of windows of the SRE workbook. It decides on
            settled counts, a quarter of an hour after they were read, and stays silent below `least_bad` bad events (default 10) in the long window.
            A rule of your own says `burn_rate(slo, 1h) > 10` with `on: slo`, or `burn_rate("checkout/availability", 1h) > 10` anywhere.

            ## Unusual values

            `novel(latency.p99, 14d) > 10%` fires on what the series itself has not shown in fourteen days, by more than a tenth of all that it has
            shown. It needs no number of yours, and two days of values before it speaks; until then the rule's row says how much is there. On NAB's
            eleven CloudWatch series this very rule scores 68.9 under the standard profile, with 0.044 alerts a day and series outside the labelled
            windows (`Benchmarks/run unusual`). No rule of the pack uses it: unusual is not wrong, and only you know where it is worth a message.

            ## Rules of Prometheus

            `tidewatch import rules FILE > rules/imported.yaml` takes over alerts of Prometheus as far as their expressions translate: metrics of CloudWatch
            exporters (`aws_sqs_…`), of the blackbox exporter, and `up`; comparisons, arithmetic, `and or unless`, `…_over_time`, `delta`, `predict_linear`;
            `for`, severity and summary; matchers that name a resource. Limits get their units, and the runbook is that of the pack's rule about the same
            signal. Everything else is named with file, line, column and the reason. Of the 1,281 alerts in public rule files that were tried 33 translate:
            nearly all others watch things that are no resource here.

            ## Hours

            `active: {days: mon-fri, from: "08:00", to: "18:00", zone: Europe/Berlin}` lets a rule watch on the clocks of a place, changes of
            daylight saving time included. Outside of them its condition counts as false: nothing fires, and what fires recovers.

            """
        out += "\n## The built-in pack\n\n| rule | on | warning | critical | for | only from | said again | when values are missing | runbook |\n|---|---|---|---|---|---|---|---|---|\n"
        for rule in rules {
            let hold = rule.datapoints.map { "\($0.breaching) of \($0.outOf)" } ?? (rule.forSeconds == 0 ? "at once" : "\(rule.forSeconds / 60) min")
            out += "| `\(rule.id)` | \(rule.on.rawValue) | \(code(rule.warningText)) | \(code(rule.criticalText)) | \(hold) | \(floor(rule)) | \(growth(rule)) | \(rule.missing.rawValue)\(rule.missingIsDefault ? "" : " (chosen)") | \(rule.runbook) |\n"
        }
        return out
    }

    /// `requests` ≥ 50: what must have happened before the rule speaks.
    private static func floor(_ rule: CompiledRule) -> String { rule.minimumCount.map { "`\($0.signal)` ≥ \(number($0.atLeast))" } ?? "–" }

    private static func growth(_ rule: CompiledRule) -> String {
        guard let growth = rule.growth else { return "–" }
        let parts = [growth.ratio.isFinite ? "\(number(growth.ratio * 100)) %" : nil, growth.amount.isFinite ? number(growth.amount) : nil].compactMap(\.self)
        return "when it has grown by " + parts.joined(separator: " or ")
    }

    private static func code(_ text: String?) -> String { text.map { "`\($0.replacing("|", with: "\\|"))`" } ?? "–" }
}

private extension RuleManual {
    /// Each function on small series: the examples that its test runs.
    static var examples: String {
        var out = "\n### On examples\n\nSteps are five minutes, the newest last, – where there is no value; the last one ends at 10:00 UTC. `3 × 0` is three steps of 0.\n\n| rule | steps | fires | because |\n|---|---|---|---|\n"
        for function in RuleFunction.all.sorted(by: { $0.name < $1.name }) {
            for example in function.examples {
                let settings = example.settings.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { key, value in value.text.map { "`\(key.rawValue): \($0)`" } }
                let series = example.series.sorted { $0.key < $1.key }.map { "`\($0.key)` \(steps($0.value))" }
                out += "| `\(example.expression.replacing("|", with: "\\|"))` on \(example.on.rawValue) | \((settings + series).joined(separator: "; ")) | \(example.fires ? "yes" : "no") | \(example.because) |\n"
            }
        }
        return out
    }

    /// `3 × 0, 7, –`; of a long restless series where it lies and how it ends.
    static func steps(_ values: [Double?]) -> String {
        var runs: [(value: Double?, count: Int)] = []
        for value in values {
            if let last = runs.last, last.value == value { runs[runs.count - 1].count += 1 } else { runs.append((value, 1)) }
        }
        func word(_ value: Double?) -> String { value.map(number) ?? "–" }
        let known = values.compactMap(\.self)
        guard runs.count > 12, let last = runs.last, let least = known.dropLast(last.count).min(), let most = known.dropLast(last.count).max() else {
            return runs.map { $0.count > 1 ? "\($0.count) × \(word($0.value))" : word($0.value) }.joined(separator: ", ")
        }
        return "\(values.count - last.count) steps between \(number(least)) and \(number(most)), then \(last.count > 1 ? "\(last.count) × " : "")\(word(last.value))"
    }

    static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
}
