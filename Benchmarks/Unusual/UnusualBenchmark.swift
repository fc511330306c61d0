import Alerting
import Foundation
import Signals
import Telemetry

/// Runs one rule over recorded series with the live evaluator and prints when it fired: `<file> <time of the step's start>` a line.
///
///     unusual-bench RULE FOLDER FILE...
///
/// A file is a table `timestamp,value` in UTC. Nothing else is read: no labels, no list of what is in a file.
@main struct UnusualBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 3 else { throw Mistake("usage: unusual-bench RULE FOLDER FILE...") }
        var draft = RuleDraft(id: "unusual", title: "Unusual", on: .probe, runbook: "none", summary: "{{resource}} {{value}}", origin: RuleOrigin(file: "command line"))
        draft.warning = RuleDraft.Text(arguments[0], draft.origin)
        let compiled = RuleCompiler.compile([draft], vocabulary: SignalCatalogue.vocabulary)
        guard compiled.diagnostics.isEmpty else { throw Mistake(compiled.diagnostics.map(\.description).joined(separator: "\n")) }
        let evaluator = Evaluator(rules: compiled.rules, grain: RecordedSeries.period)
        for file in arguments.dropFirst(2) {
            let series = try RecordedSeries(path: "\(arguments[1])/\(file)")
            for transition in try evaluator.replay(series, in: series.window).transitions where transition.kind == .fired {
                print(file, (transition.at - RecordedSeries.period).rfc3339)
            }
        }
    }
}

struct Mistake: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
