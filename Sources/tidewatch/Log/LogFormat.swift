import ArgumentParser
import Dashboard
import JSON
import Telemetry

/// How a run speaks to standard error.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
    /// Sentences for people.
    case text
    /// `ts=… level=warn run_id=… tenant=acme err="…"` (https://brandur.org/logfmt).
    case logfmt
    /// One JSON object a line.
    case json
}

/// One line of a log: fields in the order in which they are written.
struct LogLine {
    enum Level: String {
        case info, warning, error
        /// What journald reads at the start of a line (`man 3 sd-daemon`).
        var priority: String {
            switch self {
            case .info: "<6>"
            case .warning: "<4>"
            case .error: "<3>"
            }
        }
    }

    var level: Level
    var fields: [(name: String, value: JSONValue)]

    func text(_ format: LogFormat, at time: Timestamp) -> String {
        let all = [("ts", JSONValue.string(time.rfc3339)), ("level", .string(level.rawValue))] + fields.map { ($0.name, $0.value) }.filter { !$0.1.isNull }
        return switch format {
        case .json: JSONValue.object(all.map { JSONValue.Member($0.0, $0.1) }).text()
        case .logfmt, .text: all.map { "\($0.0)=\(Self.word($0.1))" }.joined(separator: " ")
        }
    }

    /// Bare where that is unambiguous, else quoted as JSON quotes: a message of a stranger begins no new line and no new field.
    private static func word(_ value: JSONValue) -> String {
        guard let text = value.string else { return value.text() }
        let isBare = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: "\\") }
        return isBare ? text : value.text()
    }
}
