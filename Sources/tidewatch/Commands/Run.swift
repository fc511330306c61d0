import ArgumentParser
import Dashboard

/// The cron entry: everything, in order.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cron entry: lock, collect, evaluate, notify, render, publish, heartbeat.",
        discussion: """
            Silent when all went well. In a crontab:
              3-59/5 * * * *  tidewatch --site /etc/tidewatch run
            Three minutes past, because AWS needs them to finish its numbers.
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var arguments: RunArguments

    func run() async throws { try await StageCommand(shared: shared, arguments: arguments).run(RunOptions.Stage.allCases) }
}

struct Collect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Collect only: ask the sources and record what they say.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var arguments: RunArguments
    func run() async throws { try await StageCommand(shared: shared, arguments: arguments).run([.collect]) }
}

struct Evaluate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Evaluate only: bring alert states up to date with what is stored.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var arguments: RunArguments
    func run() async throws { try await StageCommand(shared: shared, arguments: arguments).run([.evaluate]) }
}

struct Notify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Notify only: send what waits in the outboxes.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var arguments: RunArguments
    func run() async throws { try await StageCommand(shared: shared, arguments: arguments).run([.notify]) }
}

struct Render: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Render only: build the pages from what is stored.",
        discussion: "With --now TIME the pages are drawn as of that time.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var arguments: RunArguments
    func run() async throws { try await StageCommand(shared: shared, arguments: arguments).run([.render]) }
}

struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Publish only: put the rendered site in its places.")
    @OptionGroup var shared: SharedOptions
    @OptionGroup var arguments: RunArguments
    func run() async throws { try await StageCommand(shared: shared, arguments: arguments).run([.publish]) }
}
