/// Reads the one date form that HTTP senders may still write, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
package func epochSeconds(httpDate text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT" else { return nil }
    return epochSeconds(day: parts[1], month: parts[2], year: parts[3], clock: parts[4])
}

/// Reads a date of a certificate as OpenSSL prints it, `Nov  6 08:49:37 2027 GMT`.
func epochSeconds(certificateDate text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 5, parts[4] == "GMT" else { return nil }
    return epochSeconds(day: parts[1], month: parts[0], year: parts[3], clock: parts[2])
}

private func epochSeconds(day: Substring, month: Substring, year: Substring, clock: Substring) -> Int64? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard let day = Int64(day), let month = months.firstIndex(of: String(month)), let year = Int64(year), (1...31).contains(day), (1970...9999).contains(year) else { return nil }
    let clock = clock.split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2]) else { return nil }
    // Days since 1970-01-01, counted in years that begin in March (Howard Hinnant, days_from_civil).
    let y = month < 2 ? year - 1 : year
    let yearOfEra = y % 400
    let dayOfYear = (153 * (Int64(month) + (month > 1 ? -2 : 10)) + 2) / 5 + day - 1
    let days = y / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
}
