import GRDB
import Telemetry

extension TenantStore {
    /// Who called whom in the hours of the window, oldest first, then by both ends.
    package func calls(in window: TimeWindow) throws(StoreError) -> [CallEdge] {
        try read { db in
            let rows = try Row.fetchCursor(db.cachedStatement(sql: """
                SELECT hour, source, from_type, from_name, to_type, to_name, kind, is_from_examples, body FROM calls WHERE hour >= ? AND hour < ?
                """), arguments: [window.start.floored(to: 3_600).seconds, window.end.seconds])
            var result: [CallEdge] = []
            while let row = try rows.next() {
                guard let kind = CallEdge.Kind(rawValue: row[6]), let figures = try? CallFigures(packed: bytes(row, 8), hour: row[0]) else {
                    note(damaged: "calls of hour \(row[0] as Int64)")
                    continue
                }
                result.append(CallEdge(source: row[1], hour: Timestamp(seconds: row[0]), from: CallNode(row[3], type: row[2]), to: CallNode(row[5], type: row[4]), kind: kind,
                                       figures: figures, isFromExamples: row[7]))
            }
            return result
        }
    }

    /// Of one source in one hour. No system has so many parts, and names that change with each call would fill the disk.
    private static let mostCalls = 2_000

    /// Traces of an hour only grow in number, and files are read until all of a quarter of an hour lies in one reading: of two readings the one with
    /// more calls saw more.
    /// - Returns: what was more than is kept.
    func record(_ calls: [CallEdge], _ db: Database) throws -> [Problem] {
        guard !calls.isEmpty else { return [] }
        let put = try db.cachedStatement(sql: """
            INSERT INTO calls (hour, source, from_type, from_name, to_type, to_name, kind, is_from_examples, count, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = excluded.count, body = excluded.body WHERE excluded.count >= count
            """)
        let known = try db.cachedStatement(sql: """
            SELECT 1 FROM calls WHERE hour = ? AND source = ? AND from_type = ? AND from_name = ? AND to_type = ? AND to_name = ? AND kind = ? AND is_from_examples = ?
            """)
        let there = try db.cachedStatement(sql: "SELECT count(*) FROM calls WHERE hour = ? AND source = ?")
        var room: [Stretch: Int] = [:], leftOut: [String: Int] = [:]
        // The most frequent first.
        for call in calls.filter({ $0.hour.seconds >= 0 }).sorted(by: { $1.figures.count < $0.figures.count }) {
            let stretch = Stretch(source: call.source, hour: call.hour.seconds)
            let key: [any DatabaseValueConvertible] = [stretch.hour, call.source, call.from.type, call.from.name, call.to.type, call.to.name, call.kind.rawValue, call.isFromExamples]
            let left = try room[stretch] ?? Self.mostCalls - (Int.fetchOne(there, arguments: [stretch.hour, call.source]) ?? 0)
            let isKnown = try Int.fetchOne(known, arguments: StatementArguments(key)) != nil
            room[stretch] = isKnown ? left : max(0, left - 1)
            guard isKnown || left > 0 else { leftOut[call.source, default: 0] += 1; continue }
            try put.execute(arguments: StatementArguments(key + [call.figures.count, Bytes(call.figures.packed(hour: stretch.hour))]))
        }
        return leftOut.sorted { $0.key < $1.key }.map { source, count in
            Problem(.limit, source: source, operation: "calls",
                    message: "Calls of source '\(source)': \(count) pairs of caller and callee are more than the \(Self.mostCalls) an hour that are kept. The most frequent have figures; let spans name services and not requests.")
        }
    }
}

private struct Stretch: Hashable {
    var source: String
    var hour: Int64
}

private extension CallFigures {
    func packed(hour: Int64) -> [UInt8] {
        var packer = Packer()
        packer.add(ok)
        packer.add(errors)
        packer.add(throttles)
        packer.add(faults)
        packer.add(durations.counts.sorted { $0.key < $1.key }) {
            $0.add($1.key)
            $0.add($1.value)
        }
        return packer.sealed(for: hour)
    }

    init(packed: [UInt8], hour: Int64) throws(Unpacker.Damaged) {
        var reader = try Unpacker(packed, for: hour)
        self.init(ok: try reader.integer(), errors: try reader.integer(), throttles: try reader.integer(), faults: try reader.integer())
        let bins = try reader.list { reader throws(Unpacker.Damaged) in (try reader.integer(), try reader.integer()) }
        durations = LogHistogram(counts: Dictionary(bins.filter { (0..<LogHistogram.binCount).contains($0.0) && $0.1 > 0 }) { first, _ in first })
    }
}
