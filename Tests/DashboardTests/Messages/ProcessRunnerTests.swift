import Foundation
import Programs
import Testing

@Suite struct ProcessRunnerTests {
    let limit = Duration.seconds(20)

    @Test func `a program gets its input and its environment, and its code and words come back`() async {
        let script = "read line; echo \"$line $A ${HOME:-nothing}\" >&2; exit 7"
        let ending = await ProcessRunner().run(["/bin/bash", "--noprofile", "--norc", "-c", script], input: Array("hello\n".utf8), environment: ["A": "b"], limit: limit)
        #expect(ending == .exited(7, words: "hello b nothing\n"))
    }

    @Test func `nothing in an argument is a command`() async throws {
        let mark = FileManager.default.temporaryDirectory.path + "/tidewatch-" + UUID().uuidString
        let ending = await ProcessRunner().run(["/bin/echo", "; touch \(mark)", "$(touch \(mark))"], input: [], environment: [:], limit: limit)
        #expect(ending == .exited(0, words: ""))
        #expect(!FileManager.default.fileExists(atPath: mark))
    }

    @Test func `a large input that nobody reads holds up nobody`() async {
        #expect(await ProcessRunner().run(["/bin/true"], input: Array(repeating: 65, count: 1 << 20), environment: [:], limit: limit) == .exited(0, words: ""))
    }

    @Test func `a program that does not end is stopped, with what it started`() async {
        let ending = await ProcessRunner().run(["/bin/sh", "-c", "sleep 600 & wait"], input: [], environment: ["PATH": "/bin:/usr/bin"], limit: .milliseconds(300))
        #expect(ending == .timedOut(.milliseconds(300)))
    }

    @Test(arguments: [("trap 'echo away >$MARK; exit 0' TERM; : >$MARK; sleep 600 & wait", true), ("trap '' TERM; : >$MARK; while :; do sleep 1; done", false)])
    func `a program that is to end is asked first, and killed where it does not listen`(_ script: String, _ putsAway: Bool) async throws {
        let mark = FileManager.default.temporaryDirectory.path + "/asked-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: mark) }
        let work = Task { await ProcessRunner().run(["/bin/bash", "-c", script], input: [], environment: ["PATH": "/bin:/usr/bin", "MARK": mark], limit: limit) }
        while !FileManager.default.fileExists(atPath: mark) { await Task.yield() }
        work.cancel()
        let ending = await work.value
        #expect(putsAway ? ending == .exited(0, words: "") : ending == .killed(signal: 9, words: ""), "\(ending)")
        #expect((FileManager.default.contents(atPath: mark)?.isEmpty == false) == putsAway)
    }

    @Test func `what a program leaves running when it ends by itself goes on`() async throws {
        let mark = FileManager.default.temporaryDirectory.path + "/left-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: mark) }
        let ending = await ProcessRunner().run(["/bin/sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $! >$MARK"], input: [], environment: ["PATH": "/bin:/usr/bin", "MARK": mark], limit: limit)
        let left = try #require(pid_t(try String(contentsOfFile: mark, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(ending == .exited(0, words: "") && kill(left, 0) == 0)
        kill(left, SIGKILL)
    }

    @Test func `a program that is killed, and one that is not there, are told apart`() async {
        #expect(await ProcessRunner().run(["/bin/sh", "-c", "kill -9 $$"], input: [], environment: [:], limit: limit) == .killed(signal: 9, words: ""))
        guard case .notStarted = await ProcessRunner().run(["/nowhere/at/all"], input: [], environment: [:], limit: limit) else {
            Issue.record("it cannot have been started")
            return
        }
    }
}
