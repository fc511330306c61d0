import Telemetry
import Testing
@testable import Alerting
import Signals

/// A front that calls a worker, which calls a table: a day of calm, then an incident of four steps.
struct SuspectTests {
    private static let calm = 280, steps = 4

    private static func series(_ calls: Double, failures: Double = 0, seconds: Double, then: (failures: Double, seconds: Double)) -> CallSeries {
        // A little restless, without a pattern: otherwise everything would be unusual.
        let restless = (0..<calm).map { 1 + Double(($0 * 7919) % 11 - 5) / 100 }
        return CallSeries(calls: Array(repeating: calls, count: calm + steps), failures: Array(repeating: failures, count: calm) + Array(repeating: then.failures, count: steps),
                          seconds: restless.map { $0 * calls * seconds } + Array(repeating: calls * then.seconds, count: steps))
    }

    private func suspects(_ front: (Double, Double), _ worker: (Double, Double), _ table: (Double, Double), _ trouble: Suspect.Trouble) -> [Suspect] {
        let parts = [Self.series(100, seconds: 0.3, then: front), Self.series(100, seconds: 0.2, then: worker), Self.series(200, seconds: 0.01, then: table), Self.series(100, seconds: 0.1, then: (50, 9))]
        // The last part is called by nobody: it has trouble of its own.
        return SuspectFinder(parts: parts, callees: [[1], [2], [], []]).suspects(
            of: 0, trouble, in: Self.calm..<Self.calm + Self.steps, before: 12, history: 0..<Self.calm - 12, period: 300)
    }

    @Test(arguments: [
        ((20.0, 0.3), (20.0, 0.2), (0.0, 0.01), 1, "a worker that fails takes its caller with it"),
        ((20.0, 0.3), (20.0, 0.2), (20.0, 0.01), 2, "a table that fails takes both with it"),
        ((20.0, 0.3), (0.0, 0.2), (0.0, 0.01), 0, "a front that fails by itself"),
        ((20.0, 0.3), (20.0, 0.2), (1.0, 0.01), 1, "one failure of the table explains a twentieth"),
    ])
    func `the part is named whose own failures are in excess`(_ front: (Double, Double), _ worker: (Double, Double), _ table: (Double, Double), cause: Int, why: String) {
        #expect(suspects(front, worker, table, .failures).first?.part == cause, Comment(rawValue: why))
    }

    @Test(arguments: [
        ((0.0, 0.8), (0.0, 0.7), (0.0, 0.01), 1, "half a second of the worker's own"),
        ((0.0, 0.8), (0.0, 0.7), (0.0, 0.26), 2, "two calls of the table, a quarter of a second more each"),
        ((0.0, 0.8), (0.0, 0.2), (0.0, 0.01), 0, "the front's own"),
    ])
    func `the part is named whose own time is in excess`(_ front: (Double, Double), _ worker: (Double, Double), _ table: (Double, Double), cause: Int, why: String) {
        #expect(suspects(front, worker, table, .time).first?.part == cause, Comment(rawValue: why))
    }

    @Test func `nobody is named where nothing is out of the ordinary`() {
        #expect(suspects((0, 0.302), (0, 0.201), (0, 0.0101), .time) == [])
        #expect(suspects((0.5, 0.3), (0.5, 0.2), (0, 0.01), .failures) == [], "two failures are no pattern")
    }

    @Test func `what was never called before says nothing of itself: whoever began to call it is named`() {
        let quiet = Array(repeating: 0.0, count: Self.calm), front = Self.series(100, seconds: 0.3, then: (20, 0.3))
        let unknown = CallSeries(calls: quiet + [20, 20, 20, 20], failures: quiet + [20, 20, 20, 20])
        let found = SuspectFinder(parts: [front, unknown], callees: [[1], []]).suspects(of: 0, .failures, in: Self.calm..<Self.calm + Self.steps, before: 12, history: 0..<Self.calm - 12, period: 300)
        #expect(found.map(\.part) == [0])
    }

    @Test func `nobody is named while the past is too short to tell`() {
        let parts = [CallSeries(calls: [10, 10, 10], failures: [0, 0, 10])]
        #expect(SuspectFinder(parts: parts, callees: [[]]).suspects(of: 0, .failures, in: 2..<3, before: 1, history: 0..<1, period: 300) == [])
        #expect(SuspectFinder(parts: [], callees: [[7], [-1]]).suspects(of: 3, .time, in: -2..<9, before: 0, history: 5..<900, period: 0) == [])
    }

    @Test func `the evidence says what was seen, what was expected, and what the callees explain`() throws {
        let failing = try #require(suspects((20, 0.3), (20, 0.2), (5, 0.01), .failures).first)
        #expect(failing.evidence == "80 of 400 calls failed in 20 min, where 0 would be expected. What it calls explains 20 of them.".replacing(" min", with: "\u{A0}min"))
        let slow = try #require(suspects((0, 0.8), (0, 0.7), (0, 0.01), .time).first)
        #expect(slow.evidence == "A call took 700 ms in 20 min, 200 ms before it. Nothing that it calls explains that.".replacing(" m", with: "\u{A0}m"))
    }
}

/// The same from stored measurements of a tenant.
struct WatchedSystemTests {
    private let api = ResourceID(source: "prod", kind: .api, name: "front"), worker = ResourceID(source: "prod", kind: .function, name: "work")
    private let queue = ResourceID(source: "prod", kind: .queue, name: "jobs"), table = ResourceID(source: "prod", kind: .table, name: "stock")

    private func world(workerErrors: Double = 0, tableThrottles: Double = 0) -> RecordedMeasurements {
        func day(_ value: Double, _ last: Double) -> [Double?] { Array(repeating: value, count: 300) + Array(repeating: last, count: 6) }
        var world = RecordedMeasurements()
        world.add(.api, "front", ["requests": day(50, 50), "errors_5xx": day(0, workerErrors), "latency.p50": day(0.1, 0.1)], feeds: [worker])
        world.add(.queue, "jobs", ["oldest_age": day(0, 900)], feeds: [worker])
        world.add(.function, "work", ["invocations": day(50, 50), "errors": day(0, workerErrors), "duration.p50": day(0.08, 0.08)])
        world.add(.table, "stock", ["throttles": day(0, tableThrottles), "latency.avg": day(0.005, 0.005)])
        return world
    }

    private func suspects(_ alert: ResourceID, _ world: RecordedMeasurements, calls: [CallEdge] = []) throws -> [ResourceID] {
        try WatchedSystem(world.known, calls: calls).suspects(of: alert, since: world.end(301), unit: .count, to: world.end(306), period: world.period, grid: world.grid).map(\.resource)
    }

    @Test func `an API's failures come from the function behind it`() throws {
        #expect(try suspects(api, world(workerErrors: 9)) == [worker])
    }

    @Test func `calls that only traces show count like configured ones`() throws {
        #expect(try suspects(api, world(workerErrors: 9, tableThrottles: 9), calls: [call("work", "stock")]).first == table)
    }

    @Test func `a queue's alert comes from who reads it, although a queue counts no calls`() throws {
        #expect(try suspects(queue, world(workerErrors: 9)) == [worker])
        #expect(try suspects(queue, world()) == [])
    }

    @Test func `what is no resource of the tenant has no suspects`() throws {
        #expect(try suspects(ResourceID(source: "prod", kind: .function, name: "gone"), world(workerErrors: 9)) == [])
    }

    @Test func `a call means the resource of its source and kind, and no other of that name`() throws {
        var world = world(workerErrors: 9, tableThrottles: 9)
        #expect(try suspects(api, world, calls: [call("work", "stock", type: "AWS::S3::Bucket")]) == [worker])
        // The trace of another source means that source's own.
        world.known.append(Resource(id: ResourceID(source: "test", kind: .function, name: "work"), service: "orders", presence: .alive))
        #expect(try suspects(api, world, calls: [call("work", "stock", source: "test")]) == [worker])
    }

    @Test func `of hourly numbers the past is long enough to know what is usual`() throws {
        var world = RecordedMeasurements()
        world.period = 3_600
        func values(_ usual: Double, _ last: Double) -> [Double?] { Array(repeating: usual, count: 60) + [last] }
        world.add(.api, "front", ["requests": values(50, 50), "errors_5xx": values(0, 9)], feeds: [worker])
        world.add(.function, "work", ["invocations": values(50, 50), "errors": values(0, 9)])
        #expect(try WatchedSystem(world.known).suspects(of: api, since: world.end(60), unit: .count, to: world.end(61), period: 3_600, grid: world.grid).map(\.resource) == [worker])
    }

    private func call(_ from: String, _ to: String, type: String = "AWS::DynamoDB::Table", source: String = "prod") -> CallEdge {
        CallEdge(source: source, hour: RecordedMeasurements.start, from: CallNode(from, type: "AWS::Lambda::Function"), to: CallNode(to, type: type), figures: CallFigures(ok: 3))
    }
}
