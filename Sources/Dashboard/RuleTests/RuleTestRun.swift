import Alerting
import Foundation
import JSON
import Signals
import Theme

/// Runs the tests that stand beside a site's rules, or those of the built-in pack.
package struct RuleTestRun: Sendable {
    package struct Result: Sendable {
        package var test: RuleTest
        package var failures: [RuleTest.Failure]
    }

    package let results: [Result]

    /// - Parameter files: only these, as `rules/queues.yaml`; none means all.
    /// - Throws: `ConfigurationError` with every mistake in rules and tests.
    package init(directory: String, world: World, files: [String]) throws(ConfigurationError) {
        let loaded = try LoadedSite(directory: directory, world: world)
        let all = (world.files.list(directory + "/rules") ?? []).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map { "rules/" + $0 }
        let diagnostics = Diagnostics()
        let wanted = files.map { file in
            let path = URL(fileURLWithPath: file).standardizedFileURL.path
            return path.hasPrefix(directory + "/") ? String(path.dropFirst(directory.count + 1)) : file
        }
        for file in wanted where !all.contains(file) {
            let near = nearestWord(to: file, among: all).map { " Did you mean '\($0)'?" } ?? " Tests stand beside rules, in rules/*.yaml."
            diagnostics.report(Diagnostic(file: file, message: "is no rule file of this site.\(near)"))
        }
        let ids = Set(loaded.configuration.rules.map(\.id))
        let tests = all.filter { wanted.isEmpty || wanted.contains($0) }.flatMap { file in
            RuleTestFile.tests(in: world.files.readFile(directory + "/" + file) ?? [], file: file, rules: ids, diagnostics: diagnostics)
        }
        guard diagnostics.errors.isEmpty else { throw ConfigurationError(diagnostics.errors) }
        results = tests.map { Result(test: $0, failures: $0.failures(of: loaded.rules.shared)) }
    }

    /// The pack as it is shipped, whatever a site makes of it.
    package static func builtIn() throws(ConfigurationError) -> RuleTestRun { try RuleTestRun(pack: ThemeFiles()) }

    private init(pack theme: ThemeFiles) throws(ConfigurationError) {
        let diagnostics = Diagnostics()
        let rules = RuleFile.builtIn(theme, diagnostics: diagnostics)
        let tests = RuleTestFile.tests(in: theme.file("content/rules/default-tests.yaml") ?? [], file: "content/rules/default-tests.yaml",
                                       rules: Set(rules.map(\.id)), diagnostics: diagnostics)
        guard diagnostics.errors.isEmpty else { throw ConfigurationError(diagnostics.errors) }
        results = tests.map { Result(test: $0, failures: $0.failures(of: rules)) }
    }

    package var failed: [Result] { results.filter { !$0.failures.isEmpty } }

    /// One line for people: `12 tests, 30 checks`.
    package var summary: String {
        let checks = results.reduce(0) { $0 + $1.test.checks.count }
        return "\(results.count) \(results.count == 1 ? "test" : "tests"), \(checks) \(checks == 1 ? "check" : "checks")"
    }

    /// What was not as expected: `-` was expected, `+` was found.
    package var text: String {
        failed.map { result in
            var lines = ["\(result.test.origin.place): \(printable(result.test.name))"]
            for failure in result.failures {
                lines.append("  after \(Quantity.text(Double(failure.at), .seconds)) (\(failure.origin.place)):")
                lines += failure.missing.map { "    - \(printable($0))" } + failure.surplus.map { "    + \(printable($0))" }
                if failure.surplus.isEmpty { lines.append("    + nothing of it fires") }
            }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    package var json: JSONValue {
        ["schema": 1, "tests": JSONValue(results.count), "failed": JSONValue(failed.count), "results": .array(results.map { result in
            ["file": .string(result.test.origin.file), "line": JSONValue(result.test.origin.line), "name": .string(result.test.name), "passed": .bool(result.failures.isEmpty),
             "failures": .array(result.failures.map { failure in
                 ["at": JSONValue(failure.at), "line": JSONValue(failure.origin.line), "missing": .array(failure.missing.map(JSONValue.string)),
                  "surplus": .array(failure.surplus.map(JSONValue.string))]
             })]
        })]
    }
}

extension RuleOrigin {
    /// `rules/queues.yaml:41:5`
    var place: String { "\(file):\(line):\(column)" }
}
