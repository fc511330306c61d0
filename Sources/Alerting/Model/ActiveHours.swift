import Telemetry

/// When a rule watches, on the clocks of a place: `mon-fri 08:00–18:00 Europe/Berlin`. Outside of them its condition counts as false.
package struct ActiveHours: Hashable, Sendable {
    /// 0 is Sunday. Hours that cross midnight belong to the day on which they begin.
    package var days: Set<Int>
    /// Seconds after midnight on the clock, up to 24:00.
    package var from: Int64
    package var to: Int64
    package var zone: ZoneOffsets

    package init(days: Set<Int>, from: Int64 = 0, to: Int64 = 86_400, zone: ZoneOffsets) {
        self.days = days
        self.from = from
        self.to = to
        self.zone = zone
    }

    /// Whether the whole step that ends at `end` lies inside: hours begin and end with steps.
    package func contains(stepEndingAt end: Timestamp, period: Int64) -> Bool { contains(end - max(1, period)) && contains(end - 1) }

    /// An hour that the clock shows twice is inside twice; one that it leaves out is not there.
    package func contains(_ time: Timestamp) -> Bool {
        let offset = zone.offset(at: time), wall = time + offset
        let second = wall - wall.floored(to: 86_400), today = time.civil(offset: offset).weekday
        if from < to { return days.contains(today) && from <= second && second < to }
        // 22:00 to 06:00: the evening of a day and the morning after it.
        return days.contains(today) && second >= from || days.contains((today + 6) % 7) && second < to
    }

    /// `mon-fri 08:00–18:00 Europe/Berlin`, for pages and the manual.
    package var words: String {
        let names = Self.dayNames
        var runs: [ClosedRange<Int>] = []
        // A week begins on Monday.
        for day in (1...7) where days.contains(day % 7) {
            if let last = runs.last, last.upperBound == day - 1 { runs[runs.count - 1] = last.lowerBound...day } else { runs.append(day...day) }
        }
        func name(_ day: Int) -> String { names[day % 7] }
        let list = runs.map { $0.count == 1 ? name($0.lowerBound) : "\(name($0.lowerBound))-\(name($0.upperBound))" }.joined(separator: ", ")
        return "\(list) \(Self.clock(from))–\(Self.clock(to)) \(zone.name)"
    }

    package static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private static func clock(_ second: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(second / 3_600)):\(two(second / 60 % 60))"
    }
}

/// What the clocks of a place show: seconds east of UTC from each change on. Whoever knows time zones fills it in.
package struct ZoneOffsets: Hashable, Sendable {
    package struct Change: Hashable, Sendable {
        package var from: Timestamp
        package var offset: Int64
        package init(from: Timestamp, offset: Int64) { self.from = from; self.offset = offset }
    }

    /// `Europe/Berlin`
    package var name: String
    /// Ascending; the first reaches back for ever.
    package var changes: [Change]

    package init(_ name: String, changes: [Change]) {
        self.name = name
        self.changes = changes
    }

    package static let utc = ZoneOffsets("UTC", changes: [])

    package func offset(at time: Timestamp) -> Int64 { (changes.last { $0.from <= time } ?? changes.first)?.offset ?? 0 }
}
