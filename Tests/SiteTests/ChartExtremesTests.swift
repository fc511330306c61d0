@testable import Site
import Telemetry
import Testing

/// Whatever the numbers are, a picture stays in its frame and says nothing that is not a number.
@Suite struct ChartExtremesTests {
    static let shapes: [(name: String, values: [Double])] = [
        ("no point", []), ("all absent", Array(repeating: .nan, count: 72)), ("one point", [42]), ("one point among gaps", (0..<72).map { $0 == 40 ? 7 : .nan }),
        ("all equal", Array(repeating: 42, count: 72)), ("all zero", Array(repeating: 0, count: 72)), ("negative", (0..<72).map { -Double($0) }),
        ("as large as a number gets", (0..<72).map { $0 % 2 == 0 ? 1e308 : -1e308 }), ("the largest of all", Array(repeating: .greatestFiniteMagnitude, count: 72)),
        ("as small as a number gets", Array(repeating: .leastNonzeroMagnitude, count: 72)), ("infinite", Array(repeating: .infinity, count: 72)),
        ("minus infinite", Array(repeating: -.infinity, count: 72)), ("one spike", (0..<72).map { $0 == 30 ? 1e9 : 0 }),
    ]

    @Test(arguments: shapes) func `every coordinate is a number inside the frame`(_ name: String, _ values: [Double]) throws {
        var out = Markup()
        let start = BlockedQueue.window.start
        for kind in [ChartUnit(.count, word: "messages"), ChartUnit(.ratio, word: "percent"), ChartUnit(.bytes, word: "bytes"), .seconds(upTo: values.max() ?? 0)] {
            LineChart(title: .verbatim(name), unit: kind, start: start, period: 300, lines: [ChartLine("a", .first, values, hasArea: true), ChartLine("b", .third, values.reversed())],
                      thresholds: [ChartThreshold(values.first ?? 1, "limit", isCritical: true, isAlwaysShown: true)], gaps: [ChartGap(BlockedQueue.gap, .noData)])
                .write(frame: BlockedQueue.frame(), into: &out)
        }
        BarChart(title: .verbatim(name), word: "runs", start: start, period: 300, stacks: [.init("ok", .good, values), .init("bad", .bad, values.reversed())]).write(frame: BlockedQueue.frame(), into: &out)
        Sparkline(values).write(into: &out)
        RetentionRuler(age: abs(values.first ?? 0), retention: values.last ?? 0, warning: values.first, critical: values.suffix(1)).write(into: &out)
        let text = String(decoding: out.bytes, as: UTF8.self)
        for attribute in ["d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height", "points", "r"] {
            for part in text.split(separator: " \(attribute)=\"").dropFirst() {
                let value = part.prefix { $0 != "\"" }
                #expect(!value.lowercased().contains("nan") && !value.lowercased().contains("inf"), "\(name): \(attribute)=\(value.prefix(80))")
                let numbers = value.split { !($0.isNumber || $0 == "." || $0 == "-") }.flatMap { $0.split(separator: "-") }.compactMap { Double($0) }
                // The widest drawing is 1,000 units across.
                #expect(numbers.allSatisfy { $0 <= 1_300 }, "\(name): \(attribute)=\(value.prefix(80))")
            }
        }
        #expect(PageText(text).problems.isEmpty, "\(name): \(PageText(text).problems)")
    }
}
