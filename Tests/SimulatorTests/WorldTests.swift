import Telemetry
import Testing
@testable import Simulator

@Suite struct WorldTests {
    private static let accounts = SimulatedWorld.mock().accounts + ["900000000001"]
    private let world = SimulatedWorld.mock()

    @Test(arguments: accounts) func `two worlds of the same seed agree, of another seed do not`(_ account: String) {
        func numbers(_ seed: UInt64) -> [Double] {
            let system = SimulatedWorld.mock(seed: seed).system(account: account)
            return system.metrics.series.keys.sorted().map { system.metrics.series[$0]?.point(from: dayZero.minute - 60, to: dayZero.minute, now: dayZero)?.sum ?? -1 }
        }
        #expect(numbers(7) == numbers(7))
        #expect(numbers(7) != numbers(8))
    }

    @Test(arguments: accounts) func `one-minute points add up to those of five minutes and an hour`(_ account: String) {
        let now = dayZero + 7_200
        for (key, series) in world.system(account: account).metrics.series {
            let hour = series.point(from: dayZero.minute - 60, to: dayZero.minute, now: now)
            let fives = (0..<12).compactMap { series.point(from: dayZero.minute - 60 + $0 * 5, to: dayZero.minute - 55 + $0 * 5, now: now) }
            let ones = (0..<60).compactMap { series.point(from: dayZero.minute - 60 + $0, to: dayZero.minute - 59 + $0, now: now) }
            for parts in [fives, ones] {
                #expect(abs(parts.reduce(0) { $0 + $1.sum } - (hour?.sum ?? 0)) < 1e-6, "Sum of \(key)")
                #expect(parts.reduce(0) { $0 + $1.count } == hour?.count ?? 0, "SampleCount of \(key)")
                #expect(parts.map(\.maximum).max() == hour?.maximum, "Maximum of \(key)")
                #expect(parts.map(\.minimum).min() == hour?.minimum, "Minimum of \(key)")
            }
        }
    }

    @Test(arguments: accounts) func `percentiles rise and stay below the timeout`(_ account: String) {
        let system = world.system(account: account)
        for function in system.functions {
            for hour in 0..<24 {
                guard let point = system.point("AWS/Lambda", "Duration", ["FunctionName": function.name], endingAt: dayZero - Int64(hour) * 3_600) else { continue }
                let values = [point.minimum, point.percentile(0.5), point.percentile(0.95), point.percentile(0.99), point.maximum, Double(function.timeout) * 1_000]
                #expect(values == values.sorted(), "\(function.name)")
            }
        }
    }

    @Test(arguments: accounts) func `sent is deleted, moved or waiting`(_ account: String) {
        let system = world.system(account: account)
        for queue in system.queues where queue.countsArrivalsAsSent && queue.isAwake(dayZero.minute) {
            for minutes: Int64 in [5, 60, 1_440] {
                let dimensions = ["QueueName": queue.name]
                let sent = system.sum("AWS/SQS", "NumberOfMessagesSent", dimensions, minutes: minutes)
                let deleted = system.sum("AWS/SQS", "NumberOfMessagesDeleted", dimensions, minutes: minutes)
                let start = dayZero.minute - minutes, end = dayZero.minute
                let moved = queue.movedAway(end) - queue.movedAway(start), held = queue.held(end - 1) - queue.held(start - 1)
                #expect(sent == deleted + Double(moved + held), "\(queue.name) over \(minutes) min")
                #expect(deleted >= 0)
            }
        }
    }

    @Test(arguments: accounts) func `reports tell of the same runs as metrics`(_ account: String) {
        let system = world.system(account: account)
        for group in system.logGroups where !group.isDenied && group.name.hasPrefix("/aws/lambda/") {
            let name = String(group.name.dropFirst(12))
            let reports = (dayZero.minute - 60..<dayZero.minute).flatMap(group.lines).count { $0.message.hasPrefix("REPORT RequestId:") }
            #expect(Double(reports) == system.sum("AWS/Lambda", "Invocations", ["FunctionName": name]), "\(name)")
        }
    }

    @Test func `the last two minutes are not there yet, and the next eight still grow`() throws {
        let series = try #require(world.system(account: "900000000001").metrics.series[
            MetricKey("AWS/SQS", "NumberOfMessagesSent", ["QueueName": "svc-01-queue"])])
        #expect(series.point(from: dayZero.minute - 2, to: dayZero.minute, now: dayZero) == nil)
        let young = series.point(from: dayZero.minute - 60, to: dayZero.minute, now: dayZero + 120)?.sum ?? 0
        let old = series.point(from: dayZero.minute - 60, to: dayZero.minute, now: dayZero + 900)?.sum ?? 0
        #expect(young <= old)
        let hours = (0..<24).map { hour in
            let start = dayZero - Int64(hour) * 3_600, end = start.minute + 5
            return (series.point(from: start.minute, to: end, now: start + 420)?.sum ?? 0) < (series.point(from: start.minute, to: end, now: start + 7_200)?.sum ?? 0)
        }
        #expect(hours.contains(true), "some first reading is corrected later")
    }

    @Test(arguments: accounts) func `every trace is found again by its id and every span lies in its trace`(_ account: String) {
        let system = world.system(account: account)
        for minute in dayZero.minute - 120..<dayZero.minute {
            for trace in system.traces(minute) {
                #expect(TraceModel.minute(of: trace.id) == minute, "\(trace.id)")
                let spans = trace.segments.flatMap(\.all)
                #expect(Set(spans.map(\.id)).count == spans.count, "span ids of \(trace.id)")
                for span in spans { #expect((span.end ?? span.start) >= span.start, "\(span.name)") }
            }
        }
    }
}
