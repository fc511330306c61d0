import Foundation
import GRDB
import Telemetry

/// One run as its report tells it.
package struct RunRecord: Hashable, Sendable {
    package var id: String
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    /// The exit code; nothing where the run did not come to its end.
    package var exit: Int?
    /// What was counted: `points.new`, `pages.changed`, `messages.sent`…
    package var counts: [String: Int]
    /// Seconds by stage: `collect`, `record`, `evaluate`…
    package var stages: [String: Double]

    package init(id: String, startedAt: Timestamp, finishedAt: Timestamp? = nil, exit: Int? = nil, counts: [String: Int] = [:],
                 stages: [String: Double] = [:]) {
        self.id = id
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.exit = exit
        self.counts = counts
        self.stages = stages
    }
}

extension TenantStore {
    /// Writes the run down, or what has become known of it since.
    package func recordRun(_ run: RunRecord) throws(StoreError) {
        try write { db in
            try db.execute(sql: "INSERT OR REPLACE INTO runs (id, started_at, finished_at, exit, counts, stages) VALUES (?, ?, ?, ?, ?, ?)",
                           arguments: [run.id, run.startedAt.seconds, run.finishedAt?.seconds, run.exit, Self.text(run.counts), Self.text(run.stages)])
        }
    }

    /// How the run ended after all, where that is not what was written down.
    package func correctExit(ofRun id: String, to exit: Int) throws(StoreError) {
        try write { db in try db.execute(sql: "UPDATE runs SET exit = ? WHERE id = ?", arguments: [exit, id]) }
    }

    /// Newest first.
    package func runs(limit: Int) throws(StoreError) -> [RunRecord] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT id, started_at, finished_at, exit, counts, stages FROM runs ORDER BY started_at DESC, id DESC LIMIT ?",
                             arguments: [max(0, limit)]).map { row in
                RunRecord(id: row[0], startedAt: Timestamp(seconds: row[1]), finishedAt: (row[2] as Int64?).map(Timestamp.init(seconds:)), exit: row[3],
                          counts: Self.values(row[4]) { Int($0) }, stages: Self.values(row[5]) { Double($0) })
            }
        }
    }

    /// A remembered word: map coordinates, budgets, what was said last.
    package func note(_ key: String) throws(StoreError) -> String? {
        try read { db in try String.fetchOne(db.cachedStatement(sql: "SELECT value FROM notes WHERE key = ?"), arguments: [key]) }
    }

    /// Nothing forgets the note. What is noted already is not written again: a transaction costs a flush of the disk.
    package func setNote(_ key: String, _ value: String?) throws(StoreError) {
        if try note(key) == value { return }
        try write { db in
            if let value {
                try db.cachedStatement(sql: "INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)").execute(arguments: [key, value])
            } else {
                try db.execute(sql: "DELETE FROM notes WHERE key = ?", arguments: [key])
            }
        }
    }

    private static let standingNote = "standing"

    /// What was noted of the content as it stands: the next write of anything takes it away, in its own transaction.
    package func standingNote() throws(StoreError) -> String? { try note(Self.standingNote) }

    /// Several notes in one transaction.
    /// - Parameter standing: of the content with these notes; nothing leaves none.
    package func setNotes(_ notes: [String: String], standing: String?) throws(StoreError) {
        var new: [(key: String, value: String)] = []
        for (key, value) in notes.sorted(by: { $0.key < $1.key }) where try note(key) != value { new.append((key, value)) }
        if let standing { new.append((Self.standingNote, standing)) }
        guard !new.isEmpty else { return }
        try write { db in
            let insert = try db.cachedStatement(sql: "INSERT OR REPLACE INTO notes (key, value) VALUES (?, ?)")
            for (key, value) in new { try insert.execute(arguments: [key, value]) }
        }
        mayHaveStandingNote = standing != nil
    }

    static func deleteStandingNote(_ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM notes WHERE key = ?").execute(arguments: [standingNote])
    }

    /// `name=value` lines, by name.
    private static func text(_ values: [String: some CustomStringConvertible]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    private static func values<Value>(_ text: String, _ value: (Substring) -> Value?) -> [String: Value] {
        var result: [String: Value] = [:]
        for line in text.split(separator: "\n") {
            guard let split = line.lastIndex(of: "=") else { continue }
            result[String(line[..<split])] = value(line[line.index(after: split)...])
        }
        return result
    }
}
