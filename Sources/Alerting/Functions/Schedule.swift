import Telemetry

/// When a schedule expects runs: EventBridge's `rate(5 minutes)` and `cron(0 6 * * ? *)`, in UTC. The forms with L, W and # are not read.
/// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
package struct Schedule: Hashable, Sendable {
    private enum Form: Hashable {
        case every(Int64)
        /// Bit masks of the allowed minutes, hours, days, months, weekdays (0 is Sunday).
        case calendar(minutes: UInt64, hours: UInt64, days: UInt64, months: UInt64, weekdays: UInt64)
    }

    private var form: Form

    init?(_ text: String) {
        guard text.utf8.count < 200, text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return nil }
        let inner = text[text.index(after: open)...].dropLast()
        let fields = inner.split(separator: " ").map(String.init)
        switch text[..<open] {
        case "rate":
            let units: [String: Int64] = ["minute": 60, "minutes": 60, "hour": 3_600, "hours": 3_600, "day": 86_400, "days": 86_400]
            guard fields.count == 2, let count = Int64(fields[0]), count > 0, count <= 10_000, let unit = units[fields[1]] else { return nil }
            form = .every(count * unit)
        case "cron":
            guard fields.count == 6, fields[5] == "*" || fields[5] == "?",
                  let minutes = Self.mask(fields[0], 0...59), let hours = Self.mask(fields[1], 0...23), let days = Self.mask(fields[2], 1...31),
                  let months = Self.mask(fields[3], 1...12, names: Self.months),
                  let weekdays = Self.mask(fields[4], 1...7, names: Self.weekdays) else { return nil }
            form = .calendar(minutes: minutes, hours: hours, days: days, months: months, weekdays: weekdays >> 1)
        default: return nil
        }
    }

    /// How far back the last expected run can lie, in seconds; years of silence are not looked for.
    var longestGap: Int64 {
        switch form {
        case .every(let period): min(period, 35 * 86_400)
        case .calendar(_, _, let days, let months, let weekdays):
            days.nonzeroBitCount == 31 && months.nonzeroBitCount == 12 ? (weekdays.nonzeroBitCount == 7 ? 86_400 : 7 * 86_400) : 35 * 86_400
        }
    }

    /// The newest moment not after `limit` at which a run was due. A rate has no anchor: one period before `limit` a run was due at the latest.
    func lastExpected(before limit: Timestamp) -> Timestamp? {
        switch form {
        case .every(let period): return limit - period
        case .calendar(let minutes, let hours, let days, let months, let weekdays):
            var midnight = limit.floored(to: 86_400)
            for back in 0...35 {
                let day = midnight.civil()
                if days & bit(day.day) != 0, months & bit(day.month) != 0, weekdays & bit(day.weekday) != 0,
                   let second = last(minutes, hours, upTo: back == 0 ? limit - midnight : 86_399) { return midnight + second }
                midnight = midnight - 86_400
            }
            return nil
        }
    }
}

extension Schedule {
    /// What is wrong with a text; nothing where it is understood. One that EventBridge reads and this reader does not is no mistake: it is not watched.
    package static func complaint(about text: String) -> (words: String, isMistake: Bool)? {
        guard Schedule(text) == nil else { return nil }
        let fields = text.split { $0 == "(" || $0 == ")" || $0 == " " }.dropFirst()
        let days = fields.count == 6 ? (fields.dropFirst(2).prefix(1) + fields.dropFirst(4).prefix(1)).joined() : ""
        let isForeign = text.hasPrefix("at(") || text.hasPrefix("cron(") && fields.count == 6 && (days.contains { "LW#".contains($0) } || fields.last.map { $0 != "*" && $0 != "?" } == true)
        return isForeign ? ("this form is not read, so schedule-missed does not watch it", false)
            : ("expected rate(5 minutes) or cron(minutes hours day month weekday year), such as cron(0 6 * * ? *)", true)
    }
}

private extension Schedule {
    static let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    static let weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    func bit(_ index: Int) -> UInt64 { (0..<64).contains(index) ? 1 << UInt64(index) : 0 }

    /// The last allowed second of a day that is not after `second`.
    func last(_ minutes: UInt64, _ hours: UInt64, upTo second: Int64) -> Int64? {
        for hour in stride(from: Int(second / 3_600), through: 0, by: -1) where hours & bit(hour) != 0 {
            for minute in stride(from: 59, through: 0, by: -1) where minutes & bit(minute) != 0 {
                let found = Int64(hour * 3_600 + minute * 60)
                if found <= second { return found }
            }
        }
        return nil
    }

    /// `*`, `?`, `5`, `1-5`, `0/15`, `MON-FRI`, and lists of them.
    static func mask(_ field: String, _ allowed: ClosedRange<Int>, names: [String] = []) -> UInt64? {
        func number(_ text: Substring) -> Int? {
            let value = Int(text) ?? names.firstIndex(of: text.uppercased()).map { $0 + allowed.lowerBound }
            return value.flatMap { allowed.contains($0) ? $0 : nil }
        }
        var mask: UInt64 = 0
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let range = pieces.first, pieces.count <= 2 else { return nil }
            let step = pieces.count == 2 ? Int(pieces[1]) ?? 0 : 1
            guard step > 0, step < 1_000 else { return nil }
            var first = allowed.lowerBound, last = allowed.upperBound
            if range != "*", range != "?" {
                let ends = range.split(separator: "-", omittingEmptySubsequences: false)
                guard let from = ends.first.flatMap(number), ends.count <= 2 else { return nil }
                first = from
                if ends.count == 2 {
                    guard let to = number(ends[1]), to >= from else { return nil }
                    last = to
                } else if pieces.count == 1 {
                    last = from
                }
            }
            for value in stride(from: first, through: last, by: step) { mask |= 1 << UInt64(value) }
        }
        return mask == 0 ? nil : mask
    }
}
