@testable import Dashboard
import Foundation
import Testing

/// No page, file name, document or message of one tenant holds a word of another.
@Suite struct LeakScanTests {
    private static func scan(_ site: TrialSite, _ ids: [String]) -> LeakScan {
        var scan = LeakScan(words: Dictionary(ids.map { ($0, CanaryFleet.words($0)) }, uniquingKeysWith: { $1 }))
        for id in ids { scan.examineTree(site.directory + "/public/" + id, named: id, reader: id) }
        for mail in site.mailbox.mails { scan.examineMessage("", mail.message, at: "mail to \(mail.recipient)", reader: String(mail.recipient.prefix { $0 != "@" })) }
        for hook in site.network.hooks { scan.examineMessage("", hook.body, at: hook.url, reader: String(hook.url.split(separator: "/").last ?? "")) }
        return scan
    }

    @Test func `a hundred tenants show and send nothing of each other`() async throws {
        let ids = (1...100).map(CanaryFleet.id), site = try CanaryFleet.site(tenants: Array(1...100))
        let outcome = try await site.run()
        // Each lacks one file, so that the error's words are searched for as well.
        #expect(outcome.exit == .partial && outcome.problems.count == 100, "\(outcome.problems.prefix(3))")
        let scan = Self.scan(site, ids)
        #expect(scan.leaks == [])
        print("leak scan: \(scan.distinctive) words of 100 tenants in \(scan.texts) files and messages (\(scan.bytes >> 20) MiB), \(scan.leaks.count) leaks")
        // It looked at something: each has a tree, mails and hooks, and finds its own words there.
        #expect(Set(site.mailbox.mails.map(\.recipient)).count == 100 && Set(site.network.hooks.map(\.url)).count == 100)
        let shown = CanaryFleet.fields.map { CanaryFleet.canary("t042", $0) }, search = WordSearch(shown.map { Array($0.utf8) })
        let found = site.files("t042").values.reduce(into: Set<Int>()) { $0.formUnion(search.found(in: $1)) }
        #expect(shown.indices.filter { !found.contains($0) }.map { shown[$0] } == [], "these words are nowhere, so nothing was proven of them")

        // Planted: in a page, in a name, in a mail that breaks the line, in what looks like a shared document.
        let folder = site.directory + "/public/t007/"
        func append(_ word: String, _ path: String) throws {
            let bytes = (FileManager.default.contents(atPath: folder + path) ?? Data()) + Data(word.utf8)
            try bytes.write(to: URL(fileURLWithPath: folder + path))
        }
        try append(CanaryFleet.canary("t042", "log"), "404.html")
        try append("x", "badges/\(CanaryFleet.canary("t043", "queue")).svg")
        try append(CanaryFleet.traceTail("t044"), "manual/signals/index.html")
        var again = LeakScan(words: Dictionary(ids.map { ($0, CanaryFleet.words($0)) }, uniquingKeysWith: { $1 }))
        again.examineTree(site.directory + "/public/t007", named: "t007", reader: "t007")
        again.examineMessage("", Array("line t045canary=\r\n-title end".utf8), at: "mail", reader: "t007")
        #expect(again.leaks.map { [$0.owner, $0.reader, $0.place] }.sorted { $0[0] < $1[0] } == [
            ["t042", "t007", "t007/404.html"], ["t043", "t007", "t007/badges/t043canary-queue.svg"], ["t044", "t007", "t007/manual/signals/index.html"], ["t045", "t007", "mail"]])
    }

    @Test func `doctor finds a planted leak, and nothing before`() async throws {
        let site = try CanaryFleet.site(tenants: [1, 2, 3])
        try await site.run()
        let well = try await TidewatchCommand.run("--site", site.directory, "doctor", "--offline")
        #expect(well.output.contains("names of 3 tenants looked for in ") && well.output.contains(" of the others, 0 found"), "\(well)")
        let page = site.directory + "/public/t001/index.html"
        try (try String(contentsOfFile: page, encoding: .utf8) + CanaryFleet.canary("t002", "queue")).write(toFile: page, atomically: true, encoding: .utf8)
        let ill = try await TidewatchCommand.run("--site", site.directory, "doctor", "--offline")
        #expect(ill.code == 1 && ill.output.contains("public/t001/index.html: 't002canary-queue' belongs to t002, and t001 gets to see it"), "\(ill)")
    }

    @Test func `what several tenants have, or everybody reads, tells nothing`() {
        var scan = LeakScan(words: ["a": [Array("shared-queue-1".utf8), Array("a-own-queue-1".utf8), Array("two-in-manual-1".utf8)], "b": [Array("shared-queue-1".utf8)]])
        scan.allowEverybody(Array("see two-in-manual-1".utf8))
        scan.allow("c", Array("its log says a-own-queue-1".utf8))
        scan.examine(Array("shared-queue-1 two-in-manual-1".utf8), at: "x", reader: "b")
        scan.examine(Array("a-own-queue-1".utf8), at: "x", reader: "c")
        #expect(scan.leaks == [])
        scan.examine(Array("xa-own-queue-1".utf8), at: "x", reader: "b")
        #expect(scan.leaks.map(\.word) == ["a-own-queue-1"])
    }

    @Test func `every word is found wherever it stands`() {
        let words = ["abcdefgh", "abcdefghi", "zzzzzzzz", "short"].map { Array($0.utf8) }
        let search = WordSearch(words)
        #expect(search.found(in: Array("abcdefghi".utf8)) == [0, 1])
        #expect(search.found(in: Array("xabcdefgh".utf8)) == [0])
        #expect(search.found(in: Array("xxzzzzzzz short".utf8)) == [])
        #expect(search.found(in: Array("zzzzzzzzz".utf8)) == [2])
        #expect(search.found(in: []) == [])
        let account = WordSearch([Array("333333333333".utf8)])
        #expect(account.found(in: Array("arn:aws:sqs:eu-central-1:333333333333:q".utf8)) == [0] && account.found(in: Array("333333333333".utf8)) == [0])
        for number in ["0.333333333333", "0.3333333333333333", "1333333333333", "3333333333331"] { #expect(account.found(in: Array(number.utf8)) == [], "\(number)") }
    }

    @Test(arguments: [("production", nil), ("globex-corp", "globex-corp"), ("Buy Side", "Buy Side"), ("\u{682A}\u{5F0F}\u{4F1A}\u{793E}", "\u{682A}\u{5F0F}\u{4F1A}\u{793E}"), ("Acme Retail Group", "Acme Retail Group"), ("orders-v2", "orders-v2"), ("a1", nil), ("arn:aws:sqs:eu-central-1:111122223333:orders", "111122223333"),
                      ("sqs-webhook-buffer", "sqs-webhook-buffer")] as [(String, String?)])
    func `a word must be somebody's`(_ name: String, _ word: String?) {
        #expect(LeakCheck.word(name).map { String(decoding: $0, as: UTF8.self) } == word)
    }
}
