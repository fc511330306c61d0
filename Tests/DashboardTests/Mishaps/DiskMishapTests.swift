@testable import Dashboard
import Foundation
import JSON
import Storage
import Telemetry
import Testing

/// A disk that is full, read-only or has eaten a file: one clear message, the old site stays, nothing that was stored is lost.
@Suite struct DiskMishapTests {
    /// A line for bash that runs the command on a copy of the site, on a file system of its own with so much room left, and copies back what is there after.
    private static func full(_ site: String, room: Int) -> String {
        """
        export SITE='\(site)' && unshare -rm bash -c 'mount -t tmpfs -o size=8m none /mnt && cp -a "$SITE/." /mnt/ && head -c 64m /dev/zero > /mnt/filler 2>/dev/null
        truncate -s -\(room)k /mnt/filler; "$@" --site /mnt run --now 2030-01-01T00:07:00Z; code=$?; rm /mnt/filler; cp -a /mnt "$SITE.after"; exit $code' bash "$1"
        """
    }

    private static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "d=$(mktemp -d) && unshare -rm mount -t tmpfs -o size=64k none $d; code=$?; rmdir $d; exit $code"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Kilobytes: room for nothing, for the journal, for some of the pages.
    @Test(.enabled(if: canMount, "this machine lets nobody mount a small file system (unshare -rm)"), arguments: [0, 40, 90])
    func `a full disk is one message with path and remedy`(_ room: Int) async throws {
        let site = try FilesSite(), after = site.directory + ".after"
        defer { try? FileManager.default.removeItem(atPath: after) }
        // Minutes apart: a run within the same minute has nothing to write, and that needs no room.
        #expect(try await TidewatchCommand.run("--site", site.directory, "run", "--now", "2030-01-01T00:00:00Z").code == 0)
        // Nothing is there to be overwritten: every page of the next tree needs room.
        try FileManager.default.removeItem(atPath: site.directory + "/state/shadow")
        let before = site.published
        let full = try await TidewatchCommand.run(shell: Self.full(site.directory, room: room))
        #expect(full.code == 1 || full.code == 3, "\(full)")
        #expect(full.messages.contains("Free some space") && full.messages.contains("/mnt/"), "\(full.messages)")
        #expect(full.messages.split(separator: "\n").count <= 3, "\(full.messages)")
        // The tenant's tree is the old one; the fleet's may be new and say so.
        let kept = FilesSite.published(in: after), changed = before.keys.filter { kept[$0] != before[$0] }.sorted()
        #expect(!before.isEmpty && changed.allSatisfy { $0.hasPrefix("fleet/") }, "\(changed) \(full.messages)")
        #expect(try TenantStore(path: after + "/state/files.sqlite").integrityProblems() == [])
        // With room again, the same site goes on.
        #expect(try await TidewatchCommand.run("--site", after, "run", "--now", "2030-01-01T00:12:00Z").code == 0)
    }

    @Test(arguments: [0, 4, 64]) func `a limit on file sizes is an error, not an end without a word`(_ kilobytes: Int) async throws {
        let site = try FilesSite()
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        let before = site.published
        try FileManager.default.removeItem(atPath: site.directory + "/state/shadow")
        let cut = try await TidewatchCommand.run("--site", site.directory, "run", shell: "ulimit -f \(kilobytes); exec env --default-signal=XFSZ \"$@\"")
        #expect(cut.code < 128, "\(cut)")
        #expect(try TenantStore(path: site.directory + "/state/files.sqlite").integrityProblems() == [])
        if cut.code != 0 { #expect(!site.published.isEmpty && site.published.keys.sorted() == before.keys.sorted(), "\(cut)") }
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
    }

    @Test func `a state folder that cannot be written is named with its remedy`() async throws {
        let site = try FilesSite()
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        let before = site.published
        // The user that owns everything may write everywhere: a file in the way stands for a folder without rights.
        try FileManager.default.moveItem(atPath: site.directory + "/state", toPath: site.directory + "/kept")
        try Data().write(to: URL(fileURLWithPath: site.directory + "/state"))
        let ended = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(ended.code == 1)
        #expect(ended.messages.contains("cannot lock \(site.directory)/state/lock") && ended.messages.contains("Give the user that runs tidewatch the right to write in state/."))
        #expect(site.published == before)
    }

    @Test(.enabled(if: canMount, "this machine lets nobody mount a read-only file system (unshare -rm)"))
    func `a read-only state folder changes nothing`() async throws {
        let site = try FilesSite()
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        let before = site.published, state = site.directory + "/state"
        let shell = "unshare -rm bash -c \"mount --bind '\(state)' '\(state)' && mount -o remount,ro,bind '\(state)' && exec \\\"\\$@\\\"\" bash \"$@\""
        let ended = try await TidewatchCommand.run("--site", site.directory, "run", shell: shell)
        #expect(ended.code == 1)
        #expect(ended.messages.contains("Read-only file system") && ended.messages.contains("right to write in state/"), "\(ended.messages)")
        #expect(site.published == before)
    }

    @Test(.enabled(if: canMount, "this machine lets nobody mount a read-only file system (unshare -rm)"))
    func `a database that cannot be written is named so, and stays as it is`() async throws {
        let site = try FilesSite()
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        let path = site.directory + "/state/files.sqlite", before = FileManager.default.contents(atPath: path)
        let shell = "unshare -rm bash -c \"mount --bind '\(path)' '\(path)' && mount -o remount,ro,bind '\(path)' && exec \\\"\\$@\\\"\" bash \"$@\""
        let ended = try await TidewatchCommand.run("--site", site.directory, "run", shell: shell)
        #expect(ended.code == 3 && ended.messages.contains("The database cannot be written: \(path). Give the user that runs Tidewatch write access to the file and its folder."), "\(ended.messages)")
        #expect(FileManager.default.contents(atPath: path) == before)
    }

    @Test func `a damaged database of the fleet is set aside, and everybody is rendered and published`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        let path = site.directory + "/state/fleet.sqlite"
        try "this was a database".write(toFile: path, atomically: true, encoding: .utf8)
        for journal in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + journal) }
        let outcome = try await site.run()
        #expect(outcome.exit == .partial && outcome.problems.map(\.tenant) == [nil])
        #expect(outcome.problems.first?.message.contains("was set aside as \(path).corrupt-1. A new one begins now") == true, "\(outcome.problems)")
        #expect(try site.json("fleet/build.json")["now"]?.string == site.json("one/build.json")["now"]?.string)
        site.clock.set(site.clock.now + 300)
        #expect(try await site.run().exit == .done)
    }

    @Test(arguments: ["this was a database", ""]) func `a damaged database is set aside, and the run says that history is missing`(_ content: String) async throws {
        let site = try TrialSite.pair()
        try await site.run()
        try content.write(toFile: site.statePath("one"), atomically: true, encoding: .utf8)
        for journal in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: site.statePath("one") + journal) }
        let outcome = try await site.run()
        #expect(try site.json("one/status.json")["status"]?.string == "ok")
        #expect(try site.json("two/status.json")["status"]?.string == "ok")
        #expect(try site.damage(of: "one") == [])
        // An empty file is a new database; anything else was somebody's.
        guard !content.isEmpty else { return }
        #expect(outcome.exit == .partial)
        #expect(outcome.problems.first?.message.contains("was set aside as \(site.statePath("one")).corrupt-1. A new one begins now; history before is not shown.") == true, "\(outcome.problems)")
        #expect(try String(contentsOfFile: site.statePath("one") + ".corrupt-1", encoding: .utf8) == content)
        let build = try site.json("one/build.json")
        #expect(build["problems"]?.array.first?["message"]?.string?.contains("history before is not shown") == true)
        #expect(try site.text("one/checks/index.html").contains("history before is not shown"))
    }
}
