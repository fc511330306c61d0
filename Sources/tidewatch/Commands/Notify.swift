import ArgumentParser
import Dashboard
import Telemetry

/// Messages: send what waits, try a receiver, look at what would be said.
struct Notify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Notify only: send what waits in the outboxes. Also: test a receiver, preview messages.",
        discussion: """
              tidewatch notify                        send what waits
              tidewatch notify test oncall            send one test message, now
              tidewatch notify preview --tenant acme  print what would be said of everything that fires
            """,
        subcommands: [NotifySend.self, NotifyTest.self, NotifyPreview.self], defaultSubcommand: NotifySend.self)
}

struct NotifySend: StageVerb {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send what waits in the outboxes (the default).", discussion: "Examples:\n  tidewatch notify -v")
    static let stages = [RunOptions.Stage.notify]
    @OptionGroup var options: StageOptions
}

struct NotifyTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Send one test message to a receiver, at once, and print its answer.",
        discussion: "Ends with 0 where every recipient's server took it, else with 6.\n\nExamples:\n  tidewatch notify test oncall-mail")
    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("The receiver's name in tidewatch.yaml.", valueName: "receiver"))
    var receiver: String

    func run() async throws {
        let trial = try receiverTrial(shared, now: nil)
        guard let results = await trial.test(receiver) else {
            Console.say("no receiver is called '\(receiver)'. Known: \(trial.receivers.joined(separator: ", ")).")
            throw CommandEnd(code: .usage)
        }
        if shared.json {
            print(ReceiverTrial.json(results).text())
        } else {
            for result in results { print("\(receiver): \(result.isAccepted ? "taken" : "NOT taken") (\(result.answer))") }
        }
        if results.isEmpty || results.contains(where: { !$0.isAccepted }) { throw CommandEnd(code: .undelivered) }
    }
}

struct NotifyPreview: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview", abstract: "Print the messages about everything that fires now, as if nothing had been said. Nothing is sent or stored.",
        discussion: "Examples:\n  tidewatch notify preview --tenant acme\n  tidewatch notify preview --receiver oncall-mail --part html > mail.html")
    @OptionGroup var shared: SharedOptions
    @Option(name: .long, help: ArgumentHelp("Only this tenant.", valueName: "id"))
    var tenant: String?
    @Option(name: .long, help: ArgumentHelp("Only messages to this receiver.", valueName: "name"))
    var receiver: String?
    @Option(name: .long, help: ArgumentHelp("text, html or json; default: the first part of each.", valueName: "part"))
    var part: String?
    @Option(name: .long, help: ArgumentHelp("As of this time (RFC 3339).", valueName: "time"))
    var now: String?

    func run() async throws {
        var time: Timestamp?
        if let now {
            guard let given = Timestamp(rfc3339: now) else { throw ValidationError("--now: expected a time such as 2026-11-20T10:05:00Z, found '\(now)'") }
            time = given
        }
        if let part, !["text", "html", "json"].contains(part) { throw ValidationError("--part: expected text, html or json, found '\(part)'") }
        let trial = try receiverTrial(shared, now: time)
        if let tenant, !trial.tenantIDs.contains(tenant) { throw ValidationError("no tenant is called '\(tenant)' (--tenant)") }
        if let receiver, !trial.receivers.contains(receiver) { throw ValidationError("no receiver is called '\(receiver)' (--receiver). Known: \(trial.receivers.joined(separator: ", "))") }
        let drafts: [ReceiverTrial.Draft]
        do {
            drafts = try trial.preview(tenant: tenant, receiver: receiver)
        } catch let held as RunLock.Held {
            Console.say(held.description)
            throw CommandEnd(code: .locked)
        }
        if shared.json {
            print(ReceiverTrial.json(drafts).text())
            return
        }
        if drafts.isEmpty { Console.say("Nothing fires, so nothing would be said. 'tidewatch notify test RECEIVER' sends a test message.") }
        for draft in drafts {
            let shown = draft.parts.filter { part == nil || $0.part == part }.prefix(part == nil ? 1 : draft.parts.count)
            for part in shown { print("To: \(draft.receiver)\nSubject: \(draft.subject)\n\n\(part.text)") }
        }
    }
}

/// The site behind a receiver command, or the end of the command with what is wrong with it.
private func receiverTrial(_ shared: SharedOptions, now: Timestamp?) throws -> ReceiverTrial {
    do {
        return try ReceiverTrial(directory: shared.directory, world: try machine(), now: now)
    } catch let error as ConfigurationError {
        Console.say(error.description)
        throw CommandEnd(code: .configuration)
    }
}
