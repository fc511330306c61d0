import Alerting
import JSON
@testable import Notifiers
import Programs
import Synchronization
import Telemetry
import Testing

@Suite struct CommandReceiverTests {
    final class Scripted: CommandRunner {
        struct Call: Sendable {
            var arguments: [String]
            var input: [UInt8]
            var environment: [String: String]
        }
        let ending: CommandEnding
        let calls = Mutex<[Call]>([])
        init(_ ending: CommandEnding = .exited(0, words: "")) { self.ending = ending }
        func run(_ arguments: [String], input: [UInt8], environment: [String: String], limit: Duration) async -> CommandEnding {
            calls.withLock { $0.append(Call(arguments: arguments, input: input, environment: environment)) }
            return ending
        }
    }

    @Test func `the program gets the message on its input, its facts in its environment, and nothing else`() async throws {
        let runner = Scripted()
        let receiver = CommandReceiver(name: "pager", arguments: ["/usr/local/bin/page", "--now", "$(reboot)"], environment: ["PATH": "/bin"], limit: .seconds(5), runner: runner)
        let message = receiver.messages(saying: .mock())[0]
        #expect(await receiver.deliver(message, at: Timestamp(seconds: 0)) == .accepted("exit 0"))
        let call = try #require(runner.calls.withLock { $0.first })
        #expect(call.arguments == ["/usr/local/bin/page", "--now", "$(reboot)"])
        #expect(call.environment.keys.sorted() == ["PATH", "TIDEWATCH_ID", "TIDEWATCH_INCIDENT", "TIDEWATCH_KIND", "TIDEWATCH_RECEIVER", "TIDEWATCH_SUBJECT"])
        #expect(call.environment["TIDEWATCH_ID"] == message.id)
        #expect(try JSONValue(parsing: call.input)["version"]?.string == "4")
    }

    @Test(arguments: [
        (.exited(0, words: "done"), .accepted("exit 0")), (.exited(1, words: "no\n\u{1B}[31m way"), .later("exit 1", retryAfter: nil, words: "no [31m way")), (.exited(75, words: ""), .later("exit 75", retryAfter: nil)),
        (.exited(64, words: "usage"), .doubtful("exit 64", words: "usage")), (.exited(77, words: ""), .doubtful("exit 77")), (.killed(signal: 9, words: ""), .later("ended by signal 9", retryAfter: nil)),
        (.timedOut(.seconds(5)), .later("still running after 5 s and was stopped. Let it end sooner, or raise limit.", retryAfter: nil)),
        (.notStarted("No such file"), .later("cannot be started: No such file. Check the path and the right to execute.", retryAfter: nil)),
    ] as [(CommandEnding, Attempt)]) func `each ending leads to its next step`(_ ending: CommandEnding, _ attempt: Attempt) {
        #expect(CommandReceiver.attempt(ending) == attempt)
    }
}
