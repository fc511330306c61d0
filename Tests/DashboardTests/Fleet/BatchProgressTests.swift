@testable import Dashboard
import Site
import Telemetry
import Testing

/// Who is left out and who is worked on again when a worker dies.
@Suite struct BatchProgressTests {
    private typealias Verdict = BatchProgress.Verdict
    private static let start = Timestamp(seconds: 1_000)

    private static func ended(_ id: String) -> WorkerWord { .tenant(.ended(TenantResult(outcome: TenantOutcome(id: id)))) }
    private static func begun(_ ids: String...) -> [WorkerWord] { ids.map { .tenant(.begun($0)) } }

    private static let ends: [(name: String, batch: [String], isTrial: Bool, words: [WorkerWord], overdue: [String], verdict: Verdict)] = [
        ("all were done", ["a"], false, begun("a") + [ended("a")], [], Verdict()),
        ("it never began, and is tried once more", ["a", "b"], false, [], [], Verdict(again: [["a", "b"]])),
        ("it did not begin the second time, either", ["a", "b"], true, [], [], Verdict(culprits: ["a", "b"])),
        ("between two tenants", ["a", "b"], false, begun("a") + [ended("a")], [], Verdict(waiting: ["b"])),
        ("with one in hand of many", ["a", "b", "c"], false, begun("a", "b") + [ended("a")], [], Verdict(again: [["b"]], waiting: ["c"])),
        ("with several in hand", ["a", "b", "c", "d"], false, begun("a", "b", "c"), [], Verdict(again: [["a", "b"], ["c"]], waiting: ["d"])),
        ("with one that was alone", ["a"], true, begun("a"), [], Verdict(culprits: ["a"])),
        ("while a file was read", ["a", "b", "c"], false, [.reads("b")], [], Verdict(again: [["b"]], waiting: ["a", "c"])),
        ("while the file was read of one that was alone", ["b"], true, [.reads("b")], [], Verdict(culprits: ["b"])),
        ("all were read, none begun", ["a", "b"], true, [.reads("a"), .reads("b"), .reads(nil)], [], Verdict(culprits: ["a", "b"])),
        ("one hung", ["a", "b", "c"], false, begun("a", "b"), ["a"], Verdict(culprits: ["a"], waiting: ["b", "c"])),
        ("two hung that worked for themselves", ["a", "b", "c"], false, begun("a", "b", "c"), ["a", "b"], Verdict(culprits: ["a", "b"], waiting: ["c"])),
        ("two hung that waited for others: one may have kept the other", ["a", "b"], false, begun("a", "b") + [.tenant(.stage("a", .collect)), .tenant(.stage("b", .collect))], ["a", "b"],
         Verdict(again: [["a"], ["b"]])),
    ]

    @Test(arguments: ends.indices) func `an end has its culprits`(_ index: Int) {
        let end = Self.ends[index]
        var progress = BatchProgress(end.batch, isTrial: end.isTrial)
        for word in end.words { progress.hear(word, at: Self.start) }
        #expect(progress.verdict(overdue: end.overdue) == end.verdict, "\(end.name)")
    }

    @Test func `a tenant is overdue by the stage that it is in, not by its beginning`() {
        var progress = BatchProgress(["a", "b"], isTrial: false)
        progress.hear(.tenant(.begun("a")), at: Self.start)
        progress.hear(.tenant(.begun("b")), at: Self.start)
        progress.hear(.tenant(.stage("b", .render)), at: Self.start + 100)
        #expect(progress.overdue(at: Self.start + 101) { _ in 60 } == ["a"])
        #expect(progress.overdue(at: Self.start + 161) { $0.kind == .stage(.render) ? 60 : 1_000 } == ["b"])
        progress.hear(Self.ended("a"), at: Self.start + 200)
        progress.hear(Self.ended("b"), at: Self.start + 200)
        #expect(progress.overdue(at: Self.start + 9_000) { _ in 0 } == [] && progress.isDone)
    }

    @Test func `a result comes through the wire as it is, missing figures and all`() throws {
        var result = TenantResult(outcome: TenantOutcome(id: "a"))
        result.outcome.stages = [.init(stage: .collect, milliseconds: 3_250)]
        result.digest = TenantDigest(id: "a", title: "A\n\u{1F}", state: .critical, headline: "x")
        result.digest?.oldestDay = [1, .nan, .infinity]
        result.digest?.days = [.ok, .noData]
        let line = try WorkerWire.line(WorkerWord.tenant(.ended(result)))
        #expect(line.count { $0 == UInt8(ascii: "\n") } == 1)
        guard case .tenant(.ended(let back)) = try WorkerWire.value(line) as WorkerWord else {
            Issue.record("another word")
            return
        }
        #expect(back.digest?.oldestDay.count == 3 && back.digest?.oldestDay[1].isNaN == true && back.digest?.title == "A\n\u{1F}" && back.digest?.state == .critical && back.digest?.days == [.ok, .noData])
        #expect(back.outcome.stages == result.outcome.stages && back.outcome.seconds == 3.25)
    }
}
