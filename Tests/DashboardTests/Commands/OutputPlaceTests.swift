import Foundation
import Testing

/// Nothing that a command writes where it is told to takes the place of what the site needs, or lands where one tenant's readers look.
@Suite struct OutputPlaceTests {
    private static let state = "lies in state/, which belongs to the site itself", open = "lies in public/, which belongs to the site itself"

    @Test(arguments: [
        (["export", "--out", "state/acme.sqlite"], "--out: state/acme.sqlite \(state). Name a place outside of the site's own, such as /tmp/acme.sqlite."),
        (["export", "--out", "tidewatch.yaml"], "--out: tidewatch.yaml is the site's own configuration."),
        (["export", "--out", "link/new.csv"], "--out: link/new.csv \(state)."),
        (["tenant", "zip", "acme", "--out", "state/initech.sqlite"], "--out: state/initech.sqlite \(state)."),
        (["report", "incident", "20261120-0918-orders", "--out", "tenants/acme.yaml"], "--out: tenants/acme.yaml lies in tenants/, which belongs to the site itself."),
        (["report", "monthly", "--month", "2026-10", "--out", "public/acme"], "--out: public/acme \(open)."),
        (["snapshot", "public/acme"], "<dir>: public/acme \(open)."),
        (["snapshot", "www/acme"], "/www, where the site is published."),
        (["backtest", "--html", "templates/x.html"], "--html: templates/x.html lies in templates/, which belongs to the site itself."),
        (["render", "--at", "2026-11-20T10:05:00Z", "--out", "www"], "/www, where the site is published."),
        (["render", "--at", "2026-11-20T10:05:00Z", "--out", "outer"], "holds "),
    ]) func `a place that is the site's own is refused before any work is done`(_ arguments: [String], _ words: String) async throws {
        let site = try TrialSite(["tidewatch.yaml": TrialSite.plain + "publish:\n  - directory: {path: www}\n  - directory: {path: outer/inner}\n", "tenants/acme.yaml": TrialSite.tenant("acme", account: TrialSite.one),
                                  "state/acme.sqlite": "a database", "state/initech.sqlite": "a database", "public/acme/index.html": "a page", "www/acme/index.html": "a page"])
        try FileManager.default.createSymbolicLink(atPath: site.directory + "/link", withDestinationPath: "state")
        func everything() -> [String: Data] {
            (FileManager.default.enumerator(atPath: site.directory)?.compactMap { $0 as? String } ?? []).reduce(into: [:]) { $0[$1] = FileManager.default.contents(atPath: site.directory + "/" + $1) ?? Data() }
        }
        let before = everything()
        let ended = try await TidewatchCommand.child(arguments, shell: "cd '\(site.directory)' && exec \"$@\"").run()
        #expect(ended.code == 2 && ended.messages.contains(words), "\(ended)")
        #expect(everything() == before)
    }

    @Test(arguments: [
        (["export", "--out", "points.csv"], "points.csv"), (["export", "--out", "new/points.csv"], nil), (["export", "--out", "nothing"], nil), (["backtest", "--html", "www.html"], "www.html"),
        (["snapshot", "."], nil), (["snapshot", "state/snapshots"], nil), (["snapshot", ".."], nil),
    ]) func `a place of one's own is not`(_ arguments: [String], _ file: String?) async throws {
        let site = try TrialSite(["site/tidewatch.yaml": TrialSite.plain + "publish:\n  - directory: {path: www}\n", "site/tenants/acme.yaml": TrialSite.tenant("acme", account: TrialSite.one)])
        try FileManager.default.createSymbolicLink(atPath: site.directory + "/site/nothing", withDestinationPath: "/dev/null")
        let ended = try await TidewatchCommand.child(arguments, shell: "cd '\(site.directory)/site' && exec \"$@\"").run()
        #expect(ended.code != 2 && !ended.messages.contains("outside of the site's own"), "\(ended)")
        // A device is not replaced.
        #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: site.directory + "/site/nothing")) == "/dev/null")
        if let file { #expect(FileManager.default.fileExists(atPath: site.directory + "/site/" + file)) }
    }
}
