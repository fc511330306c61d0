import Foundation
import Telemetry

/// A tenant's time zone in words: the only place where pages turn moments into clock times. Offsets around `now` are looked up once,
/// so that a page of a thousand times asks the zone file nothing, and both changes of daylight saving time come out right.
package struct TenantClock: Sendable {
    /// `Europe/Berlin`, as the tenant's file says; `UTC` where the zone is unknown.
    package let zone: String
    package let now: Timestamp
    /// Of the names of days and months.
    package let language: Language?
    private let weekdays: [String]
    private let months: [String]
    /// From each moment on, seconds east of UTC; ascending, the first reaches back for ever.
    private let offsets: [(from: Timestamp, seconds: Int64)]

    package init(zone name: String, now: Timestamp, language: Language? = nil) {
        let known = TimeZone(identifier: name)
        zone = known == nil ? "UTC" : name
        self.now = now
        self.language = language
        weekdays = Self.weekdays.map { $0.text(in: language) }
        months = Self.months.map { $0.text(in: language) }
        let first = now - 450 * 86_400, last = now + 400 * 86_400
        guard let known else { offsets = [(first, 0)]; return }
        var found = [(from: first, seconds: Self.offset(of: known, at: first))]
        var at = first
        while let next = known.nextDaylightSavingTimeTransition(after: Self.date(at)), found.count < 64 {
            guard let moment = Timestamp(epoch: next.timeIntervalSince1970), moment > at, moment <= last else { break }
            found.append((moment, Self.offset(of: known, at: moment)))
            at = moment
        }
        offsets = found
    }

    package func offset(at time: Timestamp) -> Int64 {
        (offsets.last { $0.from <= time } ?? offsets.first)?.seconds ?? 0
    }

    /// `UTC`, or the offset: `UTC+5:30`. A time without its zone is a riddle.
    package func offsetWords(at time: Timestamp) -> String {
        let offset = offset(at: time)
        guard offset != 0 else { return "UTC" }
        let minutes = abs(offset) / 60, rest = Int(clamping: minutes % 60)
        return "UTC\(offset < 0 ? "−" : "+")\(minutes / 60)" + (rest == 0 ? "" : ":\(two(rest))")
    }

    /// `Europe/Berlin (UTC+1)`, as it is at that moment.
    package func zoneWords(at time: Timestamp) -> String { offsetWords(at: time) == zone ? zone : "\(zone) (\(offsetWords(at: time)))" }
    /// `Europe/Berlin (now UTC+1)`, for a page that tells of days on both sides of a change.
    package var zoneWords: Phrase { offsetWords(at: now) == zone ? .verbatim(zone) : "\(zone) (now \(offsetWords(at: now)))" }

    package func civil(_ time: Timestamp) -> Timestamp.Civil { time.civil(offset: offset(at: time)) }

    /// Midnight, local, of the day that holds `time`.
    package func startOfDay(_ time: Timestamp) -> Timestamp {
        let c = civil(time)
        return midnight(year: c.year, month: c.month, day: c.day)
    }

    /// Local midnight at which a day of the calendar begins.
    package func midnight(year: Int64, month: Int, day: Int) -> Timestamp {
        let wall = Timestamp(year: year, month: month, day: day)
        // On the two days of a change the offset at midnight differs from the one at the same clock time in UTC.
        let guess = wall - offset(at: wall)
        return wall - offset(at: guess)
    }

    /// Days of the calendar here, of 23 to 25 hours; the first and the last cut to `window`.
    package func days(in window: TimeWindow) -> [TimeWindow] {
        var days: [TimeWindow] = [], start = window.start
        while start < window.end {
            let next = min(midnight(after: start), window.end)
            guard next > start else { break }
            days.append(TimeWindow(from: start, to: next))
            start = next
        }
        return days
    }

    /// The last `count` whole days; the last of them holds `time`.
    package func days(_ count: Int, through time: Timestamp) -> [TimeWindow] {
        let today = startOfDay(time)
        var first = today
        for _ in 1..<max(1, count) { first = startOfDay(first - 12 * 3_600) }
        return days(in: TimeWindow(from: first, to: midnight(after: today)))
    }

    private func midnight(after time: Timestamp) -> Timestamp { startOfDay(startOfDay(time) + 30 * 3_600) }

    /// `03:09`
    package func time(_ time: Timestamp) -> String {
        let c = civil(time)
        return "\(two(c.hour)):\(two(c.minute))"
    }

    /// `03:09:41`
    package func timeWithSeconds(_ time: Timestamp) -> String { "\(self.time(time)):\(two(civil(time).second))" }

    /// `Thu 17 Sep`, with the year only where it is not this one.
    package func day(_ time: Timestamp) -> String {
        let c = civil(time)
        let year = c.year == civil(now).year ? "" : " \(c.year)"
        return "\(weekdays[c.weekday % 7]) \(c.day) \(months[(c.month - 1) % 12])\(year)"
    }

    /// `17 Sep`
    package func shortDay(_ time: Timestamp) -> String {
        let c = civil(time)
        return "\(c.day) \(months[(c.month - 1) % 12])"
    }

    /// `Thu 17 Sep 2026`
    package func fullDay(_ time: Timestamp) -> String {
        let c = civil(time)
        return "\(weekdays[c.weekday % 7]) \(c.day) \(months[(c.month - 1) % 12]) \(c.year)"
    }

    /// `03:09` where it is within 24 hours of now, else `Wed 16 Sep 21:40`.
    package func moment(_ time: Timestamp) -> String {
        abs(time - now) < 86_400 && civil(time).day == civil(now).day ? self.time(time) : "\(day(time)) \(self.time(time))"
    }

    private static let weekdays: [Phrase] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months: [Phrase] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func date(_ time: Timestamp) -> Date { Date(timeIntervalSince1970: Double(time.seconds)) }
    private static func offset(of zone: TimeZone, at time: Timestamp) -> Int64 { Int64(zone.secondsFromGMT(for: date(time))) }
}

package func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
