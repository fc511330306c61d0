import Telemetry

/// A calendar month in the tenant's zone, of which there is a report.
package struct ReportMonth: Hashable, Comparable, Sendable {
    package var year: Int64
    package var month: Int
    /// Late numbers may still come for so many seconds after its end.
    package static let settling: Int64 = 6 * 3_600

    package init(year: Int64, month: Int) {
        self.year = year
        self.month = month
    }

    /// The one that holds a moment.
    package init(of time: Timestamp, _ clock: TenantClock) {
        let civil = clock.civil(time)
        self.init(year: civil.year, month: civil.month)
    }

    /// Reads `2026-10`; nothing where that is no month.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = Int64(parts[0]), let month = Int(parts[1]), year >= 1970, (1...12).contains(month) else { return nil }
        self.init(year: year, month: month)
    }

    /// `2026-10`
    package var name: String { "\(year)-\(two(month))" }
    /// `October 2026`
    package var title: Phrase { "\(Self.names[(month - 1) % 12]) \(year)" }
    package var path: String { "reports/\(name)/index.html" }
    package var csvPath: String { "reports/\(name)/report.csv" }

    package var next: ReportMonth { month == 12 ? ReportMonth(year: year + 1, month: 1) : ReportMonth(year: year, month: month + 1) }
    package var previous: ReportMonth { month == 1 ? ReportMonth(year: year - 1, month: 12) : ReportMonth(year: year, month: month - 1) }

    package func window(_ clock: TenantClock) -> TimeWindow { TimeWindow(from: start(clock), to: next.start(clock)) }

    private func start(_ clock: TenantClock) -> Timestamp { clock.midnight(year: year, month: month, day: 1) }

    /// Months that are over and settled, the newest first; at most `limit`.
    package static func settled(since first: Timestamp, _ clock: TenantClock, limit: Int = 12) -> [ReportMonth] {
        var months: [ReportMonth] = [], month = ReportMonth(of: clock.now - settling, clock).previous
        while months.count < limit, month.window(clock).end > first {
            months.append(month)
            month = month.previous
        }
        return months
    }

    package static func < (a: ReportMonth, b: ReportMonth) -> Bool { (a.year, a.month) < (b.year, b.month) }
    private static let names: [Phrase] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
}
