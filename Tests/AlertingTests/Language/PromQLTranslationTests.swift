import Signals
import Telemetry
import Testing
@testable import Alerting

struct PromQLTranslationTests {
    @Test(arguments: [
        ("aws_sqs_approximate_age_of_oldest_message_maximum > 3600", "oldest_age > 1h", ResourceKind.queue, nil),
        ("aws_sqs_approximate_age_of_oldest_message_maximum{dimension_QueueName=\"orders\", job=\"yace\"} > 90", "oldest_age > 90s", .queue, "orders"),
        ("sum by (queue_name) (aws_sqs_number_of_messages_sent_sum{queue_name=~\"orders-.*\"}) == 0", "sent = 0", .queue, "orders-*"),
        ("(aws_lambda_errors_sum / aws_lambda_invocations_sum) * 100 > 5 and aws_lambda_invocations_sum > 0", "errors / invocations > 5% and invocations > 0", .function, nil),
        ("aws_lambda_duration_p99 > 1500", "duration.p99 > 1.5s", .function, nil),
        ("sum_over_time(aws_lambda_throttles_sum[15m]) > 3", "sum_over(throttles, 15m) > 3", .function, nil),
        ("up{job=\"web\"} == 0", "up = 0%", .probe, "web"),
        ("avg_over_time(probe_success[30d]) * 100 < 99.900000000000006", "avg_over(up, 30d) < 99.9%", .probe, nil),
        ("3 <= round((last_over_time(probe_ssl_earliest_cert_expiry[10m]) - time()) / 86400, 0.1) < 20", "3d <= tls_expires_in and tls_expires_in < 20d", .probe, nil),
        ("probe_ssl_earliest_cert_expiry - time() < 21 * 24 * 3600", "tls_expires_in < 21d", .probe, nil),
        ("probe_http_status_code <= 199 OR probe_http_status_code >= 400", "status <= 199 or status >= 400", .probe, nil),
        ("probe_duration_seconds > 1 # slow", "latency > 1s", .probe, nil),
        ("predict_linear(probe_duration_seconds[1h], 4 * 3600) > 0.25", "predict(latency, 1h, 4h) > 250ms", .probe, nil),
        ("sum(aws_sqs_number_of_messages_sent_sum{queue_name=\"orders\"}) == 0", "sent = 0", .queue, "orders"),
        ("up{job=\"web\"} == 0 or probe_duration_seconds{job=\"web\"} > 1", "up = 0% or latency > 1s", .probe, "web"),
        ("probe_success == 0 unless probe_duration_seconds > 10", "up = 0% and not (latency > 10s)", .probe, nil),
    ] as [(String, String, ResourceKind, String?)])
    func `a query becomes a condition that compiles`(_ query: String, _ condition: String, _ kind: ResourceKind, _ resources: String?) throws {
        let translation = try PromQLTranslation(query)
        #expect(translation.condition == condition)
        #expect(translation.kind == kind)
        #expect(translation.resources == resources)
        _ = try compiled(.mock(condition, on: kind))
    }

    @Test(arguments: [
        ("node_load1 > 3", 0, "'node_load1' is no signal of a resource that is watched here"),
        ("up == 0 and node_load1 > 3", 12, "'node_load1' is no signal of a resource that is watched here"),
        ("aws_sqs_approximate_age_of_oldest_message_average > 9", 0, "'aws_sqs_approximate_age_of_oldest_message_average' is collected here as Maximum"),
        ("rate(aws_lambda_errors_sum[5m]) > 1", 0, "rate() is for counters that only grow; CloudWatch's numbers are counts of a period: sum_over_time()"),
        ("sum(aws_lambda_errors_sum) > 1", 0, "sum() makes one number of all resources; a rule here watches each by itself"),
        ("sum(aws_sqs_number_of_messages_sent_sum{queue_name=~\"orders-.*\"}) == 0", 0, "sum() makes one number of all resources; a rule here watches each by itself"),
        ("up{job=\"web\"} == 0 or up == 0", 22, "is about '*', and what comes before it about 'web': a rule here watches the same resources in all of its condition"),
        ("aws_lambda_errors_sum > 1 unless aws_lambda_throttles_sum{function_name=\"pay\"} > 0", 33,
         "is about 'pay', and what comes before it about '*': a rule here watches the same resources in all of its condition"),
        ("up{job=\"web\"} == 0 and up{job=\"shop\"} == 0", 23, "is about 'shop', and what comes before it about 'web': a rule here watches the same resources in all of its condition"),
        ("up{job=\"web\",instance=\"shop\"} == 0", 0, "names two resources, 'web' and 'shop'"),
        ("up{job=\"web*\"} == 0", 0, "the matcher job=\"web*\" has no counterpart"),
        ("up{job=~\"web*\"} == 0", 0, "the matcher job=~\"web*\" has no counterpart"),
        ("absent(up)", 0, "absent(): where nothing comes, `missing: breach` of a rule says so, and `silent()` of a counter"),
        ("up", 0, "nothing is compared: a rule here needs a limit"),
        ("1 == 1", 2, "these two cannot be compared here"),
        ("up offset 5m == 0", 0, "`offset` and `@` have no counterpart; delta() compares with earlier values"),
        ("up{region=\"eu\"} == 0", 0, "the matcher region=\"eu\" has no counterpart"),
        ("up == bool 0", 3, "`bool` makes numbers of a condition, which a limit cannot be compared with"),
        ("up == 0 and aws_lambda_errors_sum > 1", 12, "joins a probe with a function: a rule here watches one kind"),
        ("max_over_time(up[1h:5m]) == 0", 0, "max_over_time() of something else than a series"),
        ("label_replace(up, \"a\", \"$1\", \"b\", \"(.*)\") == 0", 0, "label_replace() has no counterpart"),
        ("up == ", 6, "expected a value here"),
        ("up == 0)", 7, "unexpected text after the end of the expression"),
        ("up{job=\"x} == 0", 7, "the text that begins here has no closing quote"),
        ("\u{1}", 0, "unexpected character U+1"),
    ] as [(String, Int, String)])
    func `what has no counterpart is named with its place`(_ query: String, _ offset: Int, _ reason: String) {
        #expect(throws: PromQLRefusal(offset: offset, reason: reason)) { try PromQLTranslation(query) }
    }

    @Test func `no query is too deep or too long`() {
        for query in [String(repeating: "(", count: 10_000), String(repeating: "-", count: 10_000) + "1", String(repeating: "a", count: 30_000), "up" + String(repeating: " + up", count: 2_000) + " > 1"] {
            _ = try? PromQLTranslation(query)
        }
    }

    @Test(arguments: ["1" + String(repeating: "+1", count: 9_000) + " > 1", "up" + String(repeating: "[1:1]", count: 3_900) + " > 1", "(up + up)" + String(repeating: " offset 1", count: 2_000) + " > 1"])
    func `a chain is as long as the stack bears, and no longer`(_ query: String) throws {
        let refusal = #expect(throws: PromQLRefusal.self) { try PromQLTranslation(query) }
        #expect(refusal?.reason == "more than 1,000 terms and operators")
    }

    @Test(.enabled(if: SharedAlerts.isThere, Comment(rawValue: SharedAlerts.reason)))
    func `Prometheus's own queries are read, whatever becomes of them`() throws {
        // Every expression that its own tests expect to work must be understood as a query; what it means is another question.
        var read = 0, failed: [String] = []
        for name in SharedAlerts.names("prometheus/promql") where name.hasSuffix(".test") {
            for line in try SharedAlerts.text("prometheus/promql/\(name)").split(separator: "\n") where line.hasPrefix("eval instant at ") {
                guard let query = line.split(separator: " ", maxSplits: 4).last else { continue }
                read += 1
                do { _ = try PromQLParser.parse(String(query)) } catch { failed.append("\(name): \(query): \(error)") }
            }
        }
        print("PromQL: \(read - failed.count) of \(read) of Prometheus's own queries are read")
        #expect(read > 500 && failed.count * 5 < read, "\(failed.prefix(5))")
    }
}
