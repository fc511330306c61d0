@testable import Collectors
import Signals
import Telemetry
import Testing

@Suite struct `The pace of asking` {
    private let metrics: [Cadence: Int] = [.fast: 200, .slow: 90, .daily: 4]

    @Test(arguments: [
        (nil, Int64(0), Int64(900)), (1_000_000, 0, 900),
        // 288 × 200 fast, 96 × 90 slow, 4 daily are 66,244 a day; each step leaves less.
        (66_244, 0, 900), (66_243, 0, 3_600), (59_764, 0, 3_600), (59_000, 0, 14_400), (57_700, 0, 86_400), (57_600, 600, 86_400), (20_000, 900, 86_400), (5_000, 3_600, 86_400),
        // Less than the slowest pace: that one, and what is left of the day's budget ends it.
        (10, 14_400, 86_400),
    ] as [(Int?, Int64, Int64)])
    func `slow signals wait longer first, then all do`(_ limit: Int?, _ fast: Int64, _ slow: Int64) {
        let pace = AskingPace(for: metrics, interval: 300, metricsPerDay: limit)
        #expect(pace.fast == fast && pace.slow == slow)
        if let limit, limit > 10 { #expect(pace.metricsPerDay(metrics, interval: 300) <= Double(limit)) }
    }

    @Test func `a day of runs keeps to its budget, leaves nothing unread, and says so without failing`() async {
        let answers = queueAnswers { input, _ in
            // A point for each step that is asked about.
            let start = input["StartTime"]?.integer ?? 0, end = input["EndTime"]?.integer ?? 0
            let times = stride(from: start, to: end, by: 900).map(String.init)
            return metricAnswer(input, times: times.joined(separator: ","), values: times.map { _ in "1" }.joined(separator: ","))
        }
        var order = CollectionOrder.mock([ResourceOrder(.queue, "orders")], backfill: 3_600)
        (order.interval, order.grain) = (900, 900)
        let all = CollectionPlan(order, interval: 900)
        let limit = 400
        #expect(all.metrics / 30 > 2 * limit)
        order.budget.metricsPerDay = limit
        var asked = 0, seen: Set<Timestamp> = []
        for run in 0..<96 {
            order.now = ScriptedAWS.now + Int64(run) * 900
            order.budget.metrics = limit - asked
            let harvest = await ScriptedAWS(answers).harvest(order)
            #expect(harvest.problems == [])
            for resource in harvest.resources { order.known[resource.id] = KnownResource(resource, checkedAt: resource.checkedAt ?? Timestamp(seconds: 0)) }
            order.cursors.merge(harvest.cursors) { $1 }
            asked += harvest.ledger.first { $0.operation == "cloudwatch:GetMetricData" }?.units ?? 0
            seen.formUnion(harvest.samples(.queue, "orders", "sent").map(\.time))
            if let reading = harvest.readings.first(where: { $0.what == "CloudWatch metrics" }) {
                #expect(reading.state == .ok && reading.detail?.hasPrefix("Asked less often to keep to 400 metrics a day: slow signals every 1\u{A0}d, all others every ") == true)
            }
            #expect(harvest.askingInterval > 900)
        }
        #expect(asked <= limit && asked > limit / 2)
        // Every quarter of an hour of the day but the last stretch.
        #expect(seen.count > 85)
        let planned = CollectionPlan(order, interval: 900)
        #expect(planned.assumptions.contains { $0.contains("keep to 400 metrics a day") } && abs(planned.metrics / 30 - asked) < limit / 10)
    }
}
