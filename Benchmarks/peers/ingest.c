// The limit of bulk ingest: one prepared statement, one transaction, a row a point keyed by series and time, checkpoint included.
// ingest FILE SERIES POINTS
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void check(int code, sqlite3 *database) {
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    fprintf(stderr, "%s\n", sqlite3_errmsg(database));
    exit(1);
}

int main(int count, char **arguments) {
    if (count != 4) { fputs("usage: ingest FILE SERIES POINTS\n", stderr); return 2; }
    int64_t series = atoll(arguments[2]), points = atoll(arguments[3]), start = 1795168800 - points * 300;
    sqlite3 *database;
    sqlite3_stmt *insert;
    check(sqlite3_open(arguments[1], &database), database);
    check(sqlite3_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE points (series INTEGER, time INTEGER, value REAL, PRIMARY KEY (series, time)) WITHOUT ROWID; BEGIN", NULL, NULL, NULL), database);
    check(sqlite3_prepare_v2(database, "INSERT INTO points VALUES (?1, ?2, ?3)", -1, &insert, NULL), database);
    for (int64_t one = 0; one < series; one++) {
        for (int64_t step = 0; step < points; step++) {
            // The values of Benchmarks/Ingest/Fleet.swift.
            uint64_t mixed = (uint64_t)(one / 6 * 31 + one % 6 * 7919 + (step - points) * 104729) * 0x9E3779B97F4A7C15u;
            mixed ^= mixed >> 31;
            sqlite3_bind_int64(insert, 1, one);
            sqlite3_bind_int64(insert, 2, start + step * 300);
            sqlite3_bind_double(insert, 3, one % 6 < 3 ? (double)(mixed % 5000) : (double)(mixed % 1000003) / 7919);
            check(sqlite3_step(insert), database);
            sqlite3_reset(insert);
        }
    }
    sqlite3_finalize(insert);
    check(sqlite3_exec(database, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL), database);
    sqlite3_close(database);
    return 0;
}
