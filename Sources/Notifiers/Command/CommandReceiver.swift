import Alerting
import Programs
import Telemetry

/// A program of the operator's that takes the message on its standard input: a pager, a chat client, anything that no receiver here speaks to.
/// It is started as it stands, without a shell, so nothing in a message can become a command.
package struct CommandReceiver: Receiver {
    package let name: String
    package let schedule = RetrySchedule.webhook
    package var address: String { MessageID.make(arguments.joined(separator: "\u{0}")) }
    private let arguments: [String]
    /// Name to value, besides what describes the message.
    private let environment: [String: String]
    private let limit: Duration
    private let runner: any CommandRunner

    package init(name: String, arguments: [String], environment: [String: String], limit: Duration, runner: any CommandRunner) {
        self.name = name
        self.arguments = arguments
        self.environment = environment
        self.limit = limit
        self.runner = runner
    }

    package func messages(saying notice: Notice) -> [OutboxMessage] {
        let id = MessageID.make(notice.tenant, name, notice.groupKey, notice.incident ?? "", notice.kind.rawValue, String(notice.sequence))
        return [OutboxMessage(id: id, receiver: name, groupKey: notice.groupKey, incident: notice.incident, kind: notice.kind, sequence: notice.sequence,
                              createdAt: notice.createdAt, notBefore: notice.createdAt, expiresAt: notice.createdAt + 18 * 3_600, contentType: "application/json",
                              subject: notice.threadSubject ?? notice.subject, body: AlertmanagerPayload.body(notice))]
    }

    package func preview(_ notice: Notice) -> [Preview] { [Preview(part: "json", text: String(decoding: AlertmanagerPayload.body(notice), as: UTF8.self))] }

    package func deliver(_ message: OutboxMessage, at now: Timestamp) async -> Attempt {
        var environment = environment
        environment["TIDEWATCH_ID"] = message.id
        environment["TIDEWATCH_KIND"] = message.kind.rawValue
        environment["TIDEWATCH_RECEIVER"] = name
        environment["TIDEWATCH_INCIDENT"] = message.incident ?? ""
        environment["TIDEWATCH_SUBJECT"] = message.subject.plain
        return Self.attempt(await runner.run(arguments, input: message.body, environment: environment, limit: limit))
    }

    /// The table of exit codes: 0 took it; 64, 65, 68, 77 and 78 (sysexits.h: wrong usage, wrong data, no such host, no right, wrong
    /// configuration) are about the message or the set-up and get a few slow tries; everything else may pass later.
    static func attempt(_ end: CommandEnding) -> Attempt {
        switch end {
        case .exited(0, _): .accepted("exit 0")
        case .exited(let code, let words) where [64, 65, 68, 77, 78].contains(code): .doubtful("exit \(code)", words: line(words))
        case .exited(let code, let words): .later("exit \(code)", retryAfter: nil, words: line(words))
        case .killed(let signal, let words): .later("ended by signal \(signal)", retryAfter: nil, words: line(words))
        case .timedOut(let limit): .later("still running after \(limit.components.seconds) s and was stopped. Let it end sooner, or raise limit.", retryAfter: nil)
        case .notStarted(let reason): .later("cannot be started: \(reason). Check the path and the right to execute.", retryAfter: nil)
        }
    }

    private static func line(_ words: String) -> String { String(words.plain.split(separator: " ").joined(separator: " ").prefix(160)) }
}
