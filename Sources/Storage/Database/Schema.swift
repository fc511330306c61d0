import GRDB

/// The tables, as numbered steps. A step that was released is never edited: the next one changes what it made.
enum Schema {
    /// Marks the file as ours: "TIDE".
    static let applicationID: Int64 = 0x5449_4445

    static var version: Int { steps.count }

    /// Step `n` (from 1) brings a file of version `n - 1` to `n`.
    private static let steps: [String] = [
        first, second, answers, smokeTests, channels, maps,
    ]

    /// Runs the steps that a file of `version` lacks; call it within a transaction.
    static func migrate(_ db: Database, from version: Int) throws {
        for (index, step) in steps.enumerated() where index >= version { try db.execute(sql: step) }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(Self.version)")
    }

    // Epoch seconds everywhere. `resource` is a row of `resources`; blocks are explained in docs/decisions/0001-storage-layout.md.
    private static let first = """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;

        CREATE TABLE resources (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, checksum INTEGER NOT NULL,
            service TEXT, arn TEXT, found_by TEXT NOT NULL DEFAULT '', presence TEXT NOT NULL DEFAULT 'unknown',
            first_seen INTEGER, last_seen INTEGER, UNIQUE (kind, name, source)) STRICT;
        CREATE TABLE feeds (resource INTEGER NOT NULL, target INTEGER NOT NULL, PRIMARY KEY (resource, target)) STRICT, WITHOUT ROWID;
        CREATE TABLE settings (resource INTEGER NOT NULL, name TEXT NOT NULL, value ANY NOT NULL, PRIMARY KEY (resource, name)) STRICT, WITHOUT ROWID;
        CREATE TABLE setting_changes (
            resource INTEGER NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, old ANY, new ANY, PRIMARY KEY (at, resource, name)) STRICT, WITHOUT ROWID;

        CREATE TABLE signals (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, checksum INTEGER NOT NULL) STRICT;
        CREATE TABLE raw (key INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        CREATE TABLE five_minutes (key INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        CREATE TABLE hours (key INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        CREATE TABLE heads (resource INTEGER PRIMARY KEY, rolled_to INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE TABLE corrections (
            resource INTEGER NOT NULL, signal INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL, largest REAL NOT NULL,
            last INTEGER NOT NULL, PRIMARY KEY (resource, signal)) STRICT, WITHOUT ROWID;
        CREATE TABLE absences (
            resource INTEGER NOT NULL, signal TEXT NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL, detail TEXT,
            PRIMARY KEY (resource, signal)) STRICT, WITHOUT ROWID;
        CREATE TABLE readings (
            source TEXT NOT NULL, what TEXT NOT NULL, state TEXT NOT NULL, data_to INTEGER, detail TEXT, at INTEGER NOT NULL,
            PRIMARY KEY (source, what)) STRICT, WITHOUT ROWID;

        CREATE TABLE fingerprints (
            id INTEGER PRIMARY KEY, resource INTEGER NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL, UNIQUE (resource, level, text)) STRICT;
        CREATE TABLE fingerprint_counts (
            fingerprint INTEGER NOT NULL, bucket INTEGER NOT NULL, count INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (fingerprint, bucket)) STRICT, WITHOUT ROWID;
        CREATE TABLE executions (key INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        CREATE TABLE execution_ids (
            resource INTEGER NOT NULL, time INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (time, resource, id)) STRICT, WITHOUT ROWID;
        CREATE TABLE trace_summaries (
            trace_group TEXT NOT NULL, start REAL NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (trace_group, id)) STRICT, WITHOUT ROWID;
        CREATE INDEX trace_summaries_by_start ON trace_summaries (trace_group, start);
        CREATE TABLE traces (id TEXT PRIMARY KEY, trace_group TEXT NOT NULL, start REAL NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE INDEX traces_by_start ON traces (trace_group, start);
        CREATE TABLE deployments (
            service TEXT NOT NULL, time INTEGER NOT NULL, label TEXT NOT NULL, detail TEXT, PRIMARY KEY (time, service, label)) STRICT, WITHOUT ROWID;
        CREATE TABLE ledger (
            at INTEGER NOT NULL, source TEXT NOT NULL, operation TEXT NOT NULL, calls INTEGER NOT NULL, units INTEGER NOT NULL,
            bytes INTEGER NOT NULL, dollars REAL NOT NULL, PRIMARY KEY (at, source, operation)) STRICT, WITHOUT ROWID;
        CREATE TABLE problems (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, operation TEXT NOT NULL, place TEXT NOT NULL,
            message TEXT NOT NULL, request_id TEXT, resource INTEGER) STRICT;

        CREATE TABLE alert_states (
            rule TEXT NOT NULL, resource INTEGER NOT NULL, service TEXT NOT NULL, phase TEXT NOT NULL, severity TEXT NOT NULL,
            since INTEGER NOT NULL, active_at INTEGER NOT NULL, recovering_since INTEGER, resolved_at INTEGER, value REAL, "limit" REAL,
            summary TEXT NOT NULL, incident TEXT, unknown_since INTEGER, announced_value REAL, history INTEGER NOT NULL,
            evaluated_to INTEGER NOT NULL, suppressed_by TEXT, memory TEXT NOT NULL, PRIMARY KEY (rule, resource)) STRICT, WITHOUT ROWID;
        CREATE TABLE transitions (
            at INTEGER NOT NULL, kind TEXT NOT NULL,
            rule TEXT NOT NULL, resource INTEGER NOT NULL, service TEXT NOT NULL, phase TEXT NOT NULL, severity TEXT NOT NULL,
            since INTEGER NOT NULL, active_at INTEGER NOT NULL, recovering_since INTEGER, resolved_at INTEGER, value REAL, "limit" REAL,
            summary TEXT NOT NULL, incident TEXT, unknown_since INTEGER, announced_value REAL, history INTEGER NOT NULL,
            evaluated_to INTEGER NOT NULL, suppressed_by TEXT, memory TEXT NOT NULL, PRIMARY KEY (at, rule, resource, kind)) STRICT, WITHOUT ROWID;
        CREATE TABLE incidents (
            id TEXT PRIMARY KEY, service TEXT NOT NULL, title TEXT NOT NULL, severity TEXT NOT NULL, started_at INTEGER NOT NULL,
            ended_at INTEGER) STRICT, WITHOUT ROWID;
        CREATE TABLE incident_alerts (
            incident TEXT NOT NULL, rule TEXT NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (incident, rule, resource)) STRICT, WITHOUT ROWID;

        CREATE TABLE outbox (
            id TEXT PRIMARY KEY, receiver TEXT NOT NULL, group_key TEXT NOT NULL, incident TEXT, kind TEXT NOT NULL, sequence INTEGER NOT NULL,
            created_at INTEGER NOT NULL, not_before INTEGER NOT NULL, expires_at INTEGER NOT NULL, content_type TEXT NOT NULL,
            subject TEXT NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, last_answer TEXT, sent_at INTEGER) STRICT, WITHOUT ROWID;
        CREATE INDEX outbox_waiting ON outbox (group_key, sequence) WHERE state IN ('pending', 'sending');
        CREATE TABLE sequences (group_key TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE attempts (
            message TEXT NOT NULL, number INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, result TEXT, answer TEXT,
            PRIMARY KEY (message, number)) STRICT, WITHOUT ROWID;
        CREATE TABLE channels (
            receiver TEXT PRIMARY KEY, failures INTEGER NOT NULL, open_until INTEGER, disabled_reason TEXT) STRICT, WITHOUT ROWID;

        CREATE TABLE runs (
            id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, finished_at INTEGER, exit INTEGER, counts TEXT NOT NULL, stages TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """

    // Which readings are metrics, when a shape of lines was first seen however old that is, and who answered.
    private static let answers = """
        ALTER TABLE readings ADD COLUMN is_metrics INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE fingerprints ADD COLUMN first_ever INTEGER;
        UPDATE fingerprints SET first_ever = (SELECT min(first) FROM fingerprint_counts WHERE fingerprint = fingerprints.id);
        CREATE TABLE answers (
            resource INTEGER NOT NULL, bucket INTEGER NOT NULL, route TEXT NOT NULL, party TEXT NOT NULL, status INTEGER NOT NULL,
            count INTEGER NOT NULL, PRIMARY KEY (resource, bucket, route, party, status)) STRICT, WITHOUT ROWID;
        """

    // When a resource's settings were last read, and how far each of its series was asked for.
    private static let second = """
        ALTER TABLE resources ADD COLUMN checked_at INTEGER;
        CREATE TABLE cursors (resource INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        """

    // What tests said that ran against the running system; each failure is two texts, the second may be null.
    private static let smokeTests = """
        CREATE TABLE smoke_tests (
            service TEXT NOT NULL, time INTEGER NOT NULL, suite TEXT NOT NULL, version TEXT, passed INTEGER NOT NULL, failed INTEGER NOT NULL,
            skipped INTEGER NOT NULL, seconds REAL, PRIMARY KEY (time, service, suite)) STRICT, WITHOUT ROWID;
        CREATE TABLE smoke_failures (
            service TEXT NOT NULL, time INTEGER NOT NULL, suite TEXT NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, message TEXT,
            PRIMARY KEY (time, service, suite, place)) STRICT, WITHOUT ROWID;
        """

    // Undelivered messages are reported once; a breaker says since when it is open, and a channel when it last worked.
    private static let channels = """
        ALTER TABLE outbox ADD COLUMN reported_in TEXT;
        CREATE INDEX outbox_by_time ON outbox (created_at);
        ALTER TABLE channels DROP COLUMN open_until;
        ALTER TABLE channels ADD COLUMN failing_since INTEGER;
        ALTER TABLE channels ADD COLUMN told_at INTEGER;
        ALTER TABLE channels ADD COLUMN last_accepted INTEGER;
        ALTER TABLE channels ADD COLUMN address TEXT;
        """

    // Who calls whom by hour, as traces show it, and where things stand on the map: a place is kept as long as somebody may come back to it.
    private static let maps = """
        CREATE TABLE calls (
            hour INTEGER NOT NULL, source TEXT NOT NULL, from_type TEXT NOT NULL, from_name TEXT NOT NULL, to_type TEXT NOT NULL, to_name TEXT NOT NULL,
            kind TEXT NOT NULL, is_from_examples INTEGER NOT NULL, count INTEGER NOT NULL, body BLOB NOT NULL,
            PRIMARY KEY (hour, source, from_type, from_name, to_type, to_name, kind, is_from_examples)) STRICT, WITHOUT ROWID;
        CREATE TABLE map_nodes (key TEXT PRIMARY KEY, "column" INTEGER, "row" INTEGER, seen INTEGER NOT NULL, is_there INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE map_edges (origin TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (origin, target)) STRICT, WITHOUT ROWID;
        CREATE TABLE map_changes (
            at INTEGER NOT NULL, origin TEXT NOT NULL, target TEXT NOT NULL, is_new INTEGER NOT NULL, PRIMARY KEY (at, origin, target)) STRICT, WITHOUT ROWID;
        CREATE TABLE trace_links (linked TEXT NOT NULL, trace TEXT NOT NULL, PRIMARY KEY (linked, trace)) STRICT, WITHOUT ROWID;
        """
}
