import ArgumentParser
import Dashboard
import JSON

/// What is done to one tenant as a whole.
struct TenantVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Remove what is kept of a tenant.", discussion: "Examples:\n  tidewatch tenant remove acme --dry-run\n  tidewatch tenant remove acme",
        subcommands: [TenantRemove.self])
}

struct TenantRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Delete a tenant's database with its outbox, its copies and its tree.",
        discussion: """
            Deletes at once and prints what it deleted; with --dry-run it prints what there is and deletes nothing.
            The tenant's own file stays; every other tenant's tree stays as it is, byte for byte.

            Examples:
              tidewatch tenant remove acme --dry-run
              tidewatch tenant remove acme
            """)
    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("The tenant.", valueName: "id"))
    var id: String
    @Flag(name: .long, help: "Only print what would be deleted.")
    var dryRun = false

    func run() async throws {
        let removal = try await answer { _ in try TenantRemoval(id, directory: shared.directory) }
        guard !removal.found.isEmpty else {
            Console.say("nothing is kept of a tenant called '\(id)' in \(shared.directory).")
            throw CommandEnd(code: .failed)
        }
        if !dryRun { try await answer { _ in try removal.carryOut() } }
        let lines = removal.found.map { "\(dryRun ? "would delete" : "deleted") \($0.path) (\($0.bytes) bytes\($0.path == "state/\(id).sqlite" ? ", the outbox with it" : ""))" }
        for note in removal.notes { Console.say(note) }
        shared.say(json: removal.json(isDone: !dryRun), text: lines.joined(separator: "\n"))
    }
}
