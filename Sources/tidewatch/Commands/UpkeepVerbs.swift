import ArgumentParser
import Dashboard

/// Options of the verbs that look after the databases.
struct UpkeepOptions: ParsableArguments {
    @OptionGroup var shared: SharedOptions
    @Option(name: .long, help: ArgumentHelp("Only this tenant; may be repeated.", valueName: "id"))
    var tenant: [String] = []

    /// Says what was left out, and ends with 3 where that is anything.
    func end(_ notes: HistoryNotes) throws {
        for note in notes.texts { Console.say(note) }
        if !notes.isWhole { throw CommandEnd(code: .partial) }
    }
}

/// Deletes what is beyond its retention.
struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Delete what is older than its retention, now; a run does it once an hour.",
        discussion: """
            Freed space is used again by the next points. --compact gives it back to the disk, which needs as much room again while it lasts.

            Examples:
              tidewatch prune
              tidewatch prune --tenant acme --compact
            """)
    @OptionGroup var options: UpkeepOptions
    @Flag(name: .long, help: "Rewrite the files without their free space.")
    var compact = false

    func run() async throws {
        let done = try await answer { try Pruning(directory: options.shared.directory, world: $0, tenants: Set(options.tenant), compacts: compact) }
        options.shared.say(json: done.json, text: done.text)
        try options.end(done.notes)
    }
}

/// Reads every database whole.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read every database whole and compare it with its checksums.",
        discussion: """
            Ends with 1 where one is damaged. Changes nothing, except that an older file is brought to this release's schema, with a copy before.

            Examples:
              tidewatch check
              tidewatch check --tenant acme --json
            """)
    @OptionGroup var options: UpkeepOptions

    func run() async throws {
        let check = try await answer { try IntegrityCheck(directory: options.shared.directory, world: $0, tenants: Set(options.tenant)) }
        options.shared.say(json: check.json, text: check.text)
        if !check.isSound {
            if let advice = check.advice { Console.say(advice) }
            throw CommandEnd(code: .failed)
        }
    }
}

/// Copies every database.
struct SnapshotVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Copy every database, whole and compact, into a new folder; prints its path.",
        discussion: """
            The folder is named after the time and has its name only when all of it is on the disk. Take one between two runs:

            Examples:
              tidewatch snapshot /var/backups/tidewatch
              tidewatch snapshot /var/backups/tidewatch --keep 7
            """)
    @OptionGroup var options: UpkeepOptions
    @Argument(help: ArgumentHelp("Where snapshots lie side by side.", valueName: "dir"))
    var directory: String
    @Option(name: .long, help: ArgumentHelp("Delete older snapshots in this folder until so many are left.", valueName: "n"))
    var keep: Int?

    func run() async throws {
        if let keep, !(1...10_000).contains(keep) { throw ValidationError("--keep: expected a number from 1 to 10000, found \(keep)") }
        try options.shared.checkPlace(directory, option: "<dir>")
        let snapshot = try await answer { try Snapshot(directory: options.shared.directory, world: $0, tenants: Set(options.tenant), into: absolute(directory), keep: keep) }
        options.shared.say(json: snapshot.json, text: snapshot.text)
        try options.end(snapshot.notes)
    }
}

/// Puts a snapshot back.
struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put the databases of a snapshot back; what stood there is kept beside them.",
        discussion: """
            Every copy is checked before the first is put in place. The next run reads what has happened since, as far as the sources remember.

            Examples:
              tidewatch restore /var/backups/tidewatch/20261120t100500z
              tidewatch restore /var/backups/tidewatch/20261120t100500z --tenant acme
            """)
    @OptionGroup var options: UpkeepOptions
    @Argument(help: ArgumentHelp("The folder that 'tidewatch snapshot' printed.", valueName: "dir"))
    var snapshot: String

    func run() async throws {
        let done = try await answer { try Restoration(directory: options.shared.directory, world: $0, tenants: Set(options.tenant), from: absolute(snapshot)) }
        options.shared.say(json: done.json, text: done.text)
    }
}
