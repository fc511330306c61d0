@testable import Dashboard
import Digests
import Foundation
import JSON
import Testing

/// The same configuration, data and time give the same bytes, whoever runs it, where, and how fast.
@Suite struct ReproductionTests {
    private static let now = TrialSite.firstRun.rfc3339

    private static func site() throws -> TrialSite {
        let site = try CanaryFleet.site(tenants: [1, 2])
        // Nobody is to be told: that would depend on who answers.
        try site.write("title: Same\ninterval: 5m\n", to: "tidewatch.yaml")
        return site
    }

    @Test func `zone, locale, user, home, cores and jobs change no byte`() async throws {
        let one = try Self.site(), first = try await TidewatchCommand.run("--site", one.directory, "run", "--now", Self.now)
        // A file of each tenant is missing, which is said.
        #expect(first.code == 3, "\(first)")
        let a = one.files(), isRoot = getuid() == 0
        if !isRoot { print("SKIPPED: the same bytes for another user, because only root can be one. Run the tests as root to have it tried.") }
        let manners: [(variables: [String: String], jobs: String, shell: String)] = [
            (["TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "tr_TR.UTF-8", "HOME": "/nonexistent"], "2", "exec \"$@\""),
            (["TZ": "America/St_Johns", "LANG": "C"], "1", (isRoot ? "exec setpriv --reuid 65534 --regid 65534 --clear-groups " : "exec ") + "taskset -c 0 \"$@\""),
        ]
        for (variables, jobs, shell) in manners {
            let other = try Self.site()
            for folder in ["", "/tenants", "/numbers", "/content", "/silences"] where FileManager.default.fileExists(atPath: other.directory + folder) {
                try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: other.directory + folder)
            }
            let second = try await TidewatchCommand.child(["--site", other.directory, "run", "--now", Self.now, "--jobs", jobs], variables: variables, shell: shell).run()
            #expect(second.code == 3, "\(second)")
            if isRoot, shell.contains("setpriv") {
                let owner = try FileManager.default.attributesOfItem(atPath: other.directory + "/public/t001/index.html")[.ownerAccountID] as? NSNumber
                #expect(owner?.intValue == 65_534)
            }
            let b = other.files()
            #expect(a.count > 100 && a.keys.sorted() == b.keys.sorted())
            #expect(a.keys.filter { a[$0] != b[$0] }.sorted() == [], "\(variables)")
        }
    }

    @Test func `a run without news leaves every file where it is, with its time`() async throws {
        func facts(_ site: TrialSite) throws -> [String: [Int]] {
            Dictionary(try site.files().keys.map { path in
                let facts = try FileManager.default.attributesOfItem(atPath: site.directory + "/public/" + path)
                return (path, [(facts[.systemFileNumber] as? NSNumber)?.intValue ?? 0, Int((facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0), (facts[.size] as? NSNumber)?.intValue ?? 0])
            }, uniquingKeysWith: { $1 })
        }
        let site = try Self.site()
        _ = try await TidewatchCommand.run("--site", site.directory, "run", "--now", Self.now)
        // What a first run brings, such as a backtest, is on the pages after it.
        _ = try await TidewatchCommand.run("--site", site.directory, "run", "--now", Self.now)
        let before = try facts(site)
        let again = try await TidewatchCommand.run("--site", site.directory, "run", "--now", Self.now, "--json")
        let after = try facts(site)
        #expect(before.keys.filter { before[$0] != after[$0] }.sorted() == [])
        #expect(try JSONValue(parsing: Array(again.output.utf8))["tenants"]?.array.allSatisfy { $0["files_written"]?.integer == 0 } == true)
    }

    @Test func `build.json holds the digest of every file`() async throws {
        let site = try Self.site()
        _ = try await TidewatchCommand.run("--site", site.directory, "run", "--now", Self.now)
        for tree in ["t001", "fleet"] {
            let said = try site.json(tree + "/build.json")["files"]?.members ?? []
            let files = site.files(tree).filter { $0.key != "build.json" }
            #expect(said.map(\.key) == files.keys.sorted() && said.allSatisfy { member in files[member.key].map(sha256Hex) == member.value.string })
        }
    }

    @Test func `without a tenant, the others' trees are the same to the byte`() async throws {
        let with = try CanaryFleet.site(tenants: [1, 2, 3]), without = try CanaryFleet.site(tenants: [1, 3])
        for site in [with, without] { try site.write("title: Same\ninterval: 5m\n", to: "tidewatch.yaml") }
        for site in [with, without] { try await site.run { $0.now = TrialSite.firstRun } }
        for id in ["t001", "t003"] { #expect(with.files(id) == without.files(id) && !with.files(id).isEmpty) }
    }
}

private func sha256Hex(_ bytes: [UInt8]) -> String { hex(sha256(bytes)) }
