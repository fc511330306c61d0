import ArgumentParser
import Dashboard
import JSON
import Telemetry

/// Edits the files under silences/.
struct SilenceVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence",
        abstract: "Mute alerts for a while, with author, reason and end: files under silences/.",
        discussion: """
            A muted alert still fires: pages and status.json count it, and nobody is told. The next run takes a silence up.

            Examples:
              tidewatch silence add --tenant acme --rule queue-age --for 2h --reason 'vendor upgrade'
              tidewatch silence add --service orders-webhook --until resolved --reason 'known, ticket 4711'
              tidewatch silence add --tenant acme --weekly 'sat,sun 02:00-04:00 Europe/Berlin' --reason 'backups' --maintenance
              tidewatch silence list
              tidewatch silence expire 20261120-1005-queue-age
            """,
        subcommands: [Add.self, List.self, Expire.self], defaultSubcommand: List.self)

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a silence or a maintenance window, and print its file.",
            discussion: """
                Names may contain * and ?. All that are given must match.

                Examples:
                  tidewatch silence add --tenant acme --resource 'orders-*' --for 90m --reason 'load test'
                  tidewatch silence add --rule 'fn-*' --severity warning --until 2026-12-01T06:00:00Z --reason 'migration' --author anna
                """)
        @OptionGroup var shared: SharedOptions
        @OptionGroup var subject: SilenceSubject
        @Option(name: .long, help: ArgumentHelp("Only this severity.", valueName: "warning|critical"))
        var severity: String?
        @Option(name: .long, help: ArgumentHelp("Only this kind of resource.", valueName: "kind"))
        var kind: String?
        @Option(name: .customLong("for"), help: ArgumentHelp("How long from now, such as 2h.", valueName: "duration"))
        var length: String?
        @Option(name: .long, help: ArgumentHelp("Until this time (RFC 3339), for this long, or 'resolved'.", valueName: "time"))
        var until: String?
        @Option(name: .long, help: ArgumentHelp("From this time on (RFC 3339); default now.", valueName: "time"))
        var from: String?
        @Option(name: .long, help: ArgumentHelp("A window that comes back, such as 'sat,sun 02:00-04:00 Europe/Berlin'; may be repeated.", valueName: "window"))
        var weekly: [String] = []
        @Flag(name: .long, help: "Call it planned maintenance.")
        var maintenance = false

        func run() async throws {
            let world = try machine()
            var order = SilenceOrder(kind: maintenance ? .maintenance : .silence, match: subject.match, author: try subject.author(world), reason: subject.reason ?? "")
            order.match["severity"] = severity
            order.match["kind"] = kind
            (order.length, order.until, order.from, order.weekly) = (length, until, from, weekly)
            try edit(shared) { try $0.add(order, at: world.clock()) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what is muted, until when, by whom and why.",
            discussion: "Examples:\n  tidewatch silence list\n  tidewatch silence list --all --json")
        @OptionGroup var shared: SharedOptions
        @Flag(name: .long, help: "Also those that are over.")
        var all = false

        func run() async throws {
            let world = try machine(), desk = SilenceDesk(directory: shared.directory, world: world)
            let list = desk.list(at: world.clock(), includesOver: all)
            for mistake in list.mistakes { Console.say(mistake.description) }
            if shared.json { print(list.json.text(pretty: true), terminator: "") } else if !list.entries.isEmpty { print(list.text) } else { Console.say("Nothing is muted.") }
            if list.mistakes.contains(where: { $0.grade == .error }) { throw CommandEnd(code: .configuration) }
        }
    }

    struct Expire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a silence now; its file stays as a record.", discussion: "Examples:\n  tidewatch silence expire 20261120-1005-queue-age")
        @OptionGroup var shared: SharedOptions
        @Argument(help: ArgumentHelp("The file's name without .yaml.", valueName: "id"))
        var ids: [String]

        func run() async throws {
            let world = try machine()
            for id in ids { try edit(shared) { try $0.expire(id, at: world.clock()) } }
        }
    }
}

/// Takes alerts in hand until they resolve.
struct Acknowledge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Take the alerts of an incident or a rule in hand: no reminders until they resolve.",
        discussion: """
            Covers what fires now. An alert that fires later is a new matter and is told. Writes a file under silences/.

            Examples:
              tidewatch ack 20261120-0918-orders-webhook --tenant acme
              tidewatch ack queue-age --tenant acme --resource orders.fifo --reason 'consumer is being scaled up'
            """)
    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("An incident's id or a rule's.", valueName: "incident|rule"))
    var what: String
    @OptionGroup var subject: SilenceSubject

    func run() async throws {
        let world = try machine()
        var order = SilenceOrder(kind: .ack, match: subject.match, author: try subject.author(world), reason: subject.reason ?? "in hand")
        order.until = "resolved"
        try edit(shared) { desk in
            guard subject.rule == nil else { throw SilenceFolder.Failed(description: "--rule: the rule is the argument of ack", isUsage: true) }
            order.match[try desk.label(of: what)] = what
            return try desk.add(order, at: world.clock())
        }
    }
}

/// What a silence is about, and who answers for it.
struct SilenceSubject: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only this tenant.", valueName: "id"))
    var tenant: String?
    @Option(name: .long, help: ArgumentHelp("Only this service.", valueName: "id"))
    var service: String?
    @Option(name: .long, help: ArgumentHelp("Only this rule.", valueName: "id"))
    var rule: String?
    @Option(name: .long, help: ArgumentHelp("Only resources of this name.", valueName: "name"))
    var resource: String?
    @Option(name: .long, help: ArgumentHelp("Why nobody needs to be told.", valueName: "text"))
    var reason: String?
    @Option(name: .long, help: ArgumentHelp("Who answers for it; default $TIDEWATCH_AUTHOR, else the user.", valueName: "name"))
    var author: String?

    var match: [String: String] {
        var match: [String: String] = [:]
        for (label, value) in [("tenant", tenant), ("service", service), ("rule", rule), ("resource", resource)] { match[label] = value }
        return match
    }

    func author(_ world: World) throws -> String {
        let known = [author, world.variables["TIDEWATCH_AUTHOR"], world.variables["USER"], world.variables["LOGNAME"]]
        guard let name = known.compactMap({ $0 }).first(where: { !$0.allSatisfy(\.isWhitespace) }) else {
            throw ValidationError("--author: nobody is named, and neither TIDEWATCH_AUTHOR nor USER says who you are")
        }
        return name
    }
}

/// Prints the file that was written; what went wrong is said with the code that belongs to it.
private func edit(_ shared: SharedOptions, _ change: (SilenceDesk) throws -> SilenceFile) throws {
    do {
        let file = try change(SilenceDesk(directory: shared.directory, world: try machine()))
        print(shared.json ? file.json.text() : file.path)
        if shared.verbose { Console.say("Taken up by the next run.") }
    } catch let failure as SilenceFolder.Failed {
        Console.say(failure.description)
        throw CommandEnd(code: failure.isUsage ? .usage : .failed)
    } catch let error as ConfigurationError {
        throw invalid(error)
    }
}
