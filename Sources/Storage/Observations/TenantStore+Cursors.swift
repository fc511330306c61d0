import GRDB
import Telemetry

extension TenantStore {
    /// Up to where each series was asked for, silent ones included: where the next read starts. A series that has points but was never
    /// asked to its end goes on from what is final.
    package func cursors() throws(StoreError) -> [SeriesID: Timestamp] {
        try read { db in
            let names = try names(db)
            let heads = try HeadTable(db)
            var result: [SeriesID: Timestamp] = [:]
            for (id, resource) in names.resources {
                for head in try heads.read(id).series {
                    if let name = names.signal(head.signal) { result[SeriesID(resource, name)] = Timestamp(seconds: head.finalTo) }
                }
            }
            let rows = try Row.fetchCursor(db, sql: "SELECT resource, body FROM cursors")
            while let row = try rows.next() {
                let id: Int64 = row[0]
                guard let resource = names.resource(id) else { continue }
                guard let asked = AskedTo(bytes(row, 1), of: id) else { note(damaged: "cursors row \(id)"); continue }
                for (signal, time) in asked.times {
                    if let name = names.signal(signal) { result[SeriesID(resource, name)] = Timestamp(seconds: time) }
                }
            }
            return result
        }
    }

    func record(_ cursors: [SeriesID: Timestamp], _ db: Database, _ names: inout Names) throws {
        guard !cursors.isEmpty else { return }
        let get = try db.cachedStatement(sql: "SELECT body FROM cursors WHERE resource = ?")
        let put = try db.cachedStatement(sql: "REPLACE INTO cursors (resource, body) VALUES (?, ?)")
        for (resource, series) in Dictionary(grouping: cursors, by: \.key.resource).sorted(by: { $0.key < $1.key }) {
            let id = try names.number(resource, db)
            let before = try Row.fetchOne(get, arguments: [id]).flatMap { AskedTo(bytes($0, 0), of: id) } ?? AskedTo()
            var asked = before
            for (series, time) in series { asked.times[try names.number(series.name, db)] = time.seconds }
            if asked != before { try put.execute(arguments: [id, Bytes(asked.packed(of: id))]) }
        }
    }
}

/// How far the series of one resource were asked for: one small row, so that a run writes a row a resource and not one a series.
private struct AskedTo: Equatable {
    var times: [UInt32: Int64] = [:]

    init() {}

    /// Nothing where the bytes are not what was written: the heads then say where to go on.
    init?(_ bytes: [UInt8], of resource: Int64) {
        do throws(Unpacker.Damaged) {
            var unpacker = try Unpacker(bytes, for: resource)
            for entry in try unpacker.list({ (entry) throws(Unpacker.Damaged) in (try entry.integer(), try entry.integer()) }) {
                guard let signal = UInt32(exactly: entry.0) else { return nil }
                times[signal] = Int64(entry.1)
            }
        } catch {
            return nil
        }
    }

    func packed(of resource: Int64) -> [UInt8] {
        var packer = Packer()
        packer.add(times.sorted { $0.key < $1.key }) { packer, entry in
            packer.add(Int(entry.key))
            packer.add(Int(entry.value))
        }
        return packer.sealed(for: resource)
    }
}
