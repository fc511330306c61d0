import ArgumentParser
import Dashboard
import JSON

/// Puts the build before the last back.
struct RollbackVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Put the build before the last back, here and in every place where the site is published.",
        discussion: """
            One step: the build that was live is kept in its place, so a second rollback goes forward again. The next run renders anew:
            stop it first, or put right what was wrong.

            Examples:
              tidewatch rollback
              tidewatch rollback --tenant acme
            """)

    @OptionGroup var shared: SharedOptions
    @Option(name: .long, help: ArgumentHelp("Only this tenant; may be repeated.", valueName: "id"))
    var tenant: [String] = []

    func run() async throws {
        let (outcome, restored) = try await answer { try await Rollback(directory: shared.directory, world: $0, tenants: Set(tenant)).run() }
        for problem in outcome.problems { Console.say(problem.description) }
        if shared.json {
            let trees = restored.map { JSONValue.object([.init("tree", .string($0.tree)), .init("built", .string($0.built))]) }
            print(JSONValue.object(outcome.json.members + [.init("restored", .array(trees))]).text())
        } else { for (tree, built) in restored { print("\(tree): as built for \(built)") } }
        guard outcome.exit == .done else { throw CommandEnd(code: outcome.exit) }
    }
}
