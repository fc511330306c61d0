import GRDB
import Telemetry

extension TenantStore {
    /// Counts are kept by five minutes: collectors give one fingerprint for each of them.
    private static let bucketSeconds: Int64 = 300
    /// Of one shape in one bucket. What a source states beyond that is no count, and sums of it would not fit.
    private static let mostLines = 1_000_000_000

    /// Log lines of one shape, errors before warnings, then the most frequent first.
    package func fingerprints(of resources: [ResourceID], in window: TimeWindow) throws(StoreError) -> [LogFingerprint] {
        try read { db in
            let isAny = try cached.hasFingerprints ?? (Int64.fetchOne(db, sql: "SELECT id FROM fingerprints LIMIT 1") != nil)
            cached.hasFingerprints = isAny
            // Most tenants without functions have none, and every page of theirs asks.
            guard isAny else { return [] }
            let names = try names(db)
            var result: [LogFingerprint] = []
            for resource in Set(resources) {
                guard let id = names.id(of: resource) else { continue }
                let rows = try Row.fetchCursor(db.cachedStatement(sql: """
                    SELECT level, text, sum(count), min(first), max(last), first_ever FROM fingerprints JOIN fingerprint_counts ON fingerprint = id
                    WHERE resource = ? AND bucket >= ? AND bucket < ? GROUP BY id
                    """), arguments: [id, window.start.floored(to: Self.bucketSeconds).seconds, window.end.seconds])
                while let row = try rows.next() {
                    guard let level = LogFingerprint.Level(rawValue: row[0]) else { continue }
                    result.append(LogFingerprint(resource: resource, level: level, text: row[1], count: row[2],
                                                 first: Timestamp(seconds: row[3]), last: Timestamp(seconds: row[4]),
                                                 firstEver: (row[5] as Int64?).map(Timestamp.init(seconds:))))
                }
            }
            return result.sorted { a, b in
                if a.level != b.level { return a.level == .error }
                if a.count != b.count { return a.count > b.count }
                return (a.text, a.resource) < (b.text, b.resource)
            }
        }
    }
}

extension TenantStore {
    /// Logs only grow, so of two counts for one bucket the greater saw more of it: reading a stretch again never counts a line twice.
    func record(_ fingerprints: [LogFingerprint], _ db: Database, _ names: inout Names) throws {
        guard !fingerprints.isEmpty else { return }
        cached.hasFingerprints = nil
        let put = try db.cachedStatement(sql: """
            INSERT INTO fingerprint_counts (fingerprint, bucket, count, first, last) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET count = max(count, excluded.count), first = min(first, excluded.first), last = max(last, excluded.last)
            """)
        // Counts are pruned; when a shape was seen first is not.
        let firstEver = try db.cachedStatement(sql: "UPDATE fingerprints SET first_ever = min(coalesce(first_ever, ?1), ?1) WHERE id = ?2")
        // Two of one shape in one harvest are two parts of what was read: those are added up first.
        for (part, share) in parts(of: fingerprints) {
            let id = try identity(part, db, &names)
            try put.execute(arguments: [id, part.bucket, share.count, share.first, share.last])
            try firstEver.execute(arguments: [share.first, id])
        }
    }

    private struct Part: Hashable {
        var resource: ResourceID
        var level: LogFingerprint.Level
        var text: String
        var bucket: Int64
    }

    /// A fingerprint that spans several buckets is spread over them by time, its count kept.
    private func parts(of fingerprints: [LogFingerprint]) -> [Part: (count: Int, first: Int64, last: Int64)] {
        var parts: [Part: (count: Int, first: Int64, last: Int64)] = [:]
        for var fingerprint in fingerprints where fingerprint.count > 0 && fingerprint.first.seconds >= 0 && fingerprint.first <= fingerprint.last {
            fingerprint.count = min(fingerprint.count, Self.mostLines)
            let first = fingerprint.first.seconds / Self.bucketSeconds
            // A day at most: a wild time must not make a million rows.
            let last = min(fingerprint.last.seconds / Self.bucketSeconds, first + 287)
            let buckets = min(last - first + 1, Int64(fingerprint.count))
            for index in 0..<buckets {
                let bucket = buckets == 1 ? first : first + index * (last - first) / (buckets - 1)
                let count = fingerprint.count / Int(buckets) + (index < Int64(fingerprint.count) % buckets ? 1 : 0)
                let part = Part(resource: fingerprint.resource, level: fingerprint.level, text: fingerprint.text, bucket: bucket * Self.bucketSeconds)
                let from = max(fingerprint.first.seconds, part.bucket)
                let to = index == buckets - 1 ? fingerprint.last.seconds : min(fingerprint.last.seconds, part.bucket + Self.bucketSeconds - 1)
                let known = parts[part] ?? (0, from, to)
                parts[part] = (min(known.count + count, Self.mostLines), min(known.first, from), max(known.last, to))
            }
        }
        return parts
    }

    private func identity(_ part: Part, _ db: Database, _ names: inout Names) throws -> Int64 {
        let resource = try names.number(part.resource, db)
        let known = try Int64.fetchOne(db.cachedStatement(sql: "SELECT id FROM fingerprints WHERE resource = ? AND level = ? AND text = ?"),
                                       arguments: [resource, part.level.rawValue, part.text])
        if let known { return known }
        try db.cachedStatement(sql: "INSERT INTO fingerprints (resource, level, text) VALUES (?, ?, ?)")
            .execute(arguments: [resource, part.level.rawValue, part.text])
        return db.lastInsertedRowID
    }
}
