import Alerting
import GRDB
import Telemetry

/// One service on one day (UTC), for the strip of days.
package struct DayStatus: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case ok, warning, critical
        /// Nothing was measured and nothing fired: not the same as fine.
        case noData = "no_data"
    }

    package var service: String
    /// Midnight UTC.
    package var day: Timestamp
    package var status: Status

    package init(service: String, day: Timestamp, status: Status) {
        self.service = service
        self.day = day
        self.status = status
    }
}

extension TenantStore {
    /// The worst that each service reached on each of the last `days` days, by service, oldest first; the last day holds `until`.
    package func statusHistory(days: Int, until: Timestamp) throws(StoreError) -> [DayStatus] {
        let days = Int64(min(max(days, 1), 400)), day: Int64 = 86_400
        let last = until.floored(to: day), first = last - (days - 1) * day
        let incidents = try incidents(in: TimeWindow(from: first, to: last + day))
        let services = Dictionary(grouping: try resources(), by: \.service).mapValues { $0.map(\.id) }
        return try read { db in
            var result: [DayStatus] = []
            for (service, resources) in services.sorted(by: { $0.key < $1.key }) {
                let measured = try measuredDays(of: resources, from: first, through: last, db)
                for start in stride(from: first.seconds, through: last.seconds, by: Int(day)).map(Timestamp.init(seconds:)) {
                    let worst = incidents.filter { $0.service == service && $0.startedAt < start + day && ($0.endedAt ?? until + 1) > start && $0.startedAt <= until }
                        .map(\.severity).max()
                    let status: DayStatus.Status = switch worst {
                    case .critical: .critical
                    case .warning: .warning
                    case nil: measured.contains(start.seconds / day) ? .ok : .noData
                    }
                    result.append(DayStatus(service: service, day: start, status: status))
                }
            }
            return result
        }
    }

    /// Days since 1970 on which one of the resources has a point, read from the keys alone.
    private func measuredDays(of resources: [ResourceID], from first: Timestamp, through last: Timestamp, _ db: Database) throws -> Set<Int64> {
        let names = try names(db)
        var days: Set<Int64> = []
        let firstDay = first.seconds / 86_400, lastDay = last.seconds / 86_400
        for id in resources.compactMap(names.id(of:)) {
            // Hours that are not over are in the raw table only.
            for (table, perDay) in [("hours", 86_400 / RollUpWriter.blockSeconds), ("raw", 24)] where days.count <= lastDay - firstDay {
                let keys = try Int64.fetchCursor(db.cachedStatement(sql: "SELECT key FROM \(table) WHERE key BETWEEN ? AND ?"),
                                                 arguments: [BlockKey(resource: id, slot: firstDay * perDay).raw,
                                                             BlockKey(resource: id, slot: lastDay * perDay + perDay - 1).raw])
                while let key = try keys.next() { days.insert(BlockKey(raw: key).slot / perDay) }
            }
        }
        return days
    }
}
