/// A summary of a day or a week for one receiver.
package struct DigestConfiguration: Hashable, Sendable {
    package enum Period: String, CaseIterable, Sendable {
        case day, week
        var seconds: Int64 { self == .day ? 86_400 : 7 * 86_400 }
    }

    package var receiver: String
    package var period: Period
    /// Seconds after midnight in the tenant's zone; a week ends on Monday.
    package var at: Int64

    static let schema = RecordSchema("a digest", [
        .init("receiver", .text, required: true, "Who gets it."),
        .init("every", .choice(Period.allCases.map(\.rawValue)), "day (default) or week; a week ends on Monday."),
        .init("at", .text, "Time of day in the tenant's zone, such as 08:00 (default)."),
    ])

    init?(_ record: ConfigurationReader.Record, receivers: [String]) {
        guard let name = record.text("receiver") else { return nil }
        if !receivers.contains(name) { record.fail("receiver", "no receiver is called '\(printable(name))'. " + record.reader.suggestion(name, receivers)) }
        receiver = name
        period = record.choice("every") ?? .day
        let text = record.text("at") ?? "08:00"
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<24).contains(hour), (0..<60).contains(minute) else {
            record.fail("at", "expected a time of day such as 08:00, found '\(printable(text))'")
            return nil
        }
        at = hour * 3_600 + minute * 60
    }
}
