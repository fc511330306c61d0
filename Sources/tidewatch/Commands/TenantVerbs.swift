import ArgumentParser
import Dashboard
import Foundation
import JSON

/// What is done to one tenant as a whole.
struct TenantVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant", abstract: "Pack a tenant's pages, or remove what is kept of it.",
        discussion: "Examples:\n  tidewatch tenant zip acme --out acme.zip\n  tidewatch tenant remove acme --dry-run\n  tidewatch tenant remove acme",
        subcommands: [TenantZip.self, TenantRemove.self])
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

struct TenantZip: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zip", abstract: "A tenant's pages as one archive that opens from a disk.",
        discussion: """
            The pages as they were built last, with all that they need: unpack it anywhere and open index.html in a browser. No server, no network.
            The same pages give the same bytes.

            Examples:
              tidewatch tenant zip acme --out acme.zip
              tidewatch tenant zip acme > acme.zip
            """)
    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("The tenant.", valueName: "id"))
    var id: String
    @Option(name: .long, help: ArgumentHelp("Write to this file.", valueName: "file"))
    var out: String?

    func run() async throws {
        try shared.checkPlace(out)
        try await answer { _ in
            let bundle = try TenantBundle(id, directory: shared.directory)
            guard let out else {
                guard isatty(STDOUT_FILENO) == 0 else {
                    Console.say("an archive is nothing for a terminal. Name a file: tidewatch tenant zip \(id) --out \(id).zip")
                    throw CommandEnd(code: .usage)
                }
                return try bundle.write(to: Console.give)
            }
            try WholeFile.write(out) { try bundle.write(to: $0) }
            let document = JSONValue.object([.init("file", .string(out)), .init("files", .number(Double(bundle.paths.count)))])
            shared.say(json: document, text: "\(out): \(bundle.paths.count) files of \(id). Unpack it and open \(id)/index.html.")
        }
    }
}
