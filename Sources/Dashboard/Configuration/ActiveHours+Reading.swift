import Alerting
import Foundation
import Telemetry

/// `active: {days: mon-fri, from: "08:00", to: "18:00", zone: Europe/Berlin}`.
extension ActiveHours {
    static let schema = RecordSchema("active hours", [
        .init("days", .oneOrMore(.text), "Such as mon-fri, or [sat, sun]. Default all."),
        .init("from", .text, "Clock time at which it begins, such as \"08:00\". Default 00:00."),
        .init("to", .text, "Clock time at which it ends; at or before from it is the next day's. Default 24:00."),
        .init("zone", .text, "IANA name of the place whose clocks count. Default UTC."),
    ])

    init?(_ record: ConfigurationReader.Record) {
        var days: Set<Int> = []
        for text in record.texts("days") {
            for word in text.lowercased().split(whereSeparator: { $0 == "," || $0 == " " }) {
                if let range = Self.days(String(word)) { days.formUnion(range) } else {
                    record.fail("days", "'\(printable(String(word)))' is no day. Write mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri")
                }
            }
        }
        let from = Self.second("from", record) ?? 0, to = Self.second("to", record) ?? 86_400
        let name = record.text("zone") ?? "UTC"
        guard let zone = ZoneOffsets(zone: name) else {
            record.fail("zone", "unknown time zone '\(printable(name))'. " + record.reader.suggestion(name, TimeZone.knownTimeZoneIdentifiers))
            return nil
        }
        if from == 86_400 { record.fail("from", "24:00 is the end of a day. Write 00:00 for its beginning") }
        self.init(days: record.has("days") ? days : Set(0...6), from: from, to: to, zone: zone)
    }

    private static func days(_ word: String) -> [Int]? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { dayNames.firstIndex(of: String($0)) }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else { return nil }
        // fri-mon goes over the week's end.
        return (0...6).map { (first + $0) % 7 }.prefix((last - first + 7) % 7 + 1).map { $0 }
    }

    private static func second(_ key: String, _ record: ConfigurationReader.Record) -> Int64? {
        guard let text = record.text(key) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) }), let hour = Int64(parts[0]), let minute = Int64(parts[1]),
              (0...24).contains(hour), (0...59).contains(minute), hour * 60 + minute <= 1_440 else {
            record.fail(key, "expected a clock time such as \"08:00\", in quotes")
            return nil
        }
        return hour * 3_600 + minute * 60
    }
}

extension ZoneOffsets {
    /// Changes from 2020 to 2050; nothing where the zone is unknown.
    init?(zone name: String) {
        guard let zone = TimeZone(identifier: name) else { return nil }
        let first = Date(timeIntervalSince1970: 1_577_836_800), last = Date(timeIntervalSince1970: 2_524_608_000)
        func change(_ date: Date) -> Change? {
            Timestamp(epoch: date.timeIntervalSince1970.rounded()).map { Change(from: $0, offset: Int64(zone.secondsFromGMT(for: date))) }
        }
        var changes = [change(first)].compactMap(\.self), at = first
        while let next = zone.nextDaylightSavingTimeTransition(after: at), next > at, next < last, changes.count < 200 {
            if let found = change(next) { changes.append(found) }
            at = next
        }
        self.init(name, changes: changes)
    }
}
