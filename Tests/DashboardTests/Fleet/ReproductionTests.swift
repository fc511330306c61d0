@testable import Dashboard
import Digests
import Foundation
import JSON
import Testing

/// The same configuration, data and time give the same bytes, whoever runs it, where, and how fast.
@Suite struct ReproductionTests {
    private static let now = TrialSite.firstRun.rfc3339

    private static func site() throws -> TrialSite {
        let site = try CanaryFleet.site(tenants: [1, 2, 3, 4])
        // Nobody is to be told: that would depend on who answers.
        try site.write("title: Same\ninterval: 5m\n", to: "tidewatch.yaml")
        return site
    }

    @Test(arguments: [
        ("a zone, a locale and a home of its own", ["TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "tr_TR.UTF-8", "HOME": "/nonexistent"], ["--jobs", "2"], ""),
        ("one core and one job", ["TZ": "America/St_Johns", "LANG": "C"], ["--jobs", "1"], "exec taskset -c 0 \"$@\""),
        ("another user", [:], [], getuid() == 0 ? "exec setpriv --reuid 65534 --clear-groups \"$@\"" : ""),
    ] as [(String, [String: String], [String], String)])
    func `nobody and nothing around a run changes a byte`(_ name: String, _ variables: [String: String], _ arguments: [String], _ shell: String) async throws {
        let one = try Self.site(), other = try Self.site()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: other.directory)
        let first = try await TidewatchCommand.run("--site", one.directory, "run", "--now", Self.now)
        let second = try await TidewatchCommand.child(["--site", other.directory, "run", "--now", Self.now] + arguments, variables: variables, shell: shell.isEmpty ? nil : shell).run()
        // A file of each tenant is missing, which is said.
        #expect(first.code == 3 && second.code == 3, "\(first) \(second)")
        let a = one.files(), b = other.files()
        #expect(a.count > 200 && a.keys.sorted() == b.keys.sorted())
        let different = a.keys.filter { a[$0] != b[$0] }.sorted()
        #expect(different == [], "\(name)")
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
        try await with.run()
        try await without.run()
        for id in ["t001", "t003"] { #expect(with.files(id) == without.files(id) && !with.files(id).isEmpty) }
    }
}

private func sha256Hex(_ bytes: [UInt8]) -> String { hex(sha256(bytes)) }
