import ArgumentParser
import Dashboard
import Glibc

@main struct Tidewatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidewatch",
        abstract: "Honest ops dashboards for queues, functions and traces: one cron job, no server.",
        discussion: """
            A cron job runs 'tidewatch run': it collects, evaluates rules, notifies, renders a static site and publishes it.

            Start here:
              tidewatch init my-site
              tidewatch --site my-site validate
              tidewatch --site my-site run

            Exit codes: 0 done, 1 failed, 2 usage, 3 partial (site built), 4 configuration invalid, 5 publish failed (old site intact),
            6 notifications kept for later, 11 lock held, 12 credentials refused everywhere, 20/21 worst state with --exit-status,
            124 own deadline, 130/143 interrupted after a clean stop.
            """,
        version: version,
        subcommands: [Init.self, Validate.self, Plan.self, Run.self, Collect.self, Evaluate.self, Notify.self, Render.self, Publish.self,
                      RollbackVerb.self, Serve.self, ServeConfig.self,
                      TestRules.self, SilenceVerbs.self, Acknowledge.self, BacktestVerb.self, Advise.self, Explain.self, Report.self, ImportVerbs.self,
                      DoctorVerb.self, TenantVerbs.self, Diff.self, Export.self, Prune.self, Check.self, SnapshotVerb.self, Restore.self, Simulate.self, Version.self, Worker.self])

    static let version = ProductVersion.text

    static func main() async {
        // A reader that went away is no reason to die in the middle of a run.
        signal(SIGPIPE, SIG_IGN)
        // A file that may not grow is an error with a path and a remedy, not an end without a word.
        signal(SIGXFSZ, SIG_IGN)
        var verb: any ParsableCommand.Type = Self.self
        do {
            let words = Set(CommandLine.arguments.dropFirst())
            if words == ["--version", "--json"] { return print(ProductVersion.json.text(pretty: true), terminator: "") }
            var command = try parseAsRoot(verbFirst(Array(CommandLine.arguments.dropFirst())))
            verb = type(of: command)
            if var asynchronous = command as? any AsyncParsableCommand { try await asynchronous.run() } else { try command.run() }
        } catch let end as CommandEnd {
            Glibc.exit(end.code.rawValue)
        } catch {
            let code = exitCode(for: error)
            let text = (error as? ValidationError).map { message(for: $0, by: verb) } ?? fullMessage(for: error)
            // ArgumentParser's own number for wrong usage is 64; the contract says 2.
            if code.isSuccess { print(text) } else { Console.say(text) }
            Glibc.exit(code == .validationFailure ? Dashboard.ExitCode.usage.rawValue : code.isSuccess ? 0 : Dashboard.ExitCode.failed.rawValue)
        }
    }

    /// The parser knows which verb it read, and not which one runs: what a verb finds wrong itself would be told with the usage of all.
    private static func message(for mistake: ValidationError, by verb: any ParsableCommand.Type) -> String {
        let usage = usageString(for: verb), name = usage.split(separator: " ").prefix { $0.first?.isLetter == true }.joined(separator: " ")
        return "Error: \(mistake.message)\nUsage: \(usage)\n  See '\(name) --help' for more information."
    }
}

/// Options may stand before the verb (`tidewatch --site DIR run`); the parser wants them behind it, and behind the verb's own verb.
private func verbFirst(_ arguments: [String]) -> [String] {
    let takesValue: Set<String> = ["--site", "--tenant", "--now", "--jobs", "--deadline", "--log-format"]
    var at = 0
    while at < arguments.count, arguments[at].hasPrefix("-") { at += takesValue.contains(arguments[at]) ? 2 : 1 }
    guard at > 0, at < arguments.count else { return arguments }
    // To the end, since a verb may have verbs of its own; but not behind a `--`, where nothing is an option.
    let rest = arguments[at...], end = rest.firstIndex(of: "--") ?? rest.endIndex
    return Array(rest[..<end]) + arguments[..<at] + rest[end...]
}

/// A command is over, with this code; everything was said already.
struct CommandEnd: Error {
    var code: Dashboard.ExitCode
}

/// Messages for people go to standard error; data goes to standard output.
enum Console {
    static func say(_ text: String) { _ = put(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// A piece of a line.
    static func put(_ text: String) { _ = put(Array(text.utf8), to: STDERR_FILENO) }

    /// Data, as it is. A reader that has seen enough (`| head`) ends the command without a word.
    static func give(_ bytes: [UInt8]) throws(CommandEnd) {
        guard !put(bytes, to: STDOUT_FILENO) else { return }
        let code = errno
        guard code != EPIPE else { throw CommandEnd(code: .done) }
        say("cannot write to standard output: \(String(cString: strerror(code))). Free some space, or send the output elsewhere.")
        throw CommandEnd(code: .failed)
    }

    /// - Returns: whether all of it was taken; if not, `errno` says why.
    static func put(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }
}
