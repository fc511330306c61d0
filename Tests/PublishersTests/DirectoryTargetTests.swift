import Foundation
@testable import Publishers
import Telemetry
import Testing

@Suite struct DirectoryTargetTests {
    let site: RenderedSite
    var www: String { site.folder.path + "/www" }

    init() throws {
        site = try RenderedSite()
        try site.render("acme", RenderedSite.release(1))
    }

    @Test(arguments: [true, false]) func `trees are copied, and those that are gone taken down`(_ exchanges: Bool) async throws {
        try site.render("globex", RenderedSite.release(1))
        try FileManager.default.createDirectory(atPath: www + "/photos", withIntermediateDirectories: true)
        let target = DirectoryTarget(path: www, exchanges: exchanges)
        let first = await target.publish(site.edition("acme", "globex"))
        #expect(first.failures == [] && first.written == 12)
        #expect(site.folder.text("www/globex/index.html") == "overview 1")
        let again = await target.publish(site.edition("acme", gone: ["globex", "photos"]))
        #expect(again.failures == [] && again.written == 0)
        #expect(again.removed == ["globex"])
        #expect(site.folder.text("www/globex/index.html") == nil)
        #expect(FileManager.default.fileExists(atPath: www + "/photos"))
    }

    @Test(arguments: [true, false]) func `every release arrives whole, and unchanged files keep their inode`(_ exchanges: Bool) async throws {
        let target = DirectoryTarget(path: www, exchanges: exchanges)
        _ = await target.publish(site.edition("acme"))
        let inode = site.folder.inode("www/acme/assets/tidewatch.0123456789ab.css")
        for number in 2...6 {
            try site.render("acme", RenderedSite.release(number))
            #expect(await target.publish(site.edition("acme")).failures == [])
            let expected = RenderedSite.release(number)
            for (path, text) in expected { #expect(site.folder.text("www/acme/" + path) == text) }
            #expect(BeneathDirectory.names(www + "/acme") == RenderedSite.names(number))
        }
        #expect(site.folder.inode("www/acme/assets/tidewatch.0123456789ab.css") == inode)
    }

    @Test func `the folder itself stays, so it may be a mount point`() async throws {
        let target = DirectoryTarget(path: www)
        _ = await target.publish(site.edition("acme"))
        let inode = site.folder.inode("www")
        try site.render("acme", RenderedSite.release(2))
        _ = await target.publish(site.edition("acme"))
        #expect(site.folder.inode("www") == inode)
        #expect(try FileManager.default.contentsOfDirectory(atPath: www) == ["acme"])
    }

    @Test func `a death among files that are moved one by one is healed, strangers and all`() async throws {
        let target = DirectoryTarget(path: www, exchanges: false)
        _ = await target.publish(site.edition("acme"))
        // What a kill in there leaves: no manifest, pages of two releases, one page that is no more.
        try FileManager.default.removeItem(atPath: www + "/acme/build.json")
        try FileManager.default.createDirectory(atPath: www.replacingOccurrences(of: "/www", with: "/.www.tidewatch/acme"), withIntermediateDirectories: true)
        try Data("overview 2".utf8).write(to: URL(fileURLWithPath: www + "/acme/index.html"))
        try Data("old".utf8).write(to: URL(fileURLWithPath: www + "/acme/services/gone.html"))
        try site.render("acme", RenderedSite.release(3))
        #expect(await target.publish(site.edition("acme")).failures == [])
        #expect(BeneathDirectory.names(www + "/acme") == RenderedSite.names(3))
        for (path, text) in RenderedSite.release(3) { #expect(site.folder.text("www/acme/" + path) == text) }
    }

    @Test func `a folder that somebody else filled is left alone`() async throws {
        try FileManager.default.createDirectory(atPath: www + "/acme", withIntermediateDirectories: true)
        try Data("dear".utf8).write(to: URL(fileURLWithPath: www + "/acme/precious.txt"))
        for _ in 0..<2 {
            let failures = await DirectoryTarget(path: www).publish(site.edition("acme")).failures
            #expect(failures.count == 1 && failures.first?.message.contains("it holds files, and no build.json says that they are pages of ours. Move them away") == true, "\(failures)")
        }
        #expect(BeneathDirectory.names(www + "/acme") == ["precious.txt"])
    }

    @Test func `a second publisher to the same folder waits for its next run`() async throws {
        let held = try WorkspaceLock(site.folder.path + "/.www.tidewatch")
        let report = await DirectoryTarget(path: www).publish(site.edition("acme"))
        withExtendedLifetime(held) {}
        #expect(report.failures.first?.message == "cannot lock \(site.folder.path)/.www.tidewatch/lock: another publisher is writing there. Let one site alone publish there; the next run tries again.")
        #expect(!FileManager.default.fileExists(atPath: www + "/acme"))
    }

    @Test(arguments: ["acme", "acme/services"]) func `a link that was planted in the output is not followed, whichever tree it is in`(_ place: String) async throws {
        let outside = site.folder.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside + "/orders", withIntermediateDirectories: true)
        for name in ["index.html", "orders/index.html"] { try Data("precious".utf8).write(to: URL(fileURLWithPath: outside + "/" + name)) }
        try site.render("globex", RenderedSite.release(1))
        let target = DirectoryTarget(path: www)
        _ = await target.publish(site.edition("acme", "globex"))
        try FileManager.default.removeItem(atPath: www + "/" + place)
        try FileManager.default.createSymbolicLink(atPath: www + "/" + place, withDestinationPath: outside)
        for tree in ["acme", "globex"] { try site.render(tree, RenderedSite.release(2)) }
        _ = await target.publish(site.edition("acme", "globex"))
        #expect(site.folder.text("www/globex/index.html") == "overview 2")
        for number in 3...4 {
            try site.render("acme", RenderedSite.release(number))
            _ = await target.publish(site.edition("acme", "globex"))
            for name in ["index.html", "orders/index.html"] { #expect(site.folder.text("outside/" + name) == "precious") }
        }
    }

    @Test func `what somebody planted in a served tree is gone after the next publish, and stays away`() async throws {
        let target = DirectoryTarget(path: www)
        _ = await target.publish(site.edition("acme"))
        try FileManager.default.createSymbolicLink(atPath: www + "/acme/passwords", withDestinationPath: "/etc/passwd")
        for number in 2...4 {
            try site.render("acme", RenderedSite.release(number))
            #expect(await target.publish(site.edition("acme")).failures == [])
            #expect(BeneathDirectory.names(www + "/acme") == RenderedSite.names(number))
        }
    }

    @Test func `a link in place of the folder where trees are prepared is not followed`() async throws {
        let outside = site.folder.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside + "/globex", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: site.folder.path + "/.www.tidewatch", withDestinationPath: outside)
        let report = await DirectoryTarget(path: www).publish(site.edition("acme", gone: ["globex"]))
        #expect(report.failures.first?.message.contains("/.www.tidewatch: Not a directory. Something in the way is a link") == true, "\(report.failures)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["globex"])
    }

    @Test func `a link in place of a rendered page is not published`() async throws {
        try Data("secret".utf8).write(to: URL(fileURLWithPath: site.folder.path + "/secret"))
        try FileManager.default.removeItem(atPath: site.directory + "/acme/index.html")
        try FileManager.default.createSymbolicLink(atPath: site.directory + "/acme/index.html", withDestinationPath: site.folder.path + "/secret")
        let report = await DirectoryTarget(path: www).publish(site.edition("acme"))
        #expect(report.failures.first?.message.contains("it is missing or no ordinary file") == true)
        #expect(!FileManager.default.fileExists(atPath: www + "/acme"))
    }

    @Test func `an asset stays for a day after the last page that links to it`() throws {
        let start = Timestamp(year: 2026, month: 11, day: 20), old = "assets/page.111111111111.js"
        for (hours, isThere) in [(0, true), (1, true), (24, true), (25, false)] as [(Int64, Bool)] {
            try site.render("acme", RenderedSite.release(hours == 0 ? 1 : 2), at: start + hours * 3_600)
            #expect((site.folder.text("public/acme/" + old) != nil) == isThere, "after \(hours) h")
        }
    }

    @Test func `a changed page is later by a whole second, because servers compare nothing else`() throws {
        func second() throws -> Int { try #require(try BeneathDirectory(site.directory + "/acme", create: false).second(of: "index.html")) }
        var last = try second()
        for number in 2...4 {
            try site.render("acme", RenderedSite.release(number))
            #expect(try second() > last)
            last = try second()
        }
    }

    @Test func `files that shrink have compressed neighbours, which are made anew only when the file changes`() throws {
        let text = String(repeating: "overview ", count: 400), files = ["index.html": text, "small.json": "{}", "picture.png": text]
        try site.render("acme", files, compressing: Encoding.allCases)
        #expect(BeneathDirectory.names(site.directory + "/acme") == ["build.json", "index.html", "index.html.br", "index.html.gz", "picture.png", "small.json"])
        let before = site.folder.inode("public/acme/index.html.gz")
        try site.render("acme", files, compressing: Encoding.allCases)
        #expect(site.folder.inode("public/acme/index.html.gz") == before)
        let unzip = Process(), pipe = Pipe()
        unzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
        unzip.arguments = ["-dc", site.directory + "/acme/index.html.gz"]
        unzip.standardOutput = pipe
        try unzip.run()
        #expect(String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == text)
        try site.render("acme", ["index.html": text])
        #expect(BeneathDirectory.names(site.directory + "/acme") == ["build.json", "index.html"])
    }

    @Test func `rolling back puts the earlier tree back, and again the later one`() throws {
        let start = Timestamp(year: 2026, month: 11, day: 20)
        let tree = SwitchedTree(live: site.directory + "/acme", shadow: site.folder.path + "/state/acme")
        #expect(throws: PublishError.self) { try tree.rollBack() }
        try site.render("acme", RenderedSite.release(2), at: start)
        try site.render("acme", RenderedSite.release(3), at: start + 300)
        #expect(try tree.rollBack() == "2026-11-20T00:00:00Z")
        #expect(site.folder.text("public/acme/index.html") == "overview 2")
        #expect(try tree.rollBack() == "2026-11-20T00:05:00Z")
        #expect(site.folder.text("public/acme/index.html") == "overview 3")
    }

    @Test(arguments: [
        ("printf x >> index.html", "index.html"), ("rm index.html", "index.html"), ("ln -sf /etc/hostname index.html", "index.html"), ("rm -r services", "services/index.html and 1 more"),
    ]) func `an earlier tree that is not as it was built is not put back`(_ damage: String, _ name: String) throws {
        let tree = SwitchedTree(live: site.directory + "/acme", shadow: site.folder.path + "/state/acme")
        try site.render("acme", RenderedSite.release(2))
        try site.render("acme", RenderedSite.release(3))
        let shell = try Process.run(URL(fileURLWithPath: "/bin/sh"), arguments: ["-c", "cd \(site.folder.path)/state/acme && \(damage)"])
        shell.waitUntilExit()
        let error = #expect(throws: PublishError.self) { try tree.rollBack() }
        #expect(error?.description.hasPrefix("cannot roll back \(site.directory)/acme: the earlier tree is not as it was built: \(name)") == true, "\(error?.description ?? "")")
        #expect(site.folder.text("public/acme/index.html") == "overview 3")
    }
}

extension BeneathDirectory {
    static func names(_ path: String) -> [String] { (try? BeneathDirectory(path, create: false).everything()) ?? [] }
}
