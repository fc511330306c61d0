import ArgumentParser
import Dashboard
import Foundation
import Telemetry

/// The cron entry, or one of its stages alone: what they share is said once.
protocol StageVerb: AsyncParsableCommand {
    static var stages: [RunOptions.Stage] { get }
    var options: StageOptions { get }
}

extension StageVerb {
    func run() async throws { try await StageCommand(shared: options.shared, arguments: options.arguments).run(Self.stages) }
}

struct StageOptions: ParsableArguments {
    @OptionGroup var shared: SharedOptions
    @OptionGroup var arguments: RunArguments
}

/// The cron entry: everything, in order.
struct Run: StageVerb {
    static let configuration = CommandConfiguration(
        abstract: "The cron entry: lock, collect, evaluate, notify, render, publish, heartbeat.",
        discussion: """
            Silent when all went well. In a crontab:
              3-59/5 * * * *  tidewatch --site /var/lib/tidewatch run
            Three minutes past, because AWS needs them to finish its numbers.

            Examples:
              tidewatch run -v
              tidewatch run --tenant acme --offline --now 2026-11-20T10:05:00Z
            """)
    static let stages = RunOptions.Stage.allCases
    @OptionGroup var options: StageOptions
}

struct Collect: StageVerb {
    static let configuration = CommandConfiguration(
        abstract: "Collect only: ask the sources and record what they say.", discussion: "Examples:\n  tidewatch collect --tenant acme --deadline 4m -v")
    static let stages = [RunOptions.Stage.collect]
    @OptionGroup var options: StageOptions
}

struct Evaluate: StageVerb {
    static let configuration = CommandConfiguration(
        abstract: "Evaluate only: bring alert states up to date with what is stored.", discussion: "Examples:\n  tidewatch evaluate --exit-status; echo $?")
    static let stages = [RunOptions.Stage.evaluate]
    @OptionGroup var options: StageOptions
}

struct Render: StageVerb {
    static let configuration = CommandConfiguration(
        abstract: "Render only: build the pages from what is stored.",
        discussion: """
            With --at TIME --out DIR the pages are drawn as they were at that time, into a folder of their own; public/ stays as it is.

            Examples:
              tidewatch render --tenant acme
              tidewatch render --at 2026-11-20T10:05:00Z --out /tmp/then
            """)
    static let stages = [RunOptions.Stage.render]
    @OptionGroup var options: StageOptions
    @Option(name: .long, help: ArgumentHelp("Draw the pages as they were at this time (RFC 3339); wants --out.", valueName: "time"))
    var at: String?
    @Option(name: .long, help: ArgumentHelp("With --at: the folder that the pages go to.", valueName: "dir"))
    var out: String?

    func validate() throws {
        if let at, Timestamp(rfc3339: at) == nil { throw ValidationError("--at: expected a time such as 2026-11-20T10:05:00Z, found '\(at)'") }
        if (at == nil) != (out == nil) { throw ValidationError("--at and --out go together: pages of the past do not replace the present ones") }
    }

    func run() async throws {
        var arguments = options.arguments
        if let at {
            let present = try arguments.now.flatMap(Timestamp.init(rfc3339:)) ?? machine().clock()
            if let time = Timestamp(rfc3339: at), time > present { throw ValidationError("--at: \(at) is still to come (now is \(present.rfc3339)). It draws pages as they were.") }
            arguments.now = at
        }
        try options.shared.checkPlace(out, ofTrees: true)
        try await StageCommand(shared: options.shared, arguments: arguments).run(Self.stages) { options in
            options.out = out.map(absolute)
        }
    }
}

struct Publish: StageVerb {
    static let configuration = CommandConfiguration(
        abstract: "Publish only: put the rendered site in its places.", discussion: "Examples:\n  tidewatch publish")
    static let stages = [RunOptions.Stage.publish]
    @OptionGroup var options: StageOptions
}
