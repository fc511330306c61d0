@testable import Dashboard
import Foundation
import JSON
import Site
import Storage
import Telemetry
import Testing

/// A run's work in processes of its own: whatever ends one of them costs one tenant its run.
@Suite(.serialized) struct WorkerTests {
    /// Tenants that read a file each; what is in `heavy` is more than a worker may hold.
    private static func site(_ ids: [String], heavy: Set<String> = [], endless: Set<String> = [], more: String = "") throws -> TrialSite {
        let end = Int64(Date().timeIntervalSince1970) / 300 * 300
        let points = (0..<24).map { "\(end - Int64(23 - $0) * 300),1" }.joined(separator: "\n")
        var files = ["tidewatch.yaml": "title: Workers\ninterval: 5m\n" + more]
        for id in ids {
            files["tenants/\(id).yaml"] = """
                id: \(id)
                title: Tenant \(id)
                sources: {disk: {files: {path: numbers/\(id), files: [{path: age.csv, format: csv, series: {value: 'queue("orders").oldest_age'}}]}}}
                services: [{id: orders, resources: [{kind: queue, name: orders}]}]

                """
            files["numbers/\(id)/age.csv"] = "timestamp,value\n\(points)\n"
        }
        let site = try TrialSite(files)
        for id in heavy {
            // A table of many series, in a form that takes many times its size when it is read.
            let lines = (0..<400_000).map { "\(end - 300),a\($0),1\n" }.joined()
            try ("time,series,value\n" + lines).write(toFile: site.directory + "/numbers/\(id)/age.csv", atomically: true, encoding: .utf8)
        }
        // Whoever reads a pipe that nobody writes to waits for ever.
        for id in endless {
            try FileManager.default.removeItem(atPath: site.directory + "/numbers/\(id)/age.csv")
            #expect(mkfifo(site.directory + "/numbers/\(id)/age.csv", 0o600) == 0)
        }
        return site
    }

    private static func run(_ site: TrialSite, _ arguments: String...) async throws -> (ended: ChildProcess.Ended, outcome: JSONValue) {
        let ended = try await TidewatchCommand.child(["--site", site.directory, "run", "--json"] + arguments).run()
        return (ended, (try? JSONValue(parsing: Array(ended.output.utf8))) ?? .null)
    }

    @Test func `tenants are worked on in another process, and the site is the same as without`() async throws {
        let site = try Self.site(["a", "b"]), time = Timestamp(seconds: Int64(Date().timeIntervalSince1970)), now = time.rfc3339
        let (ended, outcome) = try await Self.run(site, "--now", now)
        #expect(ended.code == 0 && ended.messages.isEmpty, "\(ended)")
        #expect(outcome["workers"]?["started"]?.integer == 1 && outcome["workers"]?["died"]?.integer == 0 && outcome["workers"]?["largest_bytes"]?.integer ?? 0 > 10 << 20)
        #expect(outcome["tenants"]?.array.map { $0["tenant"]?.string } == ["a", "b"])
        let before = site.files().filter { !$0.key.hasSuffix("build.json") }
        try FileManager.default.removeItem(atPath: site.directory + "/public")
        try FileManager.default.removeItem(atPath: site.directory + "/state")
        let here = try await site.again(now: time).run()
        #expect(here.exit == .done && here.workers.started == 0)
        #expect(site.files().filter { !$0.key.hasSuffix("build.json") } == before)
    }

    @Test func `a tenant that needs more memory than a worker may have is left out, shown and told; the others are on time`() async throws {
        let ids = ["a", "b", "c", "d", "e"], site = try Self.site(ids, heavy: ["c"], more: "limits: {memory: 128MiB, cpu: 5m}\n")
        let (ended, outcome) = try await Self.run(site)
        #expect(ended.code == 3, "\(ended)")
        #expect(ended.messages.contains("c: left out of this run because ") && ended.messages.contains("The other tenants are not affected"), "\(ended.messages)")
        #expect(!ended.messages.contains("a: ") && outcome["workers"]?["died"]?.integer ?? 0 > 1, "\(ended.messages)")
        for id in ids where id != "c" { #expect(try site.json("\(id)/status.json")["status"]?.string == "ok", "\(id)") }
        #expect(try site.json("c/status.json")["status"]?.string == "stale")
        #expect(try site.text("c/index.html").contains("These pages stand still: this tenant was left out of the run of "))
        #expect(try site.text("fleet/index.html").contains("left out of this run"))
        #expect(try site.json("fleet/status.json")["tenants"]?.array.first { $0["tenant"]?.string == "c" || $0["id"]?.string == "c" }?["status"]?.string == "stale")

        // It begins the next run in a process of its own, so that nobody is disturbed; mended, it is like any other.
        let (_, second) = try await Self.run(site)
        #expect(second["workers"]?["started"]?.integer == 2 && second["workers"]?["died"]?.integer == 1)
        try FileManager.default.removeItem(atPath: site.directory + "/numbers/c/age.csv")
        try FileManager.default.copyItem(atPath: site.directory + "/numbers/a/age.csv", toPath: site.directory + "/numbers/c/age.csv")
        let (mended, third) = try await Self.run(site)
        #expect(mended.code == 0 && third["workers"]?["died"]?.integer == 0, "\(mended)")
        #expect(try site.json("c/status.json")["status"]?.string == "ok" && !(try site.text("c/index.html").contains("stand still")))
        let (_, fourth) = try await Self.run(site)
        #expect(fourth["workers"]?["started"]?.integer == 1)
    }

    @Test func `a tenant that takes all processor time is ended at its limit`() async throws {
        let site = try Self.site(["a", "b"], heavy: ["b"], more: "limits: {cpu: 1s}\n")
        let (ended, _) = try await Self.run(site)
        #expect(ended.code == 3 && ended.messages.contains("b: left out of this run because during collect it used 1 s of processor time and was not done (limits.cpu)"), "\(ended)")
        #expect(try site.json("a/status.json")["status"]?.string == "ok")
    }

    @Test func `a pipe among the files holds up nobody`() async throws {
        let site = try Self.site(["a", "b"], endless: ["b"])
        let (ended, _) = try await Self.run(site)
        #expect(ended.code == 3 && ended.messages.contains("b: age.csv: is no file. ") && !ended.messages.contains("a: "), "\(ended)")
        #expect(try site.json("a/status.json")["status"]?.string == "ok")
    }

    @Test func `tenants of a killed worker are tried again, and nobody is left out`() async throws {
        let ids = (1...6).map { "t\($0)" }, site = try Self.site(ids, heavy: ["t1", "t2", "t3", "t4", "t5", "t6"])
        let child = try TidewatchCommand.child(["--site", site.directory, "run", "--json"])
        async let ended = child.run()
        var killed = false
        for _ in 0..<1_000 where !killed {
            try await Task.sleep(for: .milliseconds(10))
            guard child.process.isRunning else { continue }
            let list = try? String(contentsOfFile: "/proc/\(child.process.processIdentifier)/task/\(child.process.processIdentifier)/children", encoding: .utf8)
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.process.processIdentifier)/task")) ?? []
            let all = threads.compactMap { try? String(contentsOfFile: "/proc/\(child.process.processIdentifier)/task/\($0)/children", encoding: .utf8) }.joined(separator: " ") + (list ?? "")
            // Once it has a tenant in hand there is a database.
            guard FileManager.default.fileExists(atPath: site.statePath("t1")), let worker = all.split(separator: " ").compactMap({ pid_t($0) }).first else { continue }
            killed = kill(worker, SIGKILL) == 0
        }
        let end = try await ended, outcome = try JSONValue(parsing: Array(end.output.utf8))
        #expect(killed && outcome["workers"]?["died"]?.integer == 1 && outcome["workers"]?["started"]?.integer == 3, "\(end)")
        #expect(!end.messages.contains("left out"), "\(end.messages)")
        #expect(outcome["tenants"]?.array.compactMap { $0["tenant"]?.string } == ids)
    }

    @Test func `a worker ends with its run, and the lock with both`() async throws {
        let site = try Self.site(["a"], heavy: ["a"])
        let child = try TidewatchCommand.child(["--site", site.directory, "run"])
        async let ended = child.run()
        for _ in 0..<1_000 where !FileManager.default.fileExists(atPath: site.statePath("a")) { try await Task.sleep(for: .milliseconds(10)) }
        kill(child.process.processIdentifier, SIGKILL)
        #expect(try await ended.code == 128 + SIGKILL)
        // Taken at once: whoever held it is gone.
        _ = try RunLock(stateDirectory: site.directory + "/state", owner: "test")
        #expect(try site.damage(of: "a") == [])
    }

    @Test func `a result comes through the wire as it is, missing figures and all`() throws {
        var result = TenantResult(outcome: TenantOutcome(id: "a"))
        result.digest = TenantDigest(id: "a", title: "A\n\u{1F}", state: .critical, headline: "x")
        result.digest?.oldestDay = [1, .nan, .infinity]
        result.digest?.days = [.ok, .noData]
        let line = try WorkerWire.line(WorkerWord.done(result))
        #expect(line.count { $0 == UInt8(ascii: "\n") } == 1)
        guard case .done(let back) = try WorkerWire.value(line) as WorkerWord else {
            Issue.record("another word")
            return
        }
        #expect(back.digest?.oldestDay.count == 3 && back.digest?.oldestDay[1].isNaN == true && back.digest?.title == "A\n\u{1F}" && back.digest?.state == .critical && back.digest?.days == [.ok, .noData])
    }

    @Test func `lines are put together from what a pipe gives`() {
        var ends: [Int32] = [0, 0], lines: [String] = []
        #expect(pipe(&ends) == 0)
        for part in ["ab", "c\nd", "\n\nhalf"] { _ = part.utf8CString.withUnsafeBytes { write(ends[1], $0.baseAddress, part.utf8.count) } }
        close(ends[1])
        WorkerProcess.readLines(from: ends[0]) { lines.append(String(decoding: $0, as: UTF8.self)) }
        close(ends[0])
        #expect(lines == ["abc", "d", ""])
    }
}
