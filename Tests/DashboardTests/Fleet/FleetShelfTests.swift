import Alerting
@testable import Dashboard
import Foundation
import Site
import Telemetry
import Testing

/// What the fleet's pages say of tenants, kept in a file until they are made.
@Suite struct FleetShelfTests {
    private static func result(_ id: String) -> TenantResult {
        var result = TenantResult(outcome: TenantOutcome(id: id)), digest = TenantDigest(id: id, title: "T\n\(id)", state: .warning, headline: "Orders blocked for \("5 min")")
        digest.oldestDay = [1, .nan]
        digest.series = 7
        digest.alerts = AlertCounts()
        digest.alerts?.critical = 2
        digest.dataTo = Timestamp(seconds: 900)
        result.digest = digest
        result.databaseBytes = 4_096
        result.channels = [ChannelState(receiver: "mail", failures: 1, disabledReason: "gone")]
        result.operation = .init(id: id, seconds: 3, databaseBytes: 4_096, dollars: 0.25, budgets: [], overrides: ["a", "b"])
        return result
    }

    /// Folders that can hold a file, and such that cannot: then it stays in memory.
    @Test(arguments: [FileManager.default.temporaryDirectory.path, "/nonexistent", "/proc"]) func `each is given back as it was, in any order`(_ folder: String) throws {
        let shelf = FleetShelf(in: folder), ids = (0..<50).map { "tenant-\($0)" }, held = ids.map { shelf.keep(Self.result($0)) }
        for index in ids.indices.reversed() {
            let entry = try shelf.entry(at: held[index].place), digest = try #require(entry.digest)
            #expect(digest.id == ids[index] && digest.title == "T\n\(ids[index])" && digest.headline.english == "Orders blocked for 5 min" && digest.oldestDay.count == 2 && digest.oldestDay[1].isNaN)
            #expect(entry.channels == Self.result(ids[index]).channels && entry.operation == Self.result(ids[index]).operation)
            #expect(held[index].series == 7 && held[index].alerts?.critical == 2 && held[index].dataTo == Timestamp(seconds: 900) && held[index].databaseBytes == 4_096)
        }
        var isInFile = false
        if case .inFile = held[0].place { isInFile = true }
        #expect(isInFile == (folder == FileManager.default.temporaryDirectory.path))
    }

    @Test func `it leaves nothing in the folder`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shelf-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let shelf = FleetShelf(in: folder.path)
        _ = shelf.keep(Self.result("a"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func `where no fleet page is made nothing is kept`() throws {
        let shelf = FleetShelf(in: nil), held = shelf.keep(Self.result("a"))
        #expect(try shelf.entry(at: held.place).digest == nil && held.outcome.id == "a")
    }
}
