import Signals
import Telemetry

/// A finding that somebody signed for: shown as accepted until its last day, then as a finding again.
package struct AcceptedRisk: Hashable, Sendable {
    package var check: String
    package var reason: String
    package var owner: String
    /// The first moment at which it counts no more: the end of its last day, UTC.
    package var end: Timestamp

    package init(check: String, reason: String, owner: String, end: Timestamp) {
        self.check = check
        self.reason = reason
        self.owner = owner
        self.end = end
    }

    static let schema = RecordSchema("an accepted risk", [
        .init("check", .identifier, required: true, "The check whose finding is accepted."),
        .init("reason", .text, required: true, "Why it may stay."),
        .init("owner", .text, required: true, "Who answers for it."),
        .init("until", .day, required: true, "The last day of the acceptance; afterwards the finding shows again."),
    ])

    init?(_ record: ConfigurationReader.Record) {
        guard let check = record.identifier("check") else { return nil }
        guard Check.named(check) != nil else {
            record.fail("check", "no check is called '\(printable(check))'. " + record.reader.suggestion(check, Check.all.map(\.id)))
            return nil
        }
        for key in ["reason", "owner"] where record.text(key)?.allSatisfy(\.isWhitespace) == true { record.fail(key, "must not be empty") }
        guard let reason = record.text("reason"), let owner = record.text("owner"), let last = record.day("until") else { return nil }
        self.init(check: check, reason: reason, owner: owner, end: last + 86_400)
    }

    /// `2026-12-31`
    package var lastDay: String { String((end - 1).rfc3339.prefix(10)) }
}
