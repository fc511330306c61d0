import ArgumentParser
import Dashboard
import Foundation
import JSON
import Telemetry

/// Options of the verbs that look back over what is stored.
struct HistoryOptions: ParsableArguments {
    @OptionGroup var shared: SharedOptions
    @Option(name: .long, help: ArgumentHelp("Only this tenant; may be repeated.", valueName: "id"))
    var tenant: [String] = []
    @Option(name: .long, help: ArgumentHelp("As of this time (RFC 3339).", valueName: "time"))
    var now: String?

    func time() throws -> Timestamp? {
        guard let now else { return nil }
        guard let time = Timestamp(rfc3339: now) else { throw ValidationError("--now: expected a time such as 2026-11-20T10:05:00Z, found '\(now)'") }
        return time
    }

    /// At least a step, at most what hourly points reach back.
    func seconds(_ since: String) throws -> Int64 {
        guard let seconds = durationSeconds(since), (3_600...400 * 86_400).contains(seconds) else { throw ValidationError("--since: expected a duration from 1h to 400d, such as 30d, found '\(since)'") }
        return seconds
    }

    /// - Throws: the end with 3 where a tenant had to be left out.
    func say(_ notes: HistoryNotes, json: JSONValue, text: String) throws {
        for note in notes.texts { Console.say(note) }
        if shared.json { print(json.text(pretty: true), terminator: "") } else if !text.isEmpty { print(text) }
        if !notes.isWhole { throw CommandEnd(code: .partial) }
    }
}

/// Replays rules over stored history.
struct BacktestVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Replay the rules as they are now over stored history: alerts, how long, and the messages that would have been sent.",
        discussion: """
            Uses the evaluator, the grouping and the routing of a live run; silences are left out. Nothing is sent and no alert changes.
            A backtest of all rules over 30 days is remembered for the alerts page, which a run also renews once a day.

            Examples:
              tidewatch backtest
              tidewatch backtest queue-age --since 7d --tenant acme -v
              tidewatch backtest --html backtest.html
            """)
    @OptionGroup var options: HistoryOptions
    @Argument(help: ArgumentHelp("Only this rule.", valueName: "rule"))
    var rule: String?
    @Option(name: .long, help: ArgumentHelp("How far back.", valueName: "duration"))
    var since = "30d"
    @Option(name: .long, help: ArgumentHelp("Also write a report that is one file.", valueName: "file"))
    var html: String?

    func run() async throws {
        try options.shared.checkPlace(html, option: "--html")
        let seconds = try options.seconds(since), now = try options.time()
        let run = try await answer { try BacktestRun(directory: options.shared.directory, world: $0, rule: rule, tenants: Set(options.tenant), since: seconds, now: now) }
        if let html { try WholeFile.write(html, option: "--html") { try $0(run.html) } }
        try options.say(run.notes, json: run.json, text: run.text(isComplete: options.shared.verbose))
    }
}

/// Suggests limits from history.
struct Advise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Limits from the quantiles of stored history, each with what it would have done.",
        discussion: """
            Looks at rules that compare a signal with a number. Every limit is backtested; what to take is for you to decide.

            Examples:
              tidewatch advise queue-age --tenant acme
              tidewatch advise --since 14d --json
            """)
    @OptionGroup var options: HistoryOptions
    @Argument(help: ArgumentHelp("Only this rule.", valueName: "rule"))
    var rule: String?
    @Option(name: .long, help: ArgumentHelp("How far back.", valueName: "duration"))
    var since = "30d"

    func run() async throws {
        let seconds = try options.seconds(since), now = try options.time()
        let advice = try await answer { try LimitAdvice(directory: options.shared.directory, world: $0, rule: rule, tenants: Set(options.tenant), since: seconds, now: now) }
        try options.say(advice.notes, json: advice.json, text: advice.text)
    }
}

/// Says where values, limits and states come from.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Where a rule's keys, a signal's values or a setting come from: file, line and what overrides what.",
        discussion: """
            The nearest wins: built-in kind < site < tenant < service < resource.

            Examples:
              tidewatch explain queue-age --tenant acme
              tidewatch explain queue.oldest_age
              tidewatch explain retention.raw
              tidewatch explain acme.timezone
            """)
    @OptionGroup var options: HistoryOptions
    @Argument(help: ArgumentHelp("A rule's id, a signal or a key.", valueName: "rule|signal|key"))
    var word: String

    func run() async throws {
        let now = try options.time()
        let explanation = try await answer { try Explanation(of: word, directory: options.shared.directory, world: $0, tenants: Set(options.tenant), now: now) }
        try options.say(HistoryNotes(texts: explanation.notes), json: explanation.json, text: explanation.text)
    }
}

/// Says which rules wake people.
struct ReportNoise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "noise",
        abstract: "Which rules fired how often, came back, were suppressed, or never fired.",
        discussion: """
            From the alerts that really were. A flap is an alert that comes back within an hour.

            Examples:
              tidewatch report noise
              tidewatch report noise --since 30d --tenant acme --json
            """)
    @OptionGroup var options: HistoryOptions
    @Option(name: .long, help: ArgumentHelp("How far back.", valueName: "duration"))
    var since = "90d"

    func run() async throws {
        let seconds = try options.seconds(since), now = try options.time()
        let report = try await answer { try NoiseReport(directory: options.shared.directory, world: $0, tenants: Set(options.tenant), since: seconds, now: now) }
        try options.say(report.notes, json: report.json, text: report.text)
    }
}
