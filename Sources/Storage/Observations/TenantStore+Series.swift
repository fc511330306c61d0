import Alerting
import GRDB
import Telemetry

extension TenantStore {
    /// A reading older than this is not "the latest" any more.
    private static let freshSeconds: Int64 = 7_200

    /// The newest sample of each signal that is not after `time` and at most two hours (or two of its periods) old, with its period.
    package func latest(of resource: ResourceID, notAfter time: Timestamp) throws(StoreError) -> [String: (sample: Sample, period: Int64)] {
        try read { db in
            let names = try names(db)
            guard let id = names.id(of: resource) else { return [:] }
            let heads = try HeadTable(db).read(id).series
            let reach = heads.map { max(Self.freshSeconds, 2 * Int64($0.period)) }.max() ?? Self.freshSeconds
            var table = try BlockReader(db, .raw)
            var newest: [UInt32: Sample] = [:]
            try table.forEach(from: BlockKey(resource: id, slot: (time.seconds - reach) / 3_600),
                              through: BlockKey(resource: id, slot: time.seconds / 3_600), rows: rowsPerHour) { key, block in
                for column in 0..<block.columns.count {
                    for row in 0..<block.rows {
                        let at = Timestamp(seconds: key.slot * 3_600 + Int64(row) * grain)
                        if at <= time, let quality = Quality(rawValue: block.mark(column, row)) {
                            newest[block.columns[column]] = Sample(at, block.value(column, row), quality)
                        }
                    }
                }
            }
            for block in table.damaged { note(damaged: block) }
            var result: [String: (sample: Sample, period: Int64)] = [:]
            for (signal, sample) in newest {
                let period = heads.first { $0.signal == signal }.map { Int64($0.period) } ?? grain
                guard let name = names.signal(signal), time - sample.time <= max(Self.freshSeconds, 2 * period) else { continue }
                result[name] = (sample, period)
            }
            return result
        }
    }

    /// The end of what is final; nothing where the series has no point.
    package func cursor(of series: SeriesID) throws(StoreError) -> Timestamp? {
        try read { db in
            let names = try names(db)
            guard let id = names.id(of: series.resource), let signal = names.id(of: series.name) else { return nil }
            return try HeadTable(db).read(id).series.first { $0.signal == signal }.map { Timestamp(seconds: $0.finalTo) }
        }
    }

    /// Why signals of the resource have no fresh value, by signal name.
    package func absences(of resource: ResourceID) throws(StoreError) -> [String: Absence] {
        if let known = cached.absences { return known[resource] ?? [:] }
        let all = try read { db in
            let names = try names(db)
            var result: [ResourceID: [String: Absence]] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT resource, signal, reason, since, detail FROM absences")
            while let row = try rows.next() {
                guard let owner = names.resource(row[0]), let reason = AbsenceReason(rawValue: row[2]) else { continue }
                result[owner, default: [:]][row[1]] = Absence(reason, since: Timestamp(seconds: row[3]), detail: row[4])
            }
            return result
        }
        cached.absences = all
        return all[resource] ?? [:]
    }

    /// How often and by how much stored values were replaced by later reads.
    package func corrections() throws(StoreError) -> [SeriesID: Corrections] {
        try read { db in
            let names = try names(db)
            var result: [SeriesID: Corrections] = [:]
            let rows = try Row.fetchCursor(db, sql: "SELECT resource, signal, count, sum, largest FROM corrections")
            while let row = try rows.next() {
                guard let resource = names.resource(row[0]), let signal = UInt32(exactly: row[1] as Int64), let name = names.signal(signal) else { continue }
                result[SeriesID(resource, name)] = Corrections(count: row[2], sum: row[3], largest: row[4])
            }
            return result
        }
    }
}

extension TenantStore {
    /// `cleared` are the signals that got a new point: their absence is over, unless this harvest states it anew.
    func record(_ absences: [SeriesID: Absence], cleared: [Int64: [UInt32]], _ db: Database, _ names: inout Names) throws {
        cached.absences = nil
        let stored = try Row.fetchAll(db, sql: "SELECT resource, signal FROM absences")
        for row in stored {
            let resource: Int64 = row[0], signal: String = row[1]
            if let number = names.id(of: signal), cleared[resource]?.contains(number) == true {
                try db.cachedStatement(sql: "DELETE FROM absences WHERE resource = ? AND signal = ?").execute(arguments: [resource, signal])
            }
        }
        let upsert = try db.cachedStatement(sql: """
            INSERT INTO absences (resource, signal, reason, since, detail) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET since = iif(reason = excluded.reason, min(since, excluded.since), excluded.since),
                reason = excluded.reason, detail = excluded.detail
            """)
        for (series, absence) in absences.sorted(by: { $0.key < $1.key }) {
            let id = try names.number(series.resource, db)
            try upsert.execute(arguments: [id, series.name, absence.reason.rawValue, absence.since.seconds, absence.detail])
        }
    }
}

extension TenantStore: Measurements {
    package func grid(of resource: ResourceID, in window: TimeWindow) throws -> SampleGrid {
        try grid(of: resource, in: window, resolution: .raw)
    }

    package func absence(of series: SeriesID) throws -> Absence? {
        try absences(of: series.resource)[series.name]
    }
}
