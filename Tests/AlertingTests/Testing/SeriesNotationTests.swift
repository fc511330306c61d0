import Signals
import Telemetry
import Testing
@testable import Alerting

@Suite struct SeriesNotationTests {
    @Test(arguments: [
        ("1x5", .count, [1, 1, 1, 1, 1, 1]), ("1+2x3", .count, [1, 3, 5, 7]), ("10-5x2", .count, [10, 5, 0]), ("1 _ 2", .count, [1, nil, 2]), ("_x3 4", .count, [nil, nil, nil, 4]),
        ("10m+5mx2", .seconds, [600, 900, 1_200]), ("0x1 90s 1.5h", .seconds, [0, 0, 90, 5_400]), ("250ms", .seconds, [0.25]), ("5%x1 0.5", .ratio, [0.05, 0.05, 0.5]), ("-3%", .ratio, [-0.03]),
        ("512MiB", .bytes, [536_870_912]), ("", .count, []), ("  7  ", .count, [7]),
    ] as [(String, MetricUnit, [Double?])])
    func `a line of text is a series`(_ text: String, _ unit: MetricUnit, _ values: [Double?]) throws { #expect(try SeriesNotation.values(text, unit: unit) == values) }

    @Test(arguments: [
        ("16", .seconds, 0, "'16' is no value of this signal: write it like 90s or 16m"), ("1 5m", .count, 2, "'5m' is no value of this signal: write it like 12"),
        ("1x", .count, 2, "expected how often, a number from 1 to 100000"), ("1x999999999", .count, 2, "expected how often, a number from 1 to 100000"), ("1x0", .count, 2, "expected how often, a number from 1 to 100000"),
        ("5 min", .count, 2, "expected a number such as 12, a gap (_) or a space"), ("5parsec", .seconds, 0, "unknown unit 'parsec'. Write s, m, h or d for time, KiB, MiB or GiB for size, % for shares"),
        ("1+2", .count, 0, "after a step the number of repetitions is missing: write 10+5x3"), ("1,2", .count, 1, "expected a space between values"), ("__", .count, 1, "expected a space between values"),
        ("1x99999 1x99999", .count, 8, "more than 100000 steps. Shorten the series"), ("stale", .count, 0, "expected a number such as 12, a gap (_) or a space"),
    ] as [(String, MetricUnit, Int, String)])
    func `a mistake has its place and says what would be right`(_ text: String, _ unit: MetricUnit, _ offset: Int, _ message: String) {
        #expect(throws: SeriesNotation.Mistake(offset: offset, message: message)) { try SeriesNotation.values(text, unit: unit) }
    }

    @Test func `a test that holds has no failures, one that does not shows both sides`() throws {
        let queue = Resource(id: ResourceID(source: "test", kind: .queue, name: "orders"), service: "shop", presence: .alive)
        let origin = RuleOrigin(file: "rules/own.yaml", line: 9)
        func test(_ expected: [RuleTest.Expected], at: Int64 = 600) throws -> [RuleTest.Failure] {
            RuleTest(name: "old", origin: origin, subjects: [.init(queue, series: ["oldest_age": [960, 960, nil]])], checks: [.init(at: at, rule: nil, expected: expected, origin: origin)])
                .failures(of: try compiled(.mock("oldest_age > 15m")))
        }
        #expect(try test([.init(rule: "rule", resource: "orders", severity: .warning, value: 960)]).isEmpty)
        #expect(try test([], at: 0).isEmpty)
        #expect(try test([.init(rule: "rule", resource: "orders", severity: .critical)]) == [
            .init(at: 600, origin: origin, missing: ["firing critical  rule on orders"], surplus: ["firing warning  rule on orders  value 16\u{A0}min  (orders: 16\u{A0}min (limit 15\u{A0}min))"]),
        ])
        #expect(try test([]).first?.missing == [])
        #expect(try test([.init(rule: "rule", resource: "orders", severity: .warning, value: 900)]).count == 1)
    }
}
