import ArgumentParser
import Dashboard

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
              3-59/5 * * * *  tidewatch --site /etc/tidewatch run
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
        discussion: "With --now TIME the pages are drawn as of that time.\n\nExamples:\n  tidewatch render --tenant acme\n  tidewatch render --now 2026-11-20T10:05:00Z")
    static let stages = [RunOptions.Stage.render]
    @OptionGroup var options: StageOptions
}

struct Publish: StageVerb {
    static let configuration = CommandConfiguration(
        abstract: "Publish only: put the rendered site in its places.", discussion: "Examples:\n  tidewatch publish")
    static let stages = [RunOptions.Stage.publish]
    @OptionGroup var options: StageOptions
}
