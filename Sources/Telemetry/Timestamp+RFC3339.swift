/// Calendar arithmetic in UTC on integers: no locale, no zone file, no input that could trap.
/// The day count is Howard Hinnant's `days_from_civil`, valid for every proleptic Gregorian date.
extension Timestamp {
    package struct Civil: Hashable, Sendable {
        package var year: Int64, month: Int, day: Int, hour: Int, minute: Int, second: Int
        /// 0 is Sunday.
        package var weekday: Int
    }

    package init(year: Int64, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        self.init(seconds: days * 86_400 + Int64(hour) * 3_600 + Int64(minute) * 60 + Int64(second))
    }

    /// The calendar fields in UTC, shifted by `offset` seconds east of it.
    package func civil(offset: Int64 = 0) -> Civil {
        let local = seconds &+ offset
        var days = local / 86_400
        var rest = local % 86_400
        if rest < 0 { rest += 86_400; days -= 1 }
        let z = days + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let weekday = ((days % 7) + 11) % 7
        return Civil(year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: Int(month), day: Int(dayOfYear - (153 * shifted + 2) / 5 + 1),
                     hour: Int(rest / 3_600), minute: Int(rest / 60 % 60), second: Int(rest % 60), weekday: Int(weekday))
    }

    /// `2026-11-20T10:05:00Z` (RFC 3339).
    package var rfc3339: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same as bytes: files have a time in every row.
    package func appendRFC3339(to bytes: inout [UInt8]) {
        let c = civil()
        if (0...9_999).contains(c.year) {
            append(two: Int(c.year) / 100, to: &bytes)
            append(two: Int(c.year) % 100, to: &bytes)
        } else {
            bytes += String(c.year).utf8
        }
        append(UInt8(ascii: "-"), c.month, to: &bytes)
        append(UInt8(ascii: "-"), c.day, to: &bytes)
        append(UInt8(ascii: "T"), c.hour, to: &bytes)
        append(UInt8(ascii: ":"), c.minute, to: &bytes)
        append(UInt8(ascii: ":"), c.second, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Reads RFC 3339 with `Z` or an offset. Fractions are cut off, a leap second counts as the next second, anything else is nothing.
    package init?(rfc3339 text: some StringProtocol) {
        guard let parsed = RFC3339(text) else { return nil }
        self = parsed.whole
    }

    /// The same reading with the fraction kept, in seconds since the epoch.
    package static func epoch(rfc3339 text: some StringProtocol) -> Double? {
        RFC3339(text).map { Double($0.whole.seconds) + $0.fraction }
    }
}

private func append(_ mark: UInt8, _ number: Int, to bytes: inout [UInt8]) {
    bytes.append(mark)
    append(two: number, to: &bytes)
}

private func append(two number: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: 48 + number / 10))
    bytes.append(UInt8(truncatingIfNeeded: 48 + number % 10))
}

private struct RFC3339 {
    var whole: Timestamp
    var fraction: Double

    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        var at = 0
        func number(_ count: Int) -> Int? {
            guard at + count <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[at..<at + count] {
                guard byte >= 48, byte <= 57 else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            at += count
            return value
        }
        func skip(_ allowed: StaticString) -> Bool {
            guard at < bytes.count else { return false }
            let hit = allowed.withUTF8Buffer { $0.contains(bytes[at]) }
            if hit { at += 1 }
            return hit
        }
        guard let year = number(4), skip("-"), let month = number(2), skip("-"), let day = number(2), skip("Tt "),
              let hour = number(2), skip(":"), let minute = number(2), skip(":"), let second = number(2),
              (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60 else { return nil }
        var fraction = 0.0
        if skip(".,") {
            var scale = 0.1, digits = 0
            while at < bytes.count, bytes[at] >= 48, bytes[at] <= 57 {
                fraction += Double(bytes[at] - 48) * scale
                scale /= 10
                digits += 1
                at += 1
            }
            guard digits > 0 else { return nil }
        }
        var offset = 0
        if !skip("Zz") {
            guard at < bytes.count, bytes[at] == 43 || bytes[at] == 45 else { return nil }
            let sign = bytes[at] == 43 ? 1 : -1
            at += 1
            guard let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else { return nil }
            offset = sign * (hours * 3_600 + minutes * 60)
        }
        guard at == bytes.count else { return nil }
        let time = Timestamp(year: Int64(year), month: month, day: day, hour: hour, minute: minute, second: second)
        guard second == 60 || time.civil().day == day else { return nil }
        whole = time - Int64(offset)
        self.fraction = fraction
    }
}
