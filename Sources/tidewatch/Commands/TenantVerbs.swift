import ArgumentParser
import Dashboard
import JSON

/// What is done to one tenant as a whole.
struct TenantVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Remove what is kept of a tenant.", discussion: "Examples:\n  tidewatch tenant remove acme\n  tidewatch tenant remove acme --yes", subcommands: [TenantRemove.self])
}

struct TenantRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete a tenant's database with its outbox, its copies and its tree.",
        discussion: """
            Says what there is, and deletes it with --yes only. Nobody is asked, so that it is the same in a script.
            The tenant's own file stays; every other tenant's tree stays as it is, byte for byte.

            Examples:
              tidewatch tenant remove acme
              tidewatch tenant remove acme --yes
            """)
    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("The tenant.", valueName: "id"))
    var id: String
    @Flag(name: .long, help: "Delete it; without this, only say what there is.")
    var yes = false

    func run() async throws {
        let removal = try await answer { _ in try TenantRemoval(id, directory: shared.directory) }
        guard !removal.found.isEmpty else {
            Console.say("nothing is kept of a tenant called '\(id)' in \(shared.directory).")
            throw CommandEnd(code: .usage)
        }
        if yes { try await answer { _ in try removal.carryOut() } }
        let lines = removal.found.map { "\(yes ? "deleted" : "would delete") \($0.path) (\($0.bytes) bytes)" }
        for note in removal.notes { Console.say(note) }
        shared.say(json: removal.json(isDone: yes), text: lines.joined(separator: "\n"))
        guard yes else {
            Console.say("Nothing was deleted. Add --yes to delete it.")
            throw CommandEnd(code: .usage)
        }
    }
}
