import ArgumentParser
import Dashboard
import JSON

/// Runs the unit tests that stand beside rules.
struct TestRules: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the unit tests beside the rules: input series, expected alerts. No network, no database.",
        discussion: """
            Tests are written under 'tests:' in rules/*.yaml (docs/rule-tests.md). Silent where all is as expected; ends with 1 where
            a test fails, and with 4 where a file cannot be understood. In the report '-' was expected and '+' was found.

            Examples:
              tidewatch test -v
              tidewatch test rules/queues.yaml
              tidewatch test --built-in --json
            """)

    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("Only the tests of this rule file; may be repeated.", valueName: "file"))
    var files: [String] = []
    @Flag(name: .long, help: "Run the tests of the built-in pack instead; needs no site.")
    var builtIn = false

    func run() async throws {
        guard !builtIn || files.isEmpty else { throw ValidationError("--built-in takes no files") }
        let world = try machine(), run: RuleTestRun
        do throws(ConfigurationError) {
            run = builtIn ? try RuleTestRun.builtIn() : try RuleTestRun(directory: shared.directory, world: world, files: files)
        } catch {
            throw invalid(error)
        }
        if shared.json { print(run.json.text(pretty: true), terminator: "") } else if !run.failed.isEmpty { print(run.text) }
        if run.results.isEmpty { Console.say("No test was found. Write 'tests:' beside the rules in rules/*.yaml; docs/rule-tests.md shows how.") }
        if shared.verbose || !run.failed.isEmpty, !shared.json {
            Console.say("\(run.summary): " + (run.failed.isEmpty ? "all as expected." : "\(run.failed.count) failed."))
        }
        guard run.failed.isEmpty else { throw CommandEnd(code: .failed) }
    }
}

/// The end of a command whose site cannot be understood: every mistake, and code 4.
func invalid(_ error: ConfigurationError) -> CommandEnd {
    Console.say(error.description)
    return CommandEnd(code: .configuration)
}
