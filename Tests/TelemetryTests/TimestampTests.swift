import Telemetry
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-20T10:05:00Z", 1_795_169_100), ("2024-02-29T23:59:59Z", 1_709_251_199),
        ("2026-11-20T12:05:00+02:00", 1_795_169_100), ("2026-11-20T10:05:00.987Z", 1_795_169_100), ("2016-12-31T23:59:60Z", 1_483_228_800),
    ] as [(String, Int64)]) func `RFC 3339 is read`(_ text: String, _ seconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.seconds == seconds)
    }

    @Test(arguments: ["", "2026-11-20", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T10:05:00", "2026-11-20T10:05:00.Z"])
    func `what is no RFC 3339 is refused`(_ text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test func `a time is written as it is read`() {
        for seconds: Int64 in [0, 951_782_400, 1_795_169_100, 253_402_300_799, -86_400] {
            #expect(Timestamp(rfc3339: Timestamp(seconds: seconds).rfc3339)?.seconds == seconds)
        }
    }

    @Test func `weekdays and flooring`() {
        let friday = Timestamp(seconds: 1_795_169_100)
        #expect(friday.civil().weekday == 5)
        #expect(friday.floored(to: 3_600).rfc3339 == "2026-11-20T10:00:00Z")
        #expect(Timestamp(seconds: -1).floored(to: 300).seconds == -300)
    }

    @Test(arguments: [Double.nan, .infinity, -1, 1e19]) func `an implausible epoch is nothing`(_ epoch: Double) {
        #expect(Timestamp(epoch: epoch) == nil)
    }

    @Test func `histogram bins hold their edges`() {
        for bin in 0..<LogHistogram.binCount - 1 { #expect(LogHistogram.bin(of: LogHistogram.edge(bin) * 1.0001) == bin) }
        #expect(LogHistogram.bin(of: 0) == 0)
        #expect(LogHistogram.bin(of: 1e300) == LogHistogram.binCount - 1)
    }
}

@Suite struct SaturatingTests {
    @Test(arguments: [(1.9, 1), (-1.9, -1), (.nan, 0), (1e300, .max), (-.infinity, .min)] as [(Double, Int64)])
    func `a measured number never traps`(_ value: Double, _ whole: Int64) { #expect(Int64(saturating: value) == whole) }
}
