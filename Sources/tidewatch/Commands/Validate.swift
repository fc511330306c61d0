import ArgumentParser
import Dashboard
import JSON

/// Checks everything that can be checked without asking anybody.
struct Validate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check configuration, rules, runbooks and templates. No network.",
        discussion: "Prints every mistake as file:line:column and ends with 4 where there is one.\n\nExamples:\n  tidewatch validate\n  tidewatch validate --json\n  tidewatch validate --schema > tidewatch.schema.json")

    @OptionGroup var shared: SharedOptions
    @Flag(name: .long, help: "Print the JSON Schema of tidewatch.yaml and of a tenant's file instead.")
    var schema = false

    func run() async throws {
        if schema { return print(ConfigurationSchema.json.text(pretty: true), terminator: "") }
        let diagnostics = SiteRun.validate(directory: shared.directory, world: try machine())
        if shared.json {
            print(JSONValue.array(diagnostics.map(\.json)).text(pretty: true), terminator: "")
        } else {
            for diagnostic in diagnostics { Console.say(diagnostic.description) }
        }
        let errors = diagnostics.count { $0.grade == .error }
        if errors > 0 {
            if !shared.json { Console.say("\(errors) \(errors == 1 ? "mistake" : "mistakes"). Nothing was changed.") }
            throw CommandEnd(code: .configuration)
        }
        if shared.verbose { Console.say("All is well: \(shared.directory)") }
    }
}
