import Alerting
import GRDB
import Telemetry

/// One service on one day of its tenant's calendar, for the strip of days.
package struct DayStatus: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable {
        case ok, warning, critical
        /// Nothing was measured and nothing fired: not the same as fine.
        case noData = "no_data"
    }

    package var service: String
    /// When the day begins.
    package var day: Timestamp
    package var status: Status

    package init(service: String, day: Timestamp, status: Status) {
        self.service = service
        self.day = day
        self.status = status
    }
}

extension TenantStore {
    /// The worst that each service reached on each of `days`, by service, oldest first. What began after `until` is not known yet.
    /// - Parameter days: ascending, each ending where the next begins. Where midnight is depends on the tenant, and a day may have 23 or 25 hours.
    package func statusHistory(of days: [TimeWindow], until: Timestamp) throws(StoreError) -> [DayStatus] {
        guard let first = days.first, let last = days.last else { return [] }
        let incidents = try incidents(in: TimeWindow(from: first.start, to: last.end))
        let services = Dictionary(grouping: try resources(), by: \.service).mapValues { $0.map(\.id) }
        return try read { db in
            let names = try names(db)
            var result: [DayStatus] = []
            for (service, resources) in services.sorted(by: { $0.key < $1.key }) {
                let own = incidents.filter { $0.service == service && $0.startedAt <= until }
                let measured = try measuredDays(days, resources.compactMap(names.id(of:)), db)
                for (place, day) in days.enumerated() {
                    let worst = own.filter { $0.startedAt < day.end && ($0.endedAt ?? until + 1) > day.start }.map(\.severity).max()
                    let status: DayStatus.Status = switch worst {
                    case .critical: .critical
                    case .warning: .warning
                    case nil: measured.contains(place) ? .ok : .noData
                    }
                    result.append(DayStatus(service: service, day: day.start, status: status))
                }
            }
            return result
        }
    }

    /// Places in `days` of those on which one of the resources has a point. The keys alone say it of all blocks but those with a midnight
    /// inside; these are read only where a day is still open without them.
    private func measuredDays(_ days: [TimeWindow], _ resources: [Int64], _ db: Database) throws -> Set<Int> {
        guard let first = days.first, let last = days.last else { return [] }
        var found: Set<Int> = [], divided: [DividedBlock] = []
        for resource in resources {
            // Hours that are not over are in the raw table only.
            for table in [BlockTable.Name.hours, .raw] where found.count < days.count {
                let slot = table == .hours ? RollUpWriter.blockSeconds : 3_600
                let range = [first.start, last.end - 1].map { BlockKey(resource: resource, slot: $0.seconds / slot).raw }
                let keys = try Int64.fetchCursor(db.cachedStatement(sql: table.keys), arguments: StatementArguments(range))
                var day = 0
                while let raw = try keys.next() {
                    let key = BlockKey(raw: raw), start = Timestamp(seconds: key.slot * slot)
                    while day < days.count, days[day].end <= start { day += 1 }
                    guard day < days.count else { break }
                    if days[day].start <= start, start + slot <= days[day].end { found.insert(day) } else {
                        divided.append(DividedBlock(table: table, key: key, start: start, slot: slot, days: day..<min(days.count, day + 2)))
                    }
                }
            }
        }
        // The raw points know better than an hour on which side of a midnight they are.
        let exact = Set(divided.lazy.filter { $0.table == .raw }.map(\.key))
        for block in divided where !block.days.allSatisfy(found.contains) {
            for time in try times(in: block, but: block.table == .hours ? exact : [], db) {
                if let day = block.days.first(where: { days[$0].contains(time) }) { found.insert(day) }
            }
        }
        return found
    }

    /// A block that belongs to more than one day.
    private struct DividedBlock {
        let table: BlockTable.Name
        let key: BlockKey
        let start: Timestamp
        let slot: Int64
        let days: Range<Int>
    }

    /// The middles of the rows that hold a point: zones lie on quarters of an hour, so a midnight may divide the row of an hour.
    private func times(in divided: DividedBlock, but known: Set<BlockKey>, _ db: Database) throws -> Set<Timestamp> {
        let rows = divided.table == .hours ? RollUpWriter.hoursPerBlock : rowsPerHour, seconds = divided.slot / Int64(rows)
        var times: Set<Timestamp> = []
        var reader = try BlockReader(db, divided.table)
        try reader.forEach(from: divided.key, through: divided.key, rows: rows) { key, block in
            for (index, mark) in block.marks.enumerated() where mark != Block.missing {
                let start = divided.start + Int64(index % rows) * seconds
                if !known.contains(BlockKey(resource: key.resource, slot: start.seconds / 3_600)) { times.insert(start + seconds / 2) }
            }
        }
        for block in reader.damaged { note(damaged: block) }
        return times
    }
}
