import Telemetry

/// The questions that Logs Insights is asked: counts by steps, never the lines of a whole group.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
package enum InsightsQuery {
    /// What the lines of a function say, a row a step. Fields that begin with `@` are found by the service in REPORT lines.
    package static func counts(_ patterns: LogPatterns, period: Int64) -> String {
        """
        fields \(holding(patterns.errors)) as is_error, \(holding(patterns.warnings)) as is_warning, \(holding(["Task timed out after"])) as is_timeout, \(holding(["signal: killed"])) as is_killed
        | stats sum(is_error) as errors, sum(is_warning) as warnings, sum(is_timeout) as timeouts, sum(is_killed) as out_of_memory, count(@initDuration) as cold_starts, \
        pct(@initDuration, 50) as init_p50, pct(@initDuration, 99) as init_p99, max(@maxMemoryUsed) as memory_used by bin(\(period / 60)m) as step
        """
    }

    /// The lines that are errors or warnings, oldest first.
    package static func lines(_ patterns: LogPatterns, limit: Int) -> String {
        let terms = (patterns.errors + patterns.warnings).map { "@message like \(quoted($0))" }
        return "fields @timestamp, @message | filter \(terms.joined(separator: " or ")) | sort @timestamp asc | limit \(limit)"
    }

    /// How often each route was answered with each status, a row a step and kind of answer.
    package static func answers(_ format: AccessLogFormat) -> String {
        let keys = format.keys.filter { $0.key != .errorText }.sorted { $0.key.rawValue < $1.key.rawValue }
        let fields = keys.map { "`\($0.value.filter { $0 != "`" })` as \(alias($0.key))" }
        return "fields \(fields.joined(separator: ", ")) | stats count(*) as answers by bin(\(AnswerCount.bucketSeconds / 60)m) as step, \(keys.map { alias($0.key) }.joined(separator: ", ")) | limit 10000"
    }

    /// A name of ours for a field, so that no name of the log's can be taken for a function of the language.
    static func alias(_ field: AccessLogFormat.Field) -> String { "tw_\(field.rawValue)" }

    /// 1 where a line holds one of the texts.
    private static func holding(_ terms: [String]) -> String {
        let each = terms.map { "strcontains(@message, \(quoted($0)))" }
        return each.count == 1 ? each[0] : each.isEmpty ? "0" : "greatest(\(each.joined(separator: ", ")))"
    }

    private static func quoted(_ text: String) -> String { "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }
}
