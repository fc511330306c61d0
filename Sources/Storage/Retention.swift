/// How long each resolution is kept, in seconds.
package struct Retention: Hashable, Sendable {
    package var raw: Int64
    package var fiveMinutes: Int64
    package var hour: Int64

    package init(raw: Int64, fiveMinutes: Int64, hour: Int64) {
        self.raw = raw
        self.fiveMinutes = fiveMinutes
        self.hour = hour
    }

    /// 15 days raw, 90 days of five minutes, 400 days of hours.
    package static let standard = Retention(raw: 15 * 86_400, fiveMinutes: 90 * 86_400, hour: 400 * 86_400)

    /// How long raw points stay. Where the grain is five minutes or more they are the five-minute resolution too.
    package func raw(grain: Int64) -> Int64 { grain < 300 ? raw : max(raw, fiveMinutes) }
}
