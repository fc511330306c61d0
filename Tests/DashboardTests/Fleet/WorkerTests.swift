@testable import Dashboard
import Foundation
import JSON
import Storage
import Telemetry
import Testing

/// A run's work in processes of its own, with the built command: whatever ends one of them costs one tenant its run.
@Suite(.serialized) struct WorkerTests {
    private static let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970) / 300 * 300)

    /// Tenants that read a file each and have an alert, which a program of the operator's is told: it notes down the message, then does what
    /// `does` says for that tenant. `$PPID` is the worker.
    private static func site(_ ids: [String], does: [String: String] = [:], more: String = "") throws -> TrialSite {
        var files: [String: String] = [:]
        for id in ids {
            files["tenants/\(id).yaml"] = """
                id: \(id)
                title: Tenant \(id)
                sources: {disk: {files: {path: numbers/\(id), files: [{path: age.csv, format: csv, series: {value: 'queue("orders").oldest_age'}}]}}}
                services: [{id: orders, resources: [{kind: queue, name: orders}]}]

                """
            files["numbers/\(id)/age.csv"] = ages(7_200)
            files["do-\(id)"] = does[id] ?? ""
        }
        let site = try TrialSite(files)
        let receivers = ids.map { "  - {name: tell-\($0), command: {run: [/bin/bash, \(site.directory)/tell, \($0)]}}" }, routes = ids.map { "    - {match: {tenant: \($0)}, receiver: tell-\($0)}" }
        try site.write("title: Workers\ninterval: 5m\nreceivers:\n\(receivers.joined(separator: "\n"))\nroute:\n  receiver: tell-\(ids[0])\n  routes:\n\(routes.joined(separator: "\n"))\n\(more)", to: "tidewatch.yaml")
        try site.write("S=\(site.directory)\necho \"$1 $TIDEWATCH_ID\" >> $S/told\n. $S/do-$1\n", to: "tell")
        return site
    }

    /// Two hours of one age.
    private static func ages(_ seconds: Int, to end: Timestamp = now) -> String {
        "timestamp,value\n" + (0..<24).map { "\(end.seconds - Int64(23 - $0) * 300),\(seconds)\n" }.joined()
    }

    private static func run(_ site: TrialSite, at time: Timestamp = now, _ arguments: String...) async throws -> (ended: ChildProcess.Ended, outcome: JSONValue) {
        let ended = try await TidewatchCommand.child(["--site", site.directory, "run", "--json", "--now", time.rfc3339] + arguments).run()
        return (ended, (try? JSONValue(parsing: Array(ended.output.utf8))) ?? .null)
    }

    /// Messages as the program noted them down, `tenant id`.
    private static func told(_ site: TrialSite) -> [String] { ((try? String(contentsOfFile: site.directory + "/told", encoding: .utf8)) ?? "").split(separator: "\n").map(String.init) }

    /// Pages of a tenant, but for how often a message was tried: where a worker died, once more.
    private static func pages(_ site: TrialSite, _ id: String) -> [String: String] {
        site.files(id).filter { $0.key != "build.json" }.mapValues { String(decoding: $0, as: UTF8.self).replacing(/\. \d+ tries/, with: "") }
    }

    private static func count(_ outcome: JSONValue, _ key: String) -> Int { outcome["workers"]?[key]?.integer.map { Int($0) } ?? -1 }

    @Test func `tenants are worked on in another process, and the site is the same as without`() async throws {
        let site = try Self.site(["a", "b"])
        let (ended, outcome) = try await Self.run(site)
        #expect(ended.code == 0 && ended.messages.isEmpty, "\(ended)")
        #expect(Self.count(outcome, "started") == 1 && Self.count(outcome, "died") == 0 && Self.count(outcome, "largest_bytes") > 10 << 20 && outcome["peak_bytes"]?.integer ?? 0 > 10 << 20)
        #expect(outcome["tenants"]?.array.map { $0["tenant"]?.string } == ["a", "b"])
        let other = try Self.site(["a", "b"])
        let here = try await other.again(now: Self.now).run { $0.now = Self.now }
        #expect(here.exit == .done && here.workers.started == 0)
        let with = site.files(), without = other.files()
        #expect(with.count > 100 && with.keys.sorted() == without.keys.sorted())
        // Each site has programs and databases of its own at other places.
        #expect(with.keys.filter { with[$0] != without[$0] && !$0.hasPrefix("fleet/") }.sorted() == [])
    }

    /// What the pages of each tenant are where nothing ends a worker, and whom it was told.
    private static let model = Task { () throws -> (pages: [String: [String: String]], told: Set<String>) in
        let quiet = try site(many), (ended, _) = try await run(quiet)
        #expect(ended.code == 0, "\(ended)")
        return (Dictionary(many.map { ($0, pages(quiet, $0)) }, uniquingKeysWith: { $1 }), Set(told(quiet)))
    }
    private static let many = ["a", "b", "c", "d"]

    @Test(arguments: [("ILL", "crashed (SIGILL)"), ("SEGV", "crashed (SIGSEGV)"), ("KILL", "was killed"), ("XCPU", "used 60 s of processor time"), ("USR1", "was ended by signal 10")])
    func `a tenant that ends every worker is left out, shown and told; the others are as without it`(_ signal: String, _ words: String) async throws {
        let site = try Self.site(Self.many, does: ["c": "kill -\(signal) $PPID; exec sleep 5"]), model = try await Self.model.value
        let (ended, outcome) = try await Self.run(site)
        #expect(ended.code == 3, "\(ended)")
        #expect(ended.messages.contains("c: left out of this run because during notify ") && ended.messages.contains(words) && ended.messages.contains("The other tenants are not affected"), "\(ended.messages)")
        #expect(outcome["problems"]?.array.count == 1 && outcome["tenants"]?.array.compactMap { $0["quarantined"]?.string }.count == 1 && Self.count(outcome, "died") >= 2, "\(outcome)")
        for id in Self.many where id != "c" { #expect(Self.pages(site, id) == model.pages[id] && !Self.pages(site, id).isEmpty, "\(id)") }
        #expect(try site.json("c/status.json")["status"]?.string == "stale" && site.text("c/index.html").contains("this tenant was left out of the run of \(Self.now.rfc3339), because during notify "))
        #expect(try site.text("fleet/index.html").contains("left out of this run") && site.text("fleet/metrics.prom").contains("\ntidewatch_run_quarantined 1\n"))
        #expect(try site.text("fleet/metrics.prom").split(separator: "\n").filter { $0.contains("tenant=\"c\"") } == ["tidewatch_tenant_up{tenant=\"c\"} 0"])
        // Nobody else's message is lost, and none has a second id.
        #expect(Set(Self.told(site)) == model.told && model.told.count == 4)
    }

    @Test func `one that was left out begins the next run alone, and mended is like any other`() async throws {
        let site = try Self.site(["a", "b", "c"], does: ["c": "kill -SEGV $PPID; exec sleep 5"])
        try site.write(Self.ages(1), to: "numbers/c/age.csv")
        #expect(try await Self.run(site).ended.code == 0)
        let good = Self.pages(site, "c")
        // Now there is something to tell.
        try site.write(Self.ages(7_200, to: Self.now + 3_600), to: "numbers/c/age.csv")
        let (_, second) = try await Self.run(site, at: Self.now + 3_600)
        #expect(Self.count(second, "died") >= 2)
        let standing = Self.pages(site, "c")
        // Whichever page somebody has open says that it stands still.
        #expect(standing.keys.filter { standing[$0] != good[$0] }.sorted() == (good.keys.filter { $0.hasSuffix(".html") } + ["badges/orders.svg", "status.json"]).sorted() && good.count == standing.count)
        #expect(try good.count { $0.key.hasPrefix("runbooks/") } > 10 && site.text("c/runbooks/queue-backlog/index.html").contains("Do not trust these numbers."))
        #expect(try site.text("c/index.html").contains("These pages stand still since \(Self.now.rfc3339): this tenant was left out") && site.json("c/status.json")["generated_at"]?.string == Self.now.rfc3339)
        let (_, third) = try await Self.run(site, at: Self.now + 3_900)
        #expect(Self.count(third, "started") == 2 && Self.count(third, "died") == 1)
        #expect(try site.text("c/index.html").matches(of: /id="standing"/).count == 1)
        try site.write("", to: "do-c")
        let (mended, fourth) = try await Self.run(site, at: Self.now + 4_200)
        #expect(mended.code == 0 && Self.count(fourth, "died") == 0, "\(mended)")
        // Also pages that are made once in hours are made anew.
        #expect(Self.pages(site, "c").filter { $0.value.contains("id=\"standing\"") }.keys.sorted() == [])
        #expect(Set(Self.told(site).filter { $0.hasPrefix("c ") }).count == 1)
        let (_, fifth) = try await Self.run(site, at: Self.now + 4_500)
        #expect(Self.count(fifth, "started") == 1)
    }

    @Test func `tenants of a worker that somebody killed once are tried again, and nobody is left out`() async throws {
        let ids = (1...6).map { "t\($0)" }, once = "if mkdir $S/once 2>/dev/null; then kill -9 $PPID; exec sleep 5; fi"
        let site = try Self.site(ids, does: Dictionary(ids.map { ($0, once) }, uniquingKeysWith: { $1 })), model = try Self.site(ids)
        let (ended, outcome) = try await Self.run(site)
        _ = try await Self.run(model)
        #expect(ended.code == 0 && Self.count(outcome, "died") == 1, "\(ended)")
        for id in ids { #expect(Self.pages(site, id) == Self.pages(model, id)) }
        // Each has its one message, those that were being sent a second time under the same id.
        #expect(Set(Self.told(site)) == Set(Self.told(model)) && Self.told(model).count == 6 && Self.told(site).count <= 12)
    }

    @Test func `a worker ends with its run, and the lock with both; programs that it starts have neither`() async throws {
        let site = try Self.site(["a"], does: ["a": "ls -l /proc/$$/fd > $S/open; read -r _ _ _ run _ < /proc/$PPID/stat; kill -9 $run; exec sleep 2"])
        let (ended, _) = try await Self.run(site)
        #expect(ended.code == 128 + SIGKILL)
        // Its worker is gone a moment later; then the lock is free, whatever the program does that it had started.
        var lock: RunLock?
        for _ in 0..<100 where lock == nil { lock = try? RunLock(stateDirectory: site.directory + "/state", owner: "test") }
        #expect(lock != nil)
        lock = nil
        #expect(try !String(contentsOfFile: site.directory + "/open", encoding: .utf8).contains("state/lock") && site.damage(of: "a") == [])
    }

    @Test func `a tenant that needs more memory than a worker may have is left out`() async throws {
        let site = try Self.site(["a", "b"], more: "workers: {memory: 96MiB}\n")
        // A table of many series, in a form that takes many times its size when it is read.
        try site.write("time,series,value\n" + (0..<400_000).map { "\(Self.now.seconds - 300),a\($0),1\n" }.joined(), to: "numbers/b/age.csv")
        let (ended, outcome) = try await Self.run(site)
        #expect(ended.code == 3 && ended.messages.contains("b: left out of this run because during collect its worker crashed (SIGABRT") && ended.messages.contains("of the 96 MiB that a worker may have (workers.memory)"), "\(ended)")
        #expect(outcome["tenants"]?.array.map { $0["quarantined"]?.string == nil } == [true, false])
        #expect(try site.json("a/status.json")["status"]?.string == "critical")
    }

    @Test func `a tenant that takes all processor time is ended by the kernel`() async throws {
        let site = try Self.site(["b"], more: "workers: {time: 1s}\n")
        try site.write("time,series,value\n" + (0..<400_000).map { "\(Self.now.seconds - 300),a\($0),1\n" }.joined(), to: "numbers/b/age.csv")
        let (ended, outcome) = try await Self.run(site)
        #expect(ended.code == 3 && outcome["tenants"]?.array.first?["quarantined"]?.string != nil && Self.count(outcome, "died") >= 1, "\(ended)")
        #expect(try site.json("b/status.json")["status"]?.string == "stale")
    }
}
