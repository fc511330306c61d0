import Alerting

/// docs/rules.md: the language and the pack, generated from the functions' own examples and from the compiled rules.
package enum RuleManual {
    package static func markdown(rules: [CompiledRule]) -> String {
        var out = """
            # Rules

            Generated from the code that evaluates them; `TIDEWATCH_UPDATE=1 swift test --filter ManualTests` writes it anew.

            A rule compares signals of a resource with limits. Expressions know signals of the resource (`timeout_used`), of a named resource
            (`queue("x").oldest_age`), numbers with units (`15m`, `80%`, `512KiB`), `+ - * /`, comparisons, `and or not` and the functions below.
            Units are checked: `oldest_age > 15` is refused and told to be `15s` or `15m`.

            ## Functions

            | function | what it gives |
            |---|---|

            """
        for function in RuleFunction.all.sorted(by: { $0.name < $1.name }) { out += "| `\(function.signature)` | \(function.sentence) |\n" }
        out += "\n## The built-in pack\n\n| rule | on | warning | critical | for | when values are missing | runbook |\n|---|---|---|---|---|---|---|\n"
        for rule in rules {
            let hold = rule.datapoints.map { "\($0.breaching) of \($0.outOf)" } ?? (rule.forSeconds == 0 ? "at once" : "\(rule.forSeconds / 60) min")
            out += "| `\(rule.id)` | \(rule.on.rawValue) | \(code(rule.warningText)) | \(code(rule.criticalText)) | \(hold) | \(rule.missing.rawValue) | \(rule.runbook) |\n"
        }
        return out
    }

    private static func code(_ text: String?) -> String { text.map { "`\($0.replacing("|", with: "\\|"))`" } ?? "–" }
}
