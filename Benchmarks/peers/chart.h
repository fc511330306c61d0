// The line chart of Sources/Site/Charts as one would write it in C: one or two lines, no gap, no alert window and no deployment.
#pragma once
#include "words.h"

enum { POINTS = 288, PERIOD = 300, HEIGHT = 120 };
typedef enum { COUNT, SECONDS } Kind;
typedef struct { double value; const char *label; int is_critical; } Threshold;
typedef struct { const char *label; int has_area; const double *values; } Line;
typedef struct {
    // Ready strings: what stands before the title, and the sentence over the chart.
    const char *prefix, *takeaway;
    const char *title, *word;
    Kind kind;
    int line_count, threshold_count;
    Line lines[2];
    Threshold thresholds[2];
} Chart;
typedef struct { int64_t start, end, now; const char *csv; } Frame;

static int64_t y_of(double value, double top) {
    double share = value / top, offset = 1048576;
    if (!(share > -0.05)) return HEIGHT * 10 + HEIGHT / 2;
    if (!(share < 1.2)) return HEIGHT * -2;
    return (int64_t)(HEIGHT * (1 - share) * 10 + 0.5 + offset) - (int64_t)offset;
}

static double round_step(double raw) {
    double power = 1;
    while (power < raw) power *= 10;
    while (power / 10 >= raw) power /= 10;
    static const double parts[] = {0.1, 0.2, 0.5};
    for (int index = 0; index < 3; index++) if (power * parts[index] >= raw * 0.999) return power * parts[index];
    return power;
}

static int ticks_of(double edge, const double *limits, int limit_count, double *ticks) {
    double step = round_step(edge / 6);
    for (;;) {
        int count = 0;
        for (int index = 1; index <= 20; index++) {
            double tick = index * step;
            int fits = tick < edge * 0.97;
            for (int limit = 0; limit < limit_count; limit++) if (fabs(limits[limit] - tick) <= edge * 0.12) fits = 0;
            if (fits) ticks[count++] = tick;
        }
        if (count <= 4) return count;
        step = round_step(step * 1.5);
    }
}

static void put_points(Bytes *out, const int64_t *y, int joins) {
    if (joins) RAW(out, "L"); else RAW(out, "M");
    int64_t last_x = 1000 / POINTS, last_y = y[0];
    put_number(out, last_x); RAW(out, " "); put_tenths(out, last_y); RAW(out, "l");
    int is_first = 1;
    for (int row = 1; row < POINTS; row++) {
        if (row + 1 < POINTS && y[row - 1] == y[row] && y[row + 1] == y[row]) continue;
        if (is_first) is_first = 0; else RAW(out, " ");
        int64_t x = (row + 1) * 1000 / POINTS, step = y[row] - last_y;
        put_number(out, x - last_x);
        if (step >= 0) RAW(out, " ");
        put_tenths(out, step);
        last_x = x;
        last_y = y[row];
    }
}

static void put_words(Bytes *out, Kind kind, double value) {
    if (kind == COUNT) put_count(out, value); else put_duration(out, value);
}

static void put_axis(Bytes *out, const Frame *frame) {
    int index = 0;
    for (int64_t time = (frame->start + 14399) / 14400 * 14400; time <= frame->end; time += 14400, index++) {
        double share = (double)(time - frame->start) / (double)(frame->end - frame->start);
        RAW(out, "<line class=\"z\" x1=\""); put_percent(out, share); RAW(out, "\" x2=\""); put_percent(out, share);
        RAW(out, "\" y1=\""); put_number(out, HEIGHT); RAW(out, "\" y2=\""); put_number(out, HEIGHT + 4); RAW(out, "\"/><text x=\"");
        put_percent(out, share); RAW(out, "\" y=\""); put_number(out, HEIGHT + 16);
        if (share >= 0.04) { if (share > 0.96) RAW(out, "\" text-anchor=\"end"); else RAW(out, "\" text-anchor=\"middle"); }
        if (index % 2) RAW(out, "\" class=\"opt");
        RAW(out, "\">"); put_moment(out, time, frame->now, 0); RAW(out, "</text>");
    }
}

static void put_table(Bytes *out, const Chart *chart, const char *word, double divisor, const Frame *frame) {
    enum { STRIDE = 24 };
    RAW(out, "<details><summary>Data table</summary><table class=\"t tight\"><caption>"); put_text(out, chart->prefix); put_text(out, chart->title);
    RAW(out, ", "); put_text(out, word); RAW(out, ". The highest of each "); put_duration(out, STRIDE * PERIOD);
    RAW(out, ". All points: <a href=\""); put_text(out, frame->csv);
    RAW(out, "\">CSV</a>.</caption><thead><tr><th scope=\"col\">Time UTC</th>");
    for (int line = 0; line < chart->line_count; line++) {
        RAW(out, "<th scope=\"col\" class=\"n\">"); put_text(out, chart->lines[line].label); RAW(out, "</th>");
    }
    RAW(out, "</tr></thead><tbody>");
    for (int row = (POINTS - 1) % STRIDE; row < POINTS; row += STRIDE) {
        RAW(out, "<tr><th scope=\"row\">"); put_moment(out, frame->start + row * PERIOD, frame->now, 0); RAW(out, "</th>");
        for (int line = 0; line < chart->line_count; line++) {
            double highest = chart->lines[line].values[row];
            for (int step = row - STRIDE + 1 < 0 ? 0 : row - STRIDE + 1; step < row; step++)
                if (chart->lines[line].values[step] > highest) highest = chart->lines[line].values[step];
            double shown = highest / divisor;
            RAW(out, "<td class=\"n\">");
            if (chart->kind == COUNT) put_count(out, shown); else put_decimal(out, shown, shown < 10 ? 2 : 1);
            RAW(out, "</td>");
        }
        RAW(out, "</tr>");
    }
    RAW(out, "</tbody></table></details>");
}

static void put_sentence(Bytes *out, const Chart *chart, const char *word, const Frame *frame) {
    put_text(out, chart->prefix); put_text(out, chart->title);
    RAW(out, ", "); put_text(out, word); RAW(out, ", from "); put_moment(out, frame->start, frame->now, 1);
    RAW(out, " to "); put_moment(out, frame->end, frame->now, 1); RAW(out, ".");
    for (int line = 0; line < chart->line_count; line++) {
        const double *values = chart->lines[line].values;
        int least = POINTS - 1, greatest = POINTS - 1;
        for (int row = 0; row < POINTS; row++) {
            if (values[row] < values[least]) least = row;
            if (values[row] > values[greatest]) greatest = row;
        }
        RAW(out, " "); put_text(out, chart->lines[line].label);
        RAW(out, ": lowest "); put_words(out, chart->kind, values[least]); RAW(out, ", highest "); put_words(out, chart->kind, values[greatest]);
        RAW(out, " at "); put_moment(out, frame->start + greatest * PERIOD, frame->now, 1); RAW(out, ", last "); put_words(out, chart->kind, values[POINTS - 1]);
        RAW(out, ".");
    }
    for (int index = 0; index < chart->threshold_count; index++) {
        if (index == 0) RAW(out, " Limits: "); else RAW(out, ", ");
        put_text(out, chart->thresholds[index].label);
    }
    if (chart->threshold_count) RAW(out, ".");
}

static void put_chart(Bytes *out, const Chart *chart, const Frame *frame) {
    double greatest = 0;
    for (int line = 0; line < chart->line_count; line++) {
        const double *values = chart->lines[line].values;
        for (int row = 0; row < POINTS; row++) if (values[row] > greatest) greatest = values[row];
    }
    const char *word = chart->word;
    double divisor = 1;
    if (chart->kind == SECONDS) {
        word = greatest < 1 ? "milliseconds" : greatest < 120 ? "seconds" : greatest < 10800 ? "minutes" : greatest < 259200 ? "hours" : "days";
        divisor = greatest < 1 ? 0.001 : greatest < 120 ? 1 : greatest < 10800 ? 60 : greatest < 259200 ? 3600 : 86400;
    }
    const Threshold *shown[2];
    int shown_count = 0;
    double reach = greatest;
    for (int index = 0; index < chart->threshold_count; index++) {
        const Threshold *threshold = &chart->thresholds[index];
        if (threshold->value <= greatest * 3) { shown[shown_count++] = threshold; if (threshold->value > reach) reach = threshold->value; }
    }
    reach /= divisor;
    double top = (reach > 0 ? reach : 1) * (shown_count ? 1.15 : 1.12), limits[2], ticks[20];
    for (int index = 0; index < shown_count; index++) limits[index] = shown[index]->value / divisor;
    int visible = ticks_of(top, limits, shown_count, ticks);
    int64_t y[2][POINTS];
    for (int line = 0; line < chart->line_count; line++)
        for (int row = 0; row < POINTS; row++) y[line][row] = y_of(chart->lines[line].values[row] / divisor, top);

    RAW(out, "<figure class=\"chart\"><figcaption><h3>"); put_text(out, chart->prefix); put_text(out, chart->title); RAW(out, " <small>"); put_text(out, word);
    RAW(out, "</small></h3><div class=\"key\">");
    for (int line = 0; line < chart->line_count; line++) {
        RAW(out, "<span class=\"c"); put_number(out, line + 1); RAW(out, "\"><i></i><em>"); put_text(out, chart->lines[line].label); RAW(out, " <b>");
        put_words(out, chart->kind, chart->lines[line].values[POINTS - 1]); RAW(out, "</b></em></span>");
    }
    RAW(out, "</div>");
    put_string(out, chart->takeaway);
    RAW(out, "</figcaption>\n<svg class=\"plot\" height=\""); put_number(out, HEIGHT + 20); RAW(out, "\" role=\"img\" aria-label=\"");
    put_sentence(out, chart, word, frame);
    RAW(out, "\"><line class=\"z\" x2=\"100%\" y1=\""); put_number(out, HEIGHT); RAW(out, "\" y2=\""); put_number(out, HEIGHT); RAW(out, "\"/>");
    for (int index = 0; index < visible; index++) {
        int64_t at = y_of(ticks[index], top);
        RAW(out, "<line class=\"g\" x2=\"100%\" y1=\""); put_tenths(out, at); RAW(out, "\" y2=\""); put_tenths(out, at); RAW(out, "\"/>");
    }
    RAW(out, "<svg width=\"100%\" height=\""); put_number(out, HEIGHT); RAW(out, "\" viewBox=\"0 0 1000 "); put_number(out, HEIGHT);
    RAW(out, "\" preserveAspectRatio=\"none\" overflow=\"visible\">");
    for (int line = 0; line < chart->line_count; line++) {
        if (!chart->lines[line].has_area) continue;
        RAW(out, "<path class=\"a1\" d=\"M"); put_number(out, 1000 / POINTS); RAW(out, " "); put_number(out, HEIGHT);
        put_points(out, y[line], 1);
        RAW(out, "V"); put_number(out, HEIGHT); RAW(out, "z\"/>");
    }
    for (int line = chart->line_count - 1; line >= 0; line--) {
        RAW(out, "<path class=\"l"); put_number(out, line + 1); RAW(out, "\" d=\""); put_points(out, y[line], 0); RAW(out, "\"/>");
    }
    RAW(out, "</svg>");
    for (int index = shown_count - 1; index >= 0; index--) {
        int64_t at = y_of(shown[index]->value / divisor, top);
        RAW(out, "<line class=\""); put_string(out, shown[index]->is_critical ? "tc" : "tw"); RAW(out, "\" x2=\"100%\" y1=\""); put_tenths(out, at);
        RAW(out, "\" y2=\""); put_tenths(out, at); RAW(out, "\"/><text class=\""); put_string(out, shown[index]->is_critical ? "xc" : "xw");
        RAW(out, "\" x=\"0\" y=\""); put_tenths(out, at - 40); RAW(out, "\">"); put_text(out, shown[index]->label); RAW(out, "</text>");
    }
    for (int index = 0; index < visible; index++) {
        RAW(out, "<text x=\"0\" y=\""); put_tenths(out, y_of(ticks[index], top) - 40); RAW(out, "\">"); put_decimal(out, ticks[index], 3); RAW(out, "</text>");
    }
    for (int line = 0; line < chart->line_count; line++) {
        RAW(out, "<circle class=\"e"); put_number(out, line + 1); RAW(out, "\" cx=\"100%\" cy=\""); put_tenths(out, y[line][POINTS - 1]); RAW(out, "\" r=\"3\"/>");
    }
    put_axis(out, frame);
    RAW(out, "</svg>");
    put_table(out, chart, word, divisor, frame);
    RAW(out, "</figure>\n");
}
