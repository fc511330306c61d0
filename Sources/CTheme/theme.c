// Written by scripts/list-theme.
#include "theme.h"

static const unsigned char file_0[] = {
#embed "../../content/deploy/api-and-worker-sam.md" suffix(,)
0};
static const unsigned char file_1[] = {
#embed "../../content/deploy/event-backed-service-cdk.md" suffix(,)
0};
static const unsigned char file_2[] = {
#embed "../../content/deploy/event-backed-service-ci.md" suffix(,)
0};
static const unsigned char file_3[] = {
#embed "../../content/deploy/event-backed-service-sam.md" suffix(,)
0};
static const unsigned char file_4[] = {
#embed "../../content/deploy/event-backed-service-sample.md" suffix(,)
0};
static const unsigned char file_5[] = {
#embed "../../content/deploy/event-backed-service-serverless.md" suffix(,)
0};
static const unsigned char file_6[] = {
#embed "../../content/deploy/event-backed-service-terraform.md" suffix(,)
0};
static const unsigned char file_7[] = {
#embed "../../content/deploy/object-fan-out-task.md" suffix(,)
0};
static const unsigned char file_8[] = {
#embed "../../content/deploy/webhook-buffer-cdk.md" suffix(,)
0};
static const unsigned char file_9[] = {
#embed "../../content/deploy/xray-tracer-cdk-python.md" suffix(,)
0};
static const unsigned char file_10[] = {
#embed "../../content/deploy/xray-tracer-cdk-typescript.md" suffix(,)
0};
static const unsigned char file_11[] = {
#embed "../../content/deploy/xray-tracer-cloudformation.md" suffix(,)
0};
static const unsigned char file_12[] = {
#embed "../../content/patterns/api-and-worker.md" suffix(,)
0};
static const unsigned char file_13[] = {
#embed "../../content/patterns/event-backed-service.md" suffix(,)
0};
static const unsigned char file_14[] = {
#embed "../../content/patterns/object-fan-out.md" suffix(,)
0};
static const unsigned char file_15[] = {
#embed "../../content/patterns/webhook-buffer.md" suffix(,)
0};
static const unsigned char file_16[] = {
#embed "../../content/patterns/xray-tracer.md" suffix(,)
0};
static const unsigned char file_17[] = {
#embed "../../content/rules/default-tests.yaml" suffix(,)
0};
static const unsigned char file_18[] = {
#embed "../../content/rules/default.yaml" suffix(,)
0};
static const unsigned char file_19[] = {
#embed "../../content/runbooks/async-backlog.md" suffix(,)
0};
static const unsigned char file_20[] = {
#embed "../../content/runbooks/builder-stale.md" suffix(,)
0};
static const unsigned char file_21[] = {
#embed "../../content/runbooks/dead-letters.md" suffix(,)
0};
static const unsigned char file_22[] = {
#embed "../../content/runbooks/delivery-failed.md" suffix(,)
0};
static const unsigned char file_23[] = {
#embed "../../content/runbooks/does-not-add-up.md" suffix(,)
0};
static const unsigned char file_24[] = {
#embed "../../content/runbooks/error-budget.md" suffix(,)
0};
static const unsigned char file_25[] = {
#embed "../../content/runbooks/fifo-group-blocked.md" suffix(,)
0};
static const unsigned char file_26[] = {
#embed "../../content/runbooks/function-errors.md" suffix(,)
0};
static const unsigned char file_27[] = {
#embed "../../content/runbooks/gateway-errors.md" suffix(,)
0};
static const unsigned char file_28[] = {
#embed "../../content/runbooks/log-errors.md" suffix(,)
0};
static const unsigned char file_29[] = {
#embed "../../content/runbooks/logs-silent.md" suffix(,)
0};
static const unsigned char file_30[] = {
#embed "../../content/runbooks/near-timeout.md" suffix(,)
0};
static const unsigned char file_31[] = {
#embed "../../content/runbooks/probe-down.md" suffix(,)
0};
static const unsigned char file_32[] = {
#embed "../../content/runbooks/queue-backlog.md" suffix(,)
0};
static const unsigned char file_33[] = {
#embed "../../content/runbooks/replay-dropped-events.md" suffix(,)
0};
static const unsigned char file_34[] = {
#embed "../../content/runbooks/schedule-missed.md" suffix(,)
0};
static const unsigned char file_35[] = {
#embed "../../content/runbooks/table-throttled.md" suffix(,)
0};
static const unsigned char file_36[] = {
#embed "../../content/runbooks/throttled.md" suffix(,)
0};
static const unsigned char file_37[] = {
#embed "../../content/runbooks/tls-expiring.md" suffix(,)
0};
static const unsigned char file_38[] = {
#embed "../../content/runbooks/trace-faults.md" suffix(,)
0};
static const unsigned char file_39[] = {
#embed "../../site/favicon-critical.svg" suffix(,)
0};
static const unsigned char file_40[] = {
#embed "../../site/favicon-warning.svg" suffix(,)
0};
static const unsigned char file_41[] = {
#embed "../../site/favicon.svg" suffix(,)
0};
static const unsigned char file_42[] = {
#embed "../../site/logo-mark.svg" suffix(,)
0};
static const unsigned char file_43[] = {
#embed "../../site/logo.svg" suffix(,)
0};
static const unsigned char file_44[] = {
#embed "../../site/tidewatch.css" suffix(,)
0};
static const unsigned char file_45[] = {
#embed "../../site/tidewatch.js" suffix(,)
0};
static const unsigned char file_46[] = {
#embed "../../templates/alerts.mustache" suffix(,)
0};
static const unsigned char file_47[] = {
#embed "../../templates/checks.mustache" suffix(,)
0};
static const unsigned char file_48[] = {
#embed "../../templates/document.mustache" suffix(,)
0};
static const unsigned char file_49[] = {
#embed "../../templates/documents.mustache" suffix(,)
0};
static const unsigned char file_50[] = {
#embed "../../templates/fleet.mustache" suffix(,)
0};
static const unsigned char file_51[] = {
#embed "../../templates/footer.mustache" suffix(,)
0};
static const unsigned char file_52[] = {
#embed "../../templates/incident.mustache" suffix(,)
0};
static const unsigned char file_53[] = {
#embed "../../templates/language-de.yaml" suffix(,)
0};
static const unsigned char file_54[] = {
#embed "../../templates/language-en.yaml" suffix(,)
0};
static const unsigned char file_55[] = {
#embed "../../templates/logo.mustache" suffix(,)
0};
static const unsigned char file_56[] = {
#embed "../../templates/map.mustache" suffix(,)
0};
static const unsigned char file_57[] = {
#embed "../../templates/note.mustache" suffix(,)
0};
static const unsigned char file_58[] = {
#embed "../../templates/operation.mustache" suffix(,)
0};
static const unsigned char file_59[] = {
#embed "../../templates/overview.mustache" suffix(,)
0};
static const unsigned char file_60[] = {
#embed "../../templates/page.mustache" suffix(,)
0};
static const unsigned char file_61[] = {
#embed "../../templates/report.mustache" suffix(,)
0};
static const unsigned char file_62[] = {
#embed "../../templates/reports.mustache" suffix(,)
0};
static const unsigned char file_63[] = {
#embed "../../templates/resource.mustache" suffix(,)
0};
static const unsigned char file_64[] = {
#embed "../../templates/resources.mustache" suffix(,)
0};
static const unsigned char file_65[] = {
#embed "../../templates/service.mustache" suffix(,)
0};
static const unsigned char file_66[] = {
#embed "../../templates/trace-group.mustache" suffix(,)
0};
static const unsigned char file_67[] = {
#embed "../../templates/trace.mustache" suffix(,)
0};
static const unsigned char file_68[] = {
#embed "../../templates/traces.mustache" suffix(,)
0};

static const struct theme_file files[] = {
    {"content/deploy/api-and-worker-sam.md", file_0, sizeof file_0 - 1},
    {"content/deploy/event-backed-service-cdk.md", file_1, sizeof file_1 - 1},
    {"content/deploy/event-backed-service-ci.md", file_2, sizeof file_2 - 1},
    {"content/deploy/event-backed-service-sam.md", file_3, sizeof file_3 - 1},
    {"content/deploy/event-backed-service-sample.md", file_4, sizeof file_4 - 1},
    {"content/deploy/event-backed-service-serverless.md", file_5, sizeof file_5 - 1},
    {"content/deploy/event-backed-service-terraform.md", file_6, sizeof file_6 - 1},
    {"content/deploy/object-fan-out-task.md", file_7, sizeof file_7 - 1},
    {"content/deploy/webhook-buffer-cdk.md", file_8, sizeof file_8 - 1},
    {"content/deploy/xray-tracer-cdk-python.md", file_9, sizeof file_9 - 1},
    {"content/deploy/xray-tracer-cdk-typescript.md", file_10, sizeof file_10 - 1},
    {"content/deploy/xray-tracer-cloudformation.md", file_11, sizeof file_11 - 1},
    {"content/patterns/api-and-worker.md", file_12, sizeof file_12 - 1},
    {"content/patterns/event-backed-service.md", file_13, sizeof file_13 - 1},
    {"content/patterns/object-fan-out.md", file_14, sizeof file_14 - 1},
    {"content/patterns/webhook-buffer.md", file_15, sizeof file_15 - 1},
    {"content/patterns/xray-tracer.md", file_16, sizeof file_16 - 1},
    {"content/rules/default-tests.yaml", file_17, sizeof file_17 - 1},
    {"content/rules/default.yaml", file_18, sizeof file_18 - 1},
    {"content/runbooks/async-backlog.md", file_19, sizeof file_19 - 1},
    {"content/runbooks/builder-stale.md", file_20, sizeof file_20 - 1},
    {"content/runbooks/dead-letters.md", file_21, sizeof file_21 - 1},
    {"content/runbooks/delivery-failed.md", file_22, sizeof file_22 - 1},
    {"content/runbooks/does-not-add-up.md", file_23, sizeof file_23 - 1},
    {"content/runbooks/error-budget.md", file_24, sizeof file_24 - 1},
    {"content/runbooks/fifo-group-blocked.md", file_25, sizeof file_25 - 1},
    {"content/runbooks/function-errors.md", file_26, sizeof file_26 - 1},
    {"content/runbooks/gateway-errors.md", file_27, sizeof file_27 - 1},
    {"content/runbooks/log-errors.md", file_28, sizeof file_28 - 1},
    {"content/runbooks/logs-silent.md", file_29, sizeof file_29 - 1},
    {"content/runbooks/near-timeout.md", file_30, sizeof file_30 - 1},
    {"content/runbooks/probe-down.md", file_31, sizeof file_31 - 1},
    {"content/runbooks/queue-backlog.md", file_32, sizeof file_32 - 1},
    {"content/runbooks/replay-dropped-events.md", file_33, sizeof file_33 - 1},
    {"content/runbooks/schedule-missed.md", file_34, sizeof file_34 - 1},
    {"content/runbooks/table-throttled.md", file_35, sizeof file_35 - 1},
    {"content/runbooks/throttled.md", file_36, sizeof file_36 - 1},
    {"content/runbooks/tls-expiring.md", file_37, sizeof file_37 - 1},
    {"content/runbooks/trace-faults.md", file_38, sizeof file_38 - 1},
    {"site/favicon-critical.svg", file_39, sizeof file_39 - 1},
    {"site/favicon-warning.svg", file_40, sizeof file_40 - 1},
    {"site/favicon.svg", file_41, sizeof file_41 - 1},
    {"site/logo-mark.svg", file_42, sizeof file_42 - 1},
    {"site/logo.svg", file_43, sizeof file_43 - 1},
    {"site/tidewatch.css", file_44, sizeof file_44 - 1},
    {"site/tidewatch.js", file_45, sizeof file_45 - 1},
    {"templates/alerts.mustache", file_46, sizeof file_46 - 1},
    {"templates/checks.mustache", file_47, sizeof file_47 - 1},
    {"templates/document.mustache", file_48, sizeof file_48 - 1},
    {"templates/documents.mustache", file_49, sizeof file_49 - 1},
    {"templates/fleet.mustache", file_50, sizeof file_50 - 1},
    {"templates/footer.mustache", file_51, sizeof file_51 - 1},
    {"templates/incident.mustache", file_52, sizeof file_52 - 1},
    {"templates/language-de.yaml", file_53, sizeof file_53 - 1},
    {"templates/language-en.yaml", file_54, sizeof file_54 - 1},
    {"templates/logo.mustache", file_55, sizeof file_55 - 1},
    {"templates/map.mustache", file_56, sizeof file_56 - 1},
    {"templates/note.mustache", file_57, sizeof file_57 - 1},
    {"templates/operation.mustache", file_58, sizeof file_58 - 1},
    {"templates/overview.mustache", file_59, sizeof file_59 - 1},
    {"templates/page.mustache", file_60, sizeof file_60 - 1},
    {"templates/report.mustache", file_61, sizeof file_61 - 1},
    {"templates/reports.mustache", file_62, sizeof file_62 - 1},
    {"templates/resource.mustache", file_63, sizeof file_63 - 1},
    {"templates/resources.mustache", file_64, sizeof file_64 - 1},
    {"templates/service.mustache", file_65, sizeof file_65 - 1},
    {"templates/trace-group.mustache", file_66, sizeof file_66 - 1},
    {"templates/trace.mustache", file_67, sizeof file_67 - 1},
    {"templates/traces.mustache", file_68, sizeof file_68 - 1},
    {0, 0, 0},
};

size_t theme_file_count(void) { return 69; }
struct theme_file theme_file_at(size_t index) { return files[index < 69 ? index : 69]; }
