@testable import Dashboard
import Foundation
import Glibc
import Synchronization
import Telemetry
import Testing

/// Workers that are no workers: what a run does about processes that say nothing any more, are not there, or do not stop.
@Suite(.serialized) struct WorkshopTests {
    /// A program in a worker's place, beside the words that it says.
    private final class Stand {
        let site: TrialSite

        /// - Parameter script: what it does once it has read its order, with `say ID-WORD` for its words.
        init(_ script: String) throws {
            signal(SIGPIPE, SIG_IGN)
            site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "worker": "#!/bin/bash\nread -r order\nD=$(dirname \"$0\")\nsay() { cat \"$D/$1\" >&4; }\n\(script)\n"])
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: site.directory + "/worker")
            for id in ["a", "b", "c"] {
                let words: [(String, WorkerWord)] = [("begun", .tenant(.begun(id))), ("evaluate", .tenant(.stage(id, .evaluate))), ("collect", .tenant(.stage(id, .collect))),
                                                     ("ended", .tenant(.ended(TenantResult(outcome: TenantOutcome(id: id)))))]
                for (name, word) in words { try Data(try WorkerWire.line(word)).write(to: URL(fileURLWithPath: "\(site.directory)/\(id)-\(name)")) }
            }
        }

        /// The clock stands still until the program says that it is silent, and then 200 seconds are over at once: more than an evaluation may take, less than an answer may.
        func work(on ids: [String], executable: String? = nil, stoppedBy number: Int32? = nil) async throws -> Workshop.Work {
            let looks = Mutex<Int64>(0)
            var world = site.world()
            let silent = site.directory + "/silent", stop = world.stop
            world.clock = {
                guard FileManager.default.fileExists(atPath: silent) else { return TrialSite.firstRun }
                if let number {
                    stop.raise(number)
                    return TrialSite.firstRun
                }
                // It goes on: on a busy machine words may be heard after the silence has begun.
                return TrialSite.firstRun + 200 + looks.withLock { $0 += 1; return $0 }
            }
            let loaded = try LoadedSite(directory: site.directory, world: world), options = RunOptions()
            let context = RunContext(loaded, world: world, options: options)
            return await Workshop(executable: executable ?? site.directory + "/worker", context: context, options: options, lock: nil, shelf: FleetShelf(in: nil)).work(on: ids, apart: [])
        }
    }

    @Test func `one that sleeps for ever is left out by name, and its neighbour is worked on again`() async throws {
        let stand = try Stand("case $order in *'\"a\"'*) say a-begun; say b-begun; say c-begun; say c-ended; say a-evaluate; say b-collect; touch $D/silent; exec sleep 600;; *) rm $D/silent; say b-begun; say b-ended;; esac")
        let work = try await stand.work(on: ["a", "b", "c"])
        #expect(work.results.map(\.outcome.id) == ["a", "b", "c"] && work.results.map(\.outcome.quarantine) == ["because during evaluate it was not done in time", nil, nil])
        #expect(work.workers.started == 2 && work.workers.died == 1)
        #expect(work.results[0].outcome.exit == .partial && work.results[0].outcome.problems.first?.message.hasPrefix("left out of this run because during evaluate it was not done in time. The other tenants") == true)
    }

    @Test func `a worker that cannot be started, or never begins, leaves everybody out and says why`() async throws {
        let stand = try Stand("echo 'no such site' >&2; exit 4")
        let silent = try await stand.work(on: ["a", "b"])
        #expect(silent.results.map(\.outcome.quarantine) == ["because its worker ended with code 4: no such site", "because its worker ended with code 4: no such site"])
        #expect(silent.workers.started == 2)
        let missing = try await stand.work(on: ["a"], executable: "/nonexistent/tidewatch")
        #expect(missing.results.first?.outcome.quarantine == "because a worker cannot be started (/nonexistent/tidewatch): No such file or directory. Workers are the program itself: /proc must be mounted, and the system must allow another process.")
    }

    @Test func `one that ends well and has not said everything is no good end`() async throws {
        let stand = try Stand("case $order in *'\"a\"'*) say a-begun; say a-ended;; esac; say b-begun")
        let work = try await stand.work(on: ["a", "b"])
        #expect(work.results.map(\.outcome.quarantine) == [nil, "because while its database was opened its worker ended before it was done"] && work.workers.died == 2)
    }

    @Test func `half a line and strange lines say nothing`() async throws {
        let stand = try Stand("say a-begun; echo '{\"surprise\":1}' >&4; echo >&4; say a-ended; printf '{\"tenant' >&4")
        let work = try await stand.work(on: ["a"])
        #expect(work.results.map(\.outcome.quarantine) == [nil] && work.workers.died == 0)
    }

    @Test func `one that does not stop when the run does is ended`() async throws {
        let stand = try Stand("trap '' TERM; say a-begun; touch $D/silent; while :; do sleep 1; done")
        let work = try await stand.work(on: ["a"], stoppedBy: SIGTERM)
        #expect(work.results.isEmpty && work.workers.started == 1)
    }
}
