@testable import Site
import Telemetry
import Testing

/// The blocked queue of acme: calm until 02:22, then 6.7 messages a minute pile up; the collector missed 25 minutes before midnight.
enum BlockedQueue {
    static let end = Timestamp(year: 2026, month: 9, day: 17, hour: 3, minute: 10)
    static let window = TimeWindow(from: end - 21_600, to: end)
    static let block = Timestamp(year: 2026, month: 9, day: 17, hour: 2, minute: 20)
    static let gap = TimeWindow(from: Timestamp(year: 2026, month: 9, day: 16, hour: 23, minute: 40), to: Timestamp(year: 2026, month: 9, day: 17, hour: 0, minute: 5))
    static let clock = TenantClock(zone: "UTC", now: Timestamp(year: 2026, month: 9, day: 17, hour: 3, minute: 12))

    static func series(_ value: (Int, Timestamp) -> Double) -> [Double] {
        (0..<72).map { row in
            let time = window.start + Int64(row) * 300
            return gap.contains(time) ? .nan : value(row, time)
        }
    }
    static func frame(height: Int = 120) -> ChartFrame {
        ChartFrame(axis: TimeAxis(window, clock: clock), clock: clock,
                   bands: [.init(TimeWindow(from: Timestamp(year: 2026, month: 9, day: 17, hour: 2, minute: 37), to: end), isCritical: true)],
                   markers: [.init(Timestamp(year: 2026, month: 9, day: 17, hour: 2, minute: 18), "v41 deployed")], csv: "data-6h.csv", height: height)
    }
}

struct ChartTests {
    private func bytes(_ write: (inout Markup) -> Void) -> [UInt8] {
        var out = Markup()
        write(&out)
        return out.bytes
    }

    @Test func `a gauge with an area, a gap, an alert window and a deployment`() throws {
        let visible = BlockedQueue.series { row, time in time < BlockedQueue.block ? Double(row * 7 % 3) : Double(time - BlockedQueue.block) / 60 * 6.7 }
        let chart = LineChart(title: "Queue depth", unit: ChartUnit(.count, word: "messages"), start: BlockedQueue.window.start, period: 300,
                              lines: [ChartLine("Visible", .first, visible, hasArea: true), ChartLine("In flight", .second, BlockedQueue.series { row, _ in Double(row % 2) })],
                              gaps: [ChartGap(BlockedQueue.gap, .noData)], takeaway: "Rising 6.7 a minute since 02:20.", labelsMarkers: true)
        try GoldenFile.expect(bytes { chart.write(frame: BlockedQueue.frame(), into: &$0) }, equals: "charts/queue-depth.svg.html")
    }

    @Test func `percentiles end just above the timeout`() throws {
        let values = BlockedQueue.series { _, time in time < BlockedQueue.block ? 1.4 : 9.4 }
        let chart = LineChart(title: "Subscribe duration", note: "against the configured timeout of 10 s", unit: .seconds(upTo: 10),
                              start: BlockedQueue.window.start, period: 300,
                              lines: [ChartLine("p99", .first, values), ChartLine("p95", .second, values.map { $0 * 0.9 }), ChartLine("p50", .third, values.map { $0 / 2 })],
                              thresholds: [ChartThreshold(10, "timeout 10 s", isCritical: true, isAlwaysShown: true), ChartThreshold(8, "warning at 80 %", isCritical: false)],
                              gaps: [ChartGap(BlockedQueue.gap, .noData)])
        try GoldenFile.expect(bytes { chart.write(frame: BlockedQueue.frame(), into: &$0) }, equals: "charts/duration.svg.html")
    }

    @Test func `bars are stacked good first and bad on top`() throws {
        let chart = BarChart(title: "Backend answers", word: "responses, per 5 min", start: BlockedQueue.window.start, period: 300,
                             stacks: [.init("2xx", .good, BlockedQueue.series { row, time in time < BlockedQueue.block ? Double(30 + row % 5) : 0 }),
                                      .init("504", .bad, BlockedQueue.series { row, time in time < BlockedQueue.block ? (row % 20 == 3 ? 1 : 0) : 10 })],
                             gaps: [ChartGap(BlockedQueue.gap, .noData)])
        try GoldenFile.expect(bytes { chart.write(frame: BlockedQueue.frame(), into: &$0) }, equals: "charts/answers.svg.html")
    }

    @Test func `asleep, denied and provisional look different from zero and from no data`() throws {
        let values = BlockedQueue.series { row, _ in row < 20 || row >= 60 ? 3 : .nan }
        let part = { (from: Int64, to: Int64) in TimeWindow(from: BlockedQueue.window.start + from * 300, to: BlockedQueue.window.start + to * 300) }
        let chart = LineChart(title: "Queue depth", unit: ChartUnit(.count, word: "messages"), start: BlockedQueue.window.start, period: 300,
                              lines: [ChartLine("Visible", .first, values)],
                              gaps: [ChartGap(part(20, 35), .asleep), ChartGap(part(35, 48), .denied), ChartGap(part(48, 60), .noData), ChartGap(part(69, 72), .provisional)])
        try GoldenFile.expect(bytes { chart.write(frame: BlockedQueue.frame(), into: &$0) }, equals: "charts/absences.svg.html")
    }

    @Test func `the small pictures`() throws {
        try GoldenFile.expect(bytes { out in
            let values = (0..<288).map { row in row > 260 ? Double(row - 260) * 12 : 0.0 }
            Sparkline(values, tone: .critical).write(into: &out)
            Sparkline([1, 2, .nan, .nan, 3, 4, .nan]).write(into: &out)
            out.raw("\n")
            DayStrip(Array(repeating: .ok, count: 9) + [.warning] + Array(repeating: .ok, count: 14) + [.noData] + Array(repeating: .ok, count: 4) + [.critical],
                     names: (1...30).map { "\($0) Sep" }).write(into: &out)
            out.raw("\n")
            RetentionRuler(age: 47 * 60, retention: 345_600, warning: 900, critical: [3_600, 172_800]).write(into: &out)
            PipelineStrip(label: "Path of a message", columns: [
                .init([.init(kind: "REST API", name: "orders-endpoint", state: .ok, facts: [.init("requests", "33")])]),
                .init([.init(kind: "FIFO queue", name: "orders.fifo", state: .critical, word: "Blocked", facts: [.init("visible", "312", tone: .critical)])], flow: .init("6.7 / min", "sent")),
                .init([.init(kind: "Function", name: "subscribe", state: .warning)] + (1...5).map { .init(kind: "Function", name: "copy \($0)", state: .ok) }, flow: .init("0 / min", "deleted", .nothing)),
            ]).write(into: &out)
            let scale = WaterfallScale(seconds: 0.33)
            scale.writeHead(into: &out)
            WaterfallRow(total: 0.116...0.316, selfTimes: [0.196...0.316], failed: [0.116...0.171], waiting: [0.171...0.196], note: "1st try throttled").write(scale: scale, into: &out)
        }, equals: "charts/small.svg.html")
    }

    @Test func `distributions`() throws {
        var warm = LogHistogram(), cold = LogHistogram()
        for index in 1...400 { warm.add(0.004 + 0.0001 * Double(index)) }
        for index in 1...12 { cold.add(0.09 + 0.01 * Double(index)) }
        try GoldenFile.expect(bytes { out in
            HistogramChart(title: "Run time", word: "of the handler, logarithmic", warm: warm, cold: cold, percentiles: [("p50", 0.024), ("p99", 0.19)]).write(into: &out)
            HistogramChart.small(warm: warm, cold: cold, range: 0..<20, into: &out)
            HeatStrip(title: "Run time over the day", word: "darker is more runs", columns: [warm, nil, cold, warm], start: BlockedQueue.window.start, period: 5_400)
                .write(axis: TimeAxis(BlockedQueue.window, clock: BlockedQueue.clock), clock: BlockedQueue.clock, into: &out)
        }, equals: "charts/distributions.svg.html")
    }

    @Test func `a spike of one minute survives ninety days`() {
        var values = Array(repeating: 1.0, count: 2_160), maxima = values, minima = values
        values[1_000] = 2
        maxima[1_000] = 500
        minima[1_000] = 0
        let line = ChartLine("Visible", .first, values, minima: minima, maxima: maxima)
        let path = LinePath(line, scale: ChartScale(greatest: 500), divisor: 1, height: 120)
        let points = path.runs.flatMap { $0 }
        #expect(points.count < 500)
        #expect(points.map(\.y).min() == ChartScale(greatest: 500).y(500, height: 120))
    }

    @Test func `a gap is never bridged`() {
        let path = LinePath(ChartLine("x", .first, [1, 2, .nan, .nan, 3, 4]), scale: ChartScale(greatest: 4), divisor: 1, height: 120)
        #expect(path.runs.count == 2)
        let out = bytes { path.writeLine(class: "l1", into: &$0) }
        #expect(String(decoding: out, as: UTF8.self).filter { $0 == "M" }.count == 2)
    }

    @Test(arguments: [0.0, 0.004, 0.7, 1, 3, 9, 312, 2_391, 1e9, .nan, .infinity])
    func `an axis has two to four round ticks below its top`(greatest: Double) {
        let scale = ChartScale(greatest: greatest)
        #expect((2...4).contains(scale.ticks.count))
        #expect(scale.ticks.allSatisfy { $0 < scale.top })
    }

    @Test func `foreign text cannot leave its place`() {
        let name = #"</svg><script>alert("x")</script>' onload="#
        let words = Phrase.verbatim(name)
        let chart = LineChart(title: words, note: words, unit: ChartUnit(.count, word: words), start: BlockedQueue.window.start, period: 300,
                              lines: [ChartLine(words, .first, [1, 2])], thresholds: [ChartThreshold(2, words, isCritical: true)], takeaway: words)
        let text = String(decoding: bytes { chart.write(frame: BlockedQueue.frame(), into: &$0) }, as: UTF8.self)
        #expect(!text.contains("<script"))
        #expect(!text.contains("' onload"))
    }

    @Test func `no cell of a CSV file starts a formula`() {
        let csv = SeriesCSV(start: Timestamp(seconds: 0), period: 300, columns: [.init("=HYPERLINK(\"x\")", [1, .nan, 2.5])])
        #expect(String(decoding: csv.bytes, as: UTF8.self)
            == "time,\"'=HYPERLINK(\"\"x\"\")\"\r\n1970-01-01T00:00:00Z,1\r\n1970-01-01T00:05:00Z,\r\n1970-01-01T00:10:00Z,2.5\r\n")
    }
}
