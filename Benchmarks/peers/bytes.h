// A growing buffer and the number formats of the charts: what the C peers write with.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { char *at, *start; size_t room; } Bytes;

static inline void reserve(Bytes *out, size_t count) {
    size_t used = (size_t)(out->at - out->start);
    if (used + count <= out->room) return;
    out->room = (used + count) * 2;
    out->start = realloc(out->start, out->room);
    if (!out->start) { perror("realloc"); exit(1); }
    out->at = out->start + used;
}

static inline void put(Bytes *out, const char *text, size_t count) {
    reserve(out, count);
    memcpy(out->at, text, count);
    out->at += count;
}

#define RAW(out, literal) put(out, literal, sizeof(literal) - 1)

static inline void put_string(Bytes *out, const char *text) { put(out, text, strlen(text)); }

// Text of others, escaped.
static inline void put_text(Bytes *out, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '&': RAW(out, "&amp;"); break;
        case '<': RAW(out, "&lt;"); break;
        case '>': RAW(out, "&gt;"); break;
        case '"': RAW(out, "&quot;"); break;
        case '\'': RAW(out, "&#39;"); break;
        default: reserve(out, 1); *out->at++ = *text;
        }
    }
}

static inline void put_number(Bytes *out, int64_t value) {
    char digits[24];
    int at = sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do { digits[--at] = (char)('0' + rest % 10); rest /= 10; } while (rest);
    if (value < 0) digits[--at] = '-';
    put(out, digits + at, sizeof digits - (size_t)at);
}

// Tenths or hundredths without trailing zeros.
static inline void put_fixed(Bytes *out, int64_t value, int base) {
    if (value < 0) { RAW(out, "-"); value = -value; }
    put_number(out, value / base);
    int64_t rest = value % base;
    if (!rest) return;
    reserve(out, 3);
    *out->at++ = '.';
    if (base == 100) { *out->at++ = (char)('0' + rest / 10); rest %= 10; if (!rest) return; }
    *out->at++ = (char)('0' + rest);
}

static inline void put_tenths(Bytes *out, int64_t value) { put_fixed(out, value, 10); }

static inline int64_t scaled(double value, double factor) {
    double product = round(value * factor);
    if (isnan(product)) return 0;
    if (product > 1e12) return 1000000000000;
    if (product < -1e12) return -1000000000000;
    return (int64_t)product;
}

static inline void put_percent(Bytes *out, double share) { put_fixed(out, scaled(share, 10000), 100); RAW(out, "%"); }
