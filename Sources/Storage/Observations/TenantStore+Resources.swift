import GRDB
import Telemetry

/// A setting that the provider now states differently. A first sight is no change.
package struct SettingChange: Hashable, Sendable {
    package var resource: ResourceID
    package var setting: Setting
    /// Nothing where the setting did not exist.
    package var old: SettingValue?
    /// Nothing where the setting is gone.
    package var new: SettingValue?
    /// When it was seen; the change itself happened between this run and the one before.
    package var at: Timestamp

    package init(resource: ResourceID, setting: Setting, old: SettingValue?, new: SettingValue?, at: Timestamp) {
        self.resource = resource
        self.setting = setting
        self.old = old
        self.new = new
        self.at = at
    }
}

extension TenantStore {
    /// A resource that the others of its source and kind have outlived by this long is gone.
    private static let goneAfter: Int64 = 3_600
    /// A resource that nobody has named for this long is gone, whatever the reason.
    private static let forgottenAfter: Int64 = 14 * 86_400

    /// All resources with their latest settings, in the order of their ids. A resource that left the inventory is left out;
    /// one whose whole source is silent is kept.
    package func resources() throws(StoreError) -> [Resource] {
        if let known = cached.resources { return known }
        let resources = try storedResources()
        cached.resources = resources
        return resources
    }

    private func storedResources() throws(StoreError) -> [Resource] {
        try read { db in
            let names = try names(db)
            let settings = try allSettings(db)
            var feeds: [Int64: [ResourceID]] = [:]
            let feedRows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT resource, target FROM feeds"))
            while let row = try feedRows.next() {
                if let target = names.resource(row[1]) { feeds[row[0], default: []].append(target) }
            }
            let rows = try Row.fetchCursor(db.cachedStatement(sql: """
                SELECT id, service, arn, found_by, presence, checked_at FROM (
                    SELECT *, max(last_seen) OVER (PARTITION BY source, kind) AS newest, max(last_seen) OVER () AS newest_of_all
                    FROM resources WHERE service IS NOT NULL)
                WHERE last_seen >= newest - \(Self.goneAfter) AND last_seen >= newest_of_all - \(Self.forgottenAfter)
                """))
            var result: [Resource] = []
            while let row = try rows.next() {
                let number: Int64 = row[0]
                guard let id = names.resource(number) else { continue }
                let foundBy = (row[3] as String).split(separator: ",").compactMap { Discovery(rawValue: String($0)) }
                var resource = Resource(id: id, service: row[1], arn: row[2], foundBy: Set(foundBy),
                                        presence: Presence(rawValue: row[4]) ?? .unknown, settings: settings[number] ?? [:],
                                        feeds: (feeds[number] ?? []).sorted())
                resource.checkedAt = (row[5] as Int64?).map(Timestamp.init(seconds:))
                result.append(resource)
            }
            return result.sorted { $0.id < $1.id }
        }
    }

    package func settingChanges(in window: TimeWindow) throws(StoreError) -> [SettingChange] {
        try read { db in
            let names = try names(db)
            return try Row.fetchAll(db, sql: "SELECT resource, name, old, new, at FROM setting_changes WHERE at >= ? AND at < ?",
                                    arguments: [window.start.seconds, window.end.seconds])
                .compactMap { row in
                    guard let resource = names.resource(row[0]) else { return nil }
                    return SettingChange(resource: resource, setting: Setting(rawValue: row[1]), old: SettingValue(stored: row[2]),
                                         new: SettingValue(stored: row[3]), at: Timestamp(seconds: row[4]))
                }
                .sorted { ($0.at, $0.resource, $0.setting) < ($1.at, $1.resource, $1.setting) }
        }
    }

    private func allSettings(_ db: Database) throws -> [Int64: [Setting: SettingValue]] {
        var settings: [Int64: [Setting: SettingValue]] = [:]
        let rows = try Row.fetchCursor(db.cachedStatement(sql: "SELECT resource, name, value FROM settings"))
        while let row = try rows.next() {
            if let value = SettingValue(stored: row[2]) { settings[row[0], default: [:]][Setting(rawValue: row[1])] = value }
        }
        return settings
    }
}

extension TenantStore {
    func record(_ resources: [Resource], at now: Timestamp, _ db: Database, _ names: inout Names) throws {
        guard !resources.isEmpty else { return }
        cached.resources = nil
        let known = try allSettings(db)
        let update = try db.cachedStatement(sql: """
            UPDATE resources SET service = ?, arn = coalesce(?, arn), found_by = ?, presence = ?, checked_at = coalesce(?, checked_at),
                first_seen = coalesce(first_seen, ?), last_seen = max(coalesce(last_seen, 0), ?) WHERE id = ?
            """)
        let lastSeen = try db.cachedStatement(sql: "SELECT last_seen FROM resources WHERE id = ?")
        for resource in resources {
            let id = try names.number(resource.id, db)
            let isNew = try Int64.fetchOne(lastSeen, arguments: [id]) == nil
            let foundBy = resource.foundBy.map(\.rawValue).sorted().joined(separator: ",")
            try update.execute(arguments: [resource.service, resource.arn, foundBy, resource.presence.rawValue, resource.checkedAt?.seconds, now.seconds, now.seconds, id])
            try record(resource.settings, over: known[id] ?? [:], of: id, isNew: isNew, isComplete: resource.presence == .alive, at: now, db)
            // Who feeds whom is known only where the inventory answered.
            guard resource.presence == .alive || !resource.feeds.isEmpty else { continue }
            let targets = try Set(resource.feeds.map { try names.number($0, db) })
            // Feeds change seldom; a run that found the same writes nothing.
            guard targets != Set(try Int64.fetchAll(db.cachedStatement(sql: "SELECT target FROM feeds WHERE resource = ?"), arguments: [id])) else { continue }
            try db.cachedStatement(sql: "DELETE FROM feeds WHERE resource = ?").execute(arguments: [id])
            for number in targets.sorted() {
                try db.cachedStatement(sql: "INSERT OR IGNORE INTO feeds (resource, target) VALUES (?, ?)").execute(arguments: [id, number])
            }
        }
    }

    private func record(_ settings: [Setting: SettingValue], over known: [Setting: SettingValue], of id: Int64, isNew: Bool, isComplete: Bool,
                        at now: Timestamp, _ db: Database) throws {
        guard settings != known else { return }
        let change = try db.cachedStatement(sql: "INSERT OR REPLACE INTO setting_changes (resource, name, at, old, new) VALUES (?, ?, ?, ?, ?)")
        for (setting, value) in settings where known[setting] != value {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO settings (resource, name, value) VALUES (?, ?, ?)")
                .execute(arguments: [id, setting.rawValue, value.stored])
            // A resource that is seen for the first time, or whose settings could not be read until now, changed nothing.
            if !isNew, !known.isEmpty {
                try change.execute(arguments: [id, setting.rawValue, now.seconds, known[setting]?.stored, value.stored])
            }
        }
        guard isComplete else { return }
        for (setting, value) in known where settings[setting] == nil {
            try db.cachedStatement(sql: "DELETE FROM settings WHERE resource = ? AND name = ?").execute(arguments: [id, setting.rawValue])
            try change.execute(arguments: [id, setting.rawValue, now.seconds, value.stored, nil])
        }
    }
}

extension SettingValue {
    /// A number as REAL, a text as TEXT, a flag as INTEGER.
    var stored: DatabaseValue {
        switch self {
        case .number(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .flag(let value): value.databaseValue
        }
    }

    init?(stored: DatabaseValue) {
        switch stored.storage {
        case .double(let value): self = .number(value)
        case .string(let value): self = .text(value)
        case .int64(let value): self = .flag(value != 0)
        case .blob, .null: return nil
        }
    }
}
