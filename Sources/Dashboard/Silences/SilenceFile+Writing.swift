import Alerting
import JSON
import Telemetry

extension SilenceFile {
    /// The file's text, commented and in the order in which a person reads it.
    package var text: String {
        // A JSON text is a YAML text too, whatever is in it.
        func quoted(_ text: String) -> String { JSONValue.string(text).text() }
        var lines = ["# Written by 'tidewatch silence'. Edit or delete it like any file of the site."]
        if silence.kind != .silence { lines.append("kind: \(silence.kind.rawValue)") }
        lines.append("match: {" + silence.match.sorted { $0.key < $1.key }.map { "\($0.key): \(quoted($0.value))" }.joined(separator: ", ") + "}")
        lines.append("author: " + quoted(silence.author))
        lines.append("reason: " + quoted(silence.reason))
        if silence.start.seconds > 0 { lines.append("from: \(silence.start.rfc3339)") }
        switch silence.end {
        case .at(let time): lines.append("until: \(time.rfc3339)")
        case .resolved: lines.append("until: resolved")
        case .open: break
        }
        if !weekly.isEmpty { lines.append("weekly:") }
        for window in weekly {
            let days = window.days.isEmpty ? "" : "days: [" + window.days.sorted().map { WeeklyWindow.dayNames[$0] }.joined(separator: ", ") + "], "
            lines.append("  - {\(days)from: \"\(WeeklyWindow.clock(window.from))\", to: \"\(WeeklyWindow.clock(window.to))\", zone: \(quoted(window.zone))}")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The text of a file, ended at `time`: its own line is changed, everything else stays as its author wrote it.
    static func ended(_ text: String, at time: Timestamp) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let line = "until: \(time.rfc3339)"
        if let index = lines.firstIndex(where: { $0.hasPrefix("until:") }) {
            lines[index] = line
            return lines.joined(separator: "\n")
        }
        return text + (text.hasSuffix("\n") ? "" : "\n") + line + "\n"
    }
}
