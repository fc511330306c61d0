import ArgumentParser
import Dashboard

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
        let world = try machine(), rollback: Rollback
        do throws(ConfigurationError) {
            rollback = try Rollback(directory: shared.directory, world: world, tenants: Set(tenant))
        } catch {
            Console.say(error.description)
            throw CommandEnd(code: .configuration)
        }
        let (outcome, restored) = await rollback.run()
        for problem in outcome.problems { Console.say(problem.description) }
        if shared.json { print(outcome.json.text()) } else { for (tree, built) in restored { print("\(tree): as built for \(built)") } }
        guard outcome.exit == .done else { throw CommandEnd(code: outcome.exit) }
    }
}
