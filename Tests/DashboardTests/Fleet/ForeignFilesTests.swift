@testable import Dashboard
import Foundation
import JSON
import Testing

/// What somebody else has put among a site's files: links out of it, databases of other releases, names that only look alike.
@Suite struct ForeignFilesTests {
    private static func link(_ site: TrialSite, _ path: String, to target: String) throws {
        let place = site.directory + "/" + path
        try? FileManager.default.removeItem(atPath: place)
        try FileManager.default.createDirectory(atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
    }

    @Test(arguments: ["public/one", "state/shadow/one", "state/shadow/one/index.html", "state/shadow/one/services", "state/one.sqlite", "state/one.sqlite-wal"])
    func `a link that was planted leads nobody out, and stops that tenant alone`(_ path: String) async throws {
        let site = try TrialSite.pair(), outside = site.directory + "-outside"
        defer { try? FileManager.default.removeItem(atPath: outside) }
        try await site.run()
        // In place of a folder a folder, in place of a file a file: whoever followed the link would write there.
        let isFile = path.hasSuffix(".html") || path.contains("sqlite")
        try FileManager.default.createDirectory(atPath: isFile ? (outside as NSString).deletingLastPathComponent : outside, withIntermediateDirectories: true)
        if isFile { try Data("kept".utf8).write(to: URL(fileURLWithPath: outside)) } else { try Data("kept".utf8).write(to: URL(fileURLWithPath: outside + "/kept")) }
        try Self.link(site, path, to: outside)

        site.clock.advance(.seconds(300))
        let outcome = try await site.run()
        #expect(outcome.exit == .partial || outcome.exit == .done, "\(outcome.exit) \(outcome.problems)")
        if isFile {
            #expect(FileManager.default.contents(atPath: outside) == Data("kept".utf8))
        } else {
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["kept"])
        }
        #expect(outcome.problems.allSatisfy { $0.tenant == "one" }, "\(outcome.problems)")
        #expect(try site.json("two/status.json")["generated_at"]?.string == site.clock.now.rfc3339)
        if outcome.exit == .partial { #expect(outcome.problems.contains { $0.message.contains("link") }, "\(outcome.problems)") }
    }

    @Test func `what somebody put among the pages is gone within an hour and stays away`() async throws {
        let site = try TrialSite.pair(), strays = ["public/one/stray.html", "public/one/services/linked", "public/fleet/stray.html"]
        try await site.run()
        site.clock.advance(.seconds(300))
        try await site.run()
        try site.write("planted", to: strays[0])
        try Self.link(site, strays[1], to: "/etc/passwd")
        try site.write("planted", to: strays[2])
        for _ in 0..<14 {
            site.clock.advance(.seconds(300))
            try await site.run { $0.stages = [.render] }
        }
        for _ in 0..<2 {
            for stray in strays { #expect(!FileManager.default.fileExists(atPath: site.directory + "/" + stray), "\(stray)") }
            site.clock.advance(.seconds(300))
            try await site.run { $0.stages = [.render] }
        }
    }

    @Test func `a database of a later release is left as it is, and the others run`() async throws {
        let site = try TrialSite.pair()
        try await site.run()
        for journal in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: site.statePath("one") + journal) }
        // The schema's number, at its place in the file's head (https://www.sqlite.org/fileformat.html).
        var bytes = try #require(FileManager.default.contents(atPath: site.statePath("one")))
        bytes.replaceSubrange(60..<64, with: [0, 0, 3, 231])
        try bytes.write(to: URL(fileURLWithPath: site.statePath("one")))
        let page = try site.text("one/index.html")
        let outcome = try await site.run()
        #expect(outcome.exit == .partial && outcome.problems.map(\.tenant) == ["one"], "\(outcome.problems)")
        #expect(outcome.problems.first?.message.contains("The database has schema 999, this release knows up to ") == true && outcome.problems.first?.message.contains("Install the newer release") == true, "\(outcome.problems)")
        #expect(try site.text("one/index.html") == page)
        #expect(FileManager.default.contents(atPath: site.statePath("one")) == bytes)
        #expect(try site.json("two/status.json")["status"]?.string == "ok")
    }

    @Test func `tenants that cannot be are named, and the others run`() async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain, "tenants/two.yaml": TrialSite.tenant("two", account: TrialSite.two)])
        let mistakes = [
            ("..x", "id: ../two"), ("Two", "id: Two"), ("tw\u{F6}", "id: tw\u{F6}"), ("two ", "id: 'two '"), ("fleet", "id: fleet"), ("con", "id: con"), ("lpt1", "id: lpt1"),
            (String(repeating: "a", count: 64), "id: " + String(repeating: "a", count: 64)), ("-two", "id: -two"), ("broken", "id: [broken"), ("bomb", "id: &a [*a]"),
        ]
        for (name, text) in mistakes { try site.write(text + "\nsources: {}\n", to: "tenants/\(name).yaml") }
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(try site.json("two/status.json")["status"]?.string == "ok")
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.directory + "/public").sorted() == ["fleet", "two"])
        // A file whose name begins with a dot is nobody's tenant.
        for (name, _) in mistakes where name != "..x" { #expect(outcome.problems.contains { $0.message.contains("tenants/\(name).yaml") }, "\(name): \(outcome.problems)") }
    }
}
