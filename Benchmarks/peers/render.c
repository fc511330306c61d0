// The limit of rendering: reads plain rows of points from SQLite, formats the charts, their tables and the CSV files of service pages, and
// switches each tenant's tree the cheapest way known: files of a kept shadow are overwritten, then the two folders are exchanged.
// What stands on the pages beside the charts comes as ready strings: `ready` is written by Benchmarks/bench/ready.py.
// render ROWS READY FOLDER END: END is where the charts end, in seconds since 1970.
#define _GNU_SOURCE
#include "chart.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SERIES = 6 };
// In the order of their numbers, which is the order of their names.
enum { DELETED, EMPTY_RECEIVES, IN_FLIGHT, OLDEST_AGE, SENT, VISIBLE };

static sqlite3_stmt *query;
static Frame frame;
static double values[2][SERIES][POINTS];
static int64_t loaded[2] = {-1, -1};
// Up to here the path is there already.
static size_t root;

static void fail(const char *what) { perror(what); exit(1); }

static void make_parents(char *path, size_t from) {
    for (size_t at = from; path[at]; at++) {
        if (path[at] != '/') continue;
        path[at] = 0;
        if (mkdir(path, 0755) && errno != EEXIST) fail(path);
        path[at] = '/';
    }
}

static void save(const char *tree, const char *name, const Bytes *page) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", tree, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        make_parents(path, root);
        file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    }
    if (file < 0) fail(path);
    size_t count = (size_t)(page->at - page->start);
    for (size_t done = 0; done < count;) {
        ssize_t wrote = write(file, page->start + done, count - done);
        if (wrote < 0) fail(path);
        done += (size_t)wrote;
    }
    if (ftruncate(file, (off_t)count)) fail(path);
    close(file);
}

static double (*points(int64_t resource))[POINTS] {
    int slot = (int)(resource % 2);
    if (loaded[slot] == resource) return values[slot];
    for (int series = 0; series < SERIES; series++) {
        sqlite3_bind_int64(query, 1, resource * SERIES + series);
        sqlite3_bind_int64(query, 2, frame.start);
        sqlite3_bind_int64(query, 3, frame.end);
        int rows = 0;
        while (sqlite3_step(query) == SQLITE_ROW) {
            int64_t row = (sqlite3_column_int64(query, 0) - frame.start) / PERIOD;
            if (row >= 0 && row < POINTS) { values[slot][series][row] = sqlite3_column_double(query, 1); rows++; }
        }
        sqlite3_reset(query);
        if (rows != POINTS) { fprintf(stderr, "resource %lld: %d points\n", (long long)resource, rows); exit(1); }
    }
    loaded[slot] = resource;
    return values[slot];
}

static void put_queue_chart(Bytes *page, int which, int64_t resource, const char *prefix, const char *takeaway) {
    double (*series)[POINTS] = points(resource);
    Chart depth = {prefix, takeaway, "Queue depth", "messages", COUNT, 2, 0,
                   {{"Visible", 1, series[VISIBLE]}, {"In flight", 0, series[IN_FLIGHT]}}, {}};
    Chart age = {prefix, takeaway, "Oldest message age", NULL, SECONDS, 1, 2, {{"Oldest", 1, series[OLDEST_AGE]}},
                 {{900, "warning at 15" NBSP "min", 0}, {3600, "critical at 1" NBSP "h", 1}}};
    Chart flow = {prefix, takeaway, "Sent and deleted", "messages, per 5" NBSP "min", COUNT, 2, 0,
                  {{"Sent", 0, series[SENT]}, {"Deleted", 0, series[DELETED]}}, {}};
    put_chart(page, which == 0 ? &depth : which == 1 ? &age : &flow, &frame);
}

static void put_csv(Bytes *out, int64_t first, const char *header) {
    put_string(out, header);
    for (int row = 0; row < POINTS; row++) {
        put_time(out, frame.start + row * PERIOD);
        for (int64_t resource = first; resource < first + 2; resource++) {
            double (*series)[POINTS] = points(resource);
            for (int one = 0; one < SERIES; one++) { RAW(out, ","); put_number(out, (int64_t)series[one][row]); }
        }
        RAW(out, "\r\n");
    }
}

// The ready strings: a tag, then numbers of four bytes and texts with their length before and a zero behind.
static const char *at;
static uint32_t next_number(void) { uint32_t value; memcpy(&value, at, 4); at += 4; return value; }
static const char *next_text(uint32_t *length) {
    uint32_t count = next_number();
    const char *text = at;
    at += count + 1;
    if (length) *length = count;
    return text;
}

int main(int count, char **arguments) {
    if (count != 5) { fputs("usage: render ROWS READY FOLDER END\n", stderr); return 2; }
    root = strlen(arguments[3]) + 1;
    int64_t end = atoll(arguments[4]);
    frame = (Frame){end - 86400, end, end + 60, NULL};
    int ready = open(arguments[2], O_RDONLY);
    struct stat facts;
    if (ready < 0 || fstat(ready, &facts)) fail(arguments[2]);
    at = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, ready, 0);
    if (at == MAP_FAILED) fail(arguments[2]);
    sqlite3 *database;
    if (sqlite3_open_v2(arguments[1], &database, SQLITE_OPEN_READWRITE, NULL)
        || sqlite3_exec(database, "PRAGMA mmap_size = 2147483648; BEGIN", NULL, NULL, NULL)
        || sqlite3_prepare_v2(database, "SELECT time, value FROM points WHERE series = ?1 AND time >= ?2 AND time < ?3", -1, &query, NULL)) {
        fprintf(stderr, "%s: %s\n", arguments[1], sqlite3_errmsg(database));
        return 1;
    }
    Bytes page = {NULL, NULL, 0};
    char live[2048] = "", shadow[2048] = "";
    const char *path = NULL;
    for (const char *stop = at + facts.st_size; at < stop;) {
        switch (*at++) {
        case 'T': {
            const char *tenant = next_text(NULL);
            snprintf(live, sizeof live, "%s/live/%s", arguments[3], tenant);
            snprintf(shadow, sizeof shadow, "%s/shadow/%s", arguments[3], tenant);
            break;
        }
        case 'F': path = next_text(NULL); page.at = page.start; break;
        case 'L': { uint32_t length; const char *text = next_text(&length); put(&page, text, length); break; }
        case 'C': {
            uint32_t which = next_number(), resource = next_number();
            const char *prefix = next_text(NULL), *takeaway = next_text(NULL);
            frame.csv = next_text(NULL);
            put_queue_chart(&page, (int)which, resource, prefix, takeaway);
            break;
        }
        case 'V': { uint32_t resource = next_number(); put_csv(&page, resource, next_text(NULL)); break; }
        case 'S': save(shadow, path, &page); break;
        case 'X':
            if (!renameat2(AT_FDCWD, shadow, AT_FDCWD, live, RENAME_EXCHANGE)) break;
            if (errno != ENOENT) fail("exchange");
            make_parents(live, root);
            if (rename(shadow, live)) fail(live);
            break;
        default: fprintf(stderr, "%s is damaged\n", arguments[2]); return 1;
        }
    }
    sqlite3_finalize(query);
    sqlite3_close(database);
    free(page.start);
    return 0;
}
