// Numbers as people read them, as Sources/Signals/Quantity.swift writes them. Negative values do not occur on these pages.
#pragma once
#include "bytes.h"

#define NBSP "\xC2\xA0"

static void put_grouped(Bytes *out, int64_t number) {
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%lld", (long long)number);
    for (int index = 0; index < count; index++) {
        if (index > 0 && (count - index) % 3 == 0) RAW(out, ",");
        put(out, digits + index, 1);
    }
}

static void put_decimal(Bytes *out, double value, int places) {
    static const int64_t bases[] = {1, 10, 100, 1000};
    int64_t base = bases[places], whole = scaled(value, (double)base), rest = whole % base;
    put_grouped(out, whole / base);
    if (!rest) return;
    RAW(out, ".");
    for (int64_t place = base / 10; place > 0 && rest > 0; place /= 10) {
        char digit = (char)('0' + rest / place);
        put(out, &digit, 1);
        rest %= place;
    }
}

static void put_unit(Bytes *out, double number, int places, const char *word) {
    put_decimal(out, number, places);
    RAW(out, NBSP);
    put_string(out, word);
}

static void put_count(Bytes *out, double value) {
    if (value < 99999.5) put_decimal(out, value, value == round(value) || value >= 100 ? 0 : value < 0.095 ? 3 : 1);
    else if (value < 999500) put_unit(out, value / 1e3, 0, "k");
    else if (value < 999500000) put_unit(out, value / 1e6, 1, "M");
    else put_unit(out, value / 1e9, 1, "G");
}

static void put_duration(Bytes *out, double seconds) {
    if (seconds == 0) { RAW(out, "0" NBSP "s"); return; }
    if (seconds < 0.0005) { RAW(out, "<" NBSP "1" NBSP "ms"); return; }
    if (seconds < 0.9995) { put_unit(out, seconds * 1000, 0, "ms"); return; }
    if (seconds < 59.95) { put_unit(out, seconds, seconds < 9.95 || seconds != round(seconds) ? 1 : 0, "s"); return; }
    int64_t total = (int64_t)round(seconds), parts[] = {total / 86400, total / 3600 % 24, total / 60 % 60, total % 60};
    const char *words[] = {"d", "h", "min", "s"};
    int first = parts[0] ? 0 : parts[1] ? 1 : parts[2] ? 2 : 3;
    put_unit(out, (double)parts[first], 0, words[first]);
    int second = first + 1;
    if (second > 3 || !parts[second] || (second == 3 && total >= 600)) return;
    RAW(out, NBSP);
    put_unit(out, (double)parts[second], 0, words[second]);
}

typedef struct { int64_t year; int month, day; } Civil;

// https://howardhinnant.github.io/date_algorithms.html#civil_from_days
static Civil civil(int64_t day) {
    int64_t shifted = day + 719468, era = shifted / 146097, of_era = shifted % 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
    Civil found = {year + era * 400 + (month >= 10), (int)((month + 2) % 12) + 1, (int)(of_year - (153 * month + 2) / 5 + 1)};
    return found;
}

static void put_two(Bytes *out, int64_t value) {
    char digits[2] = {(char)('0' + value / 10), (char)('0' + value % 10)};
    put(out, digits, 2);
}

// 2026-11-20T10:05:00Z
static void put_time(Bytes *out, int64_t time) {
    Civil day = civil(time / 86400);
    put_two(out, day.year / 100); put_two(out, day.year % 100);
    RAW(out, "-"); put_two(out, day.month); RAW(out, "-"); put_two(out, day.day);
    RAW(out, "T"); put_two(out, time % 86400 / 3600); RAW(out, ":"); put_two(out, time % 3600 / 60); RAW(out, ":"); put_two(out, time % 60); RAW(out, "Z");
}

// 03:09 in UTC, with the day before it where it is not today's.
static void put_moment(Bytes *out, int64_t time, int64_t now, int with_day) {
    static const char *weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (with_day && time / 86400 != now / 86400) {
        Civil day = civil(time / 86400);
        put_string(out, weekdays[time / 86400 % 7]);
        RAW(out, " "); put_number(out, day.day); RAW(out, " "); put_string(out, months[day.month - 1]); RAW(out, " ");
    }
    put_two(out, time % 86400 / 3600); RAW(out, ":"); put_two(out, time % 3600 / 60);
}
