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

    /// Traces of an hour only grow in number, so of two readings of it the one with more calls saw more.
    func record(_ calls: [CallEdge], _ db: Database) throws {
        guard !calls.isEmpty else { return }
        let put = try db.cachedStatement(sql: """
            INSERT INTO calls (hour, source, from_type, from_name, to_type, to_name, kind, is_from_examples, count, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = excluded.count, body = excluded.body WHERE excluded.count >= count
            """)
        for call in calls where call.hour.seconds >= 0 {
            let hour = call.hour.floored(to: 3_600).seconds
            try put.execute(arguments: [hour, call.source, call.from.type, call.from.name, call.to.type, call.to.name, call.kind.rawValue, call.isFromExamples,
                                        call.figures.count, Bytes(call.figures.packed(hour: hour))])
        }
    }
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
