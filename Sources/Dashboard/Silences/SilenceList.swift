import Alerting
import JSON
import Telemetry

/// Silences as a person or a program asks for them, those in force first.
package struct SilenceList: Sendable {
    package let entries: [SilenceFile]
    package let mistakes: [Diagnostic]
    private let now: Timestamp

    init(entries: [SilenceFile], mistakes: [Diagnostic], now: Timestamp) {
        self.now = now
        self.mistakes = mistakes
        self.entries = entries.sorted { a, b in
            let left = Self.rank(a, now), right = Self.rank(b, now)
            return left == right ? a.silence.id < b.silence.id : left < right
        }
    }

    private static func rank(_ file: SilenceFile, _ now: Timestamp) -> Int { ["active", "pending", "expired"].firstIndex(of: file.state(at: now)) ?? 3 }

    package var text: String {
        entries.map { file in
            let silence = file.silence(around: now)
            var when: String = switch silence.end {
            case .at(let time): "until \(time.rfc3339)"
            case .resolved: "until resolved"
            case .open: "no end"
            }
            if !file.weekly.isEmpty { when += ", " + file.weekly.map(\.words).joined(separator: "; ") }
            if file.state(at: now) == "pending", let next = silence.next(after: now) { when += ", next \(next.start.rfc3339)" }
            return "\(silence.id)  \(file.state(at: now)) \(silence.kind.rawValue)  \(file.matchWords)\n  \(when), by \(printable(silence.author)): \(printable(silence.reason))"
        }.joined(separator: "\n")
    }

    package var json: JSONValue {
        ["schema": 1, "silences": .array(entries.map { file in
            guard case .object(let members) = file.json else { return .null }
            return .object(members + [.init("state", .string(file.state(at: now)))])
        })]
    }
}

extension SilenceFile {
    /// Alertmanager's words: `active`, `pending` (not yet, or between two windows), `expired`.
    func state(at now: Timestamp) -> String {
        let silence = silence(around: now)
        return silence.isOver(at: now) ? "expired" : silence.isActive(at: now) ? "active" : "pending"
    }

    package var json: JSONValue {
        let until: JSONValue = switch silence.end {
        case .at(let time): .string(time.rfc3339)
        case .resolved: "resolved"
        case .open: .null
        }
        return ["id": .string(silence.id), "file": .string(path), "kind": .string(silence.kind.rawValue), "match": .object(silence.match.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
                "author": .string(silence.author), "reason": .string(silence.reason), "from": silence.start.seconds > 0 ? .string(silence.start.rfc3339) : .null, "until": until,
                "weekly": .array(weekly.map { .string($0.words) })]
    }
}
