import Foundation
import Site
import Telemetry

/// A stretch that comes back every week, in the clock time of a place.
struct WeeklyWindow: Hashable, Sendable {
    /// 0 is Sunday, as in `Timestamp.Civil`; empty means every day.
    var days: Set<Int>
    /// Minutes after midnight; an end that is not after its start lies on the next day.
    var from: Int
    var to: Int
    var zone: String

    static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    static let schema = RecordSchema("a weekly window", [
        .init("days", .oneOrMore(.choice(dayNames)), "On which days it begins. Default every day."),
        .init("from", .text, required: true, "Clock time at which it begins, such as 02:00."),
        .init("to", .text, required: true, "Clock time at which it ends; one before 'from' is on the next day."),
        .init("zone", .text, "IANA name of the clock's zone, such as Europe/Berlin. Default UTC."),
    ])

    init(days: Set<Int>, from: Int, to: Int, zone: String) {
        self.days = days
        self.from = from
        self.to = to
        self.zone = zone
    }

    init?(_ record: ConfigurationReader.Record) {
        func minutes(_ key: String) -> Int? {
            guard let text = record.text(key) else { return nil }
            if let minutes = Self.minutes(text) { return minutes }
            record.fail(key, "expected a clock time in quotes, such as \"02:00\"")
            return nil
        }
        let days = record.texts("days").compactMap { name -> Int? in
            if let day = Self.dayNames.firstIndex(of: name.lowercased()) { return day }
            record.fail("days", "'\(printable(name))' is no day. " + record.reader.suggestion(name, Self.dayNames))
            return nil
        }
        let zone = record.text("zone") ?? "UTC"
        if !Self.isZone(zone) {
            record.fail("zone", "unknown time zone '\(printable(zone))'. " + record.reader.suggestion(zone, TimeZone.knownTimeZoneIdentifiers))
            return nil
        }
        guard let from = minutes("from"), let to = minutes("to") else { return nil }
        self.init(days: Set(days), from: from, to: to, zone: zone)
    }

    /// `02:00`
    static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.utf8.allSatisfy { $0 &- 48 < 10 } }), let hour = Int(parts[0]), let minute = Int(parts[1]),
              hour < 24, minute < 60 else { return nil }
        return hour * 60 + minute
    }

    static func isZone(_ name: String) -> Bool { TimeZone(identifier: name) != nil }

    static func clock(_ minutes: Int) -> String { "\(two(minutes / 60)):\(two(minutes % 60))" }

    /// `sat, sun 02:00–04:00 Europe/Berlin`
    var words: String {
        let names = days.isEmpty ? "every day" : days.sorted { ($0 + 6) % 7 < ($1 + 6) % 7 }.map { Self.dayNames[$0] }.joined(separator: ", ")
        return "\(names) \(Self.clock(from))–\(Self.clock(to)) \(zone)"
    }

    /// The windows that touch the stretch, in order. Both changes of daylight saving time come out as the clock on the wall shows them.
    func windows(in stretch: TimeWindow) -> [TimeWindow] {
        let place = TenantClock(zone: zone, now: stretch.start)
        var windows: [TimeWindow] = []
        // Noon is on the same day whatever the clocks do.
        var noon = place.startOfDay(stretch.start - 86_400) + 43_200
        while noon < stretch.end + 86_400 {
            let day = place.civil(noon)
            if days.isEmpty || days.contains(day.weekday) {
                let begin = place.moment(day, minutes: from, isEnd: false), end = place.moment(to > from ? day : place.civil(noon + 86_400), minutes: to, isEnd: true)
                if begin < end, begin < stretch.end, end > stretch.start { windows.append(TimeWindow(from: begin, to: end)) }
            }
            noon = place.startOfDay(noon + 86_400) + 43_200
        }
        return windows
    }
}

private extension TenantClock {
    /// When the clock on the wall shows that. Of an hour that comes twice a window has both; one that is left out is the moment of the change.
    func moment(_ day: Timestamp.Civil, minutes: Int, isEnd: Bool) -> Timestamp {
        let wall = Timestamp(year: day.year, month: day.month, day: day.day) + Int64(minutes) * 60
        let before = wall - offset(at: wall - 86_400), after = wall - offset(at: wall + 86_400)
        let candidates = isEnd ? [after, before] : [before, after]
        return candidates.first { civil($0).hour * 60 + civil($0).minute == minutes } ?? before
    }
}
