import JSON
import Telemetry

/// Requests to the users API and to the worker behind it.
struct HooliTraffic: Sendable {
    /// One route and the function behind it.
    struct Route: Sendable {
        var name: String
        var method: String
        var path: String
        var flow: Flow
        var shape: RunShape
    }

    static let workerFailure = Run.Outcome.error(type: "AccessDenied", message: "AccessDenied: s3:PutObject")

    let dice: Dice
    let routes: [Route]
    let worker: AsynchronousEvents
    let workerShape: RunShape
    private let isHealthy: Bool
    private let lastDailyRun: Int64

    init(_ circumstances: Circumstances) {
        let dice = circumstances.dice("hooli"), isHealthy = circumstances.isHealthy
        self.dice = dice
        self.isHealthy = isHealthy
        // A healthy schedule ran two hours ago; the missed one would have.
        lastDailyRun = circumstances.anchor.minute - 26 * 60
        func route(_ name: String, _ method: String, _ path: String, _ perMinute: Double, _ warm: Quantiles) -> Route {
            Route(name: name, method: method, path: path, flow: circumstances.flow("hooli \(name)", perMinute: perMinute),
                  shape: RunShape(warm: warm, dice: dice.named(name)))
        }
        let quick = Quantiles(0.006, p50: 0.018, p95: 0.05, p99: 0.12, most: 0.3)
        routes = [
            route("Dashboard", "GET", "/", 1.2, quick),
            route("UserCreate", "POST", "/users", 1, Quantiles(0.28, p50: 0.309, p95: 0.38, p99: 0.9, most: 1.6)),
            route("UserRead", "GET", "/users/{id}", 2, quick),
            route("UserUpdate", "PUT", "/users/{id}", 0.2, Quantiles(0.15, p50: 0.2, p95: 0.3, p99: 0.6, most: 1.1)),
            route("UserDelete", "DELETE", "/users/{id}", 0.1, quick),
            route("WorkCreate", "POST", "/work", 0.5, quick),
        ]
        let denied = dice.named("denied")
        worker = AsynchronousEvents(flow: circumstances.flow("hooli WorkCreate", perMinute: 0.5), dice: dice.named("Worker")) { event, attempt in
            !isHealthy && denied.hits(0.3, event, Int64(attempt))
        }
        workerShape = RunShape(warm: Quantiles(0.05, p50: 0.12, p95: 0.3, p99: 0.45, most: 0.9), dice: dice.named("Worker"))
    }

    func runs(_ route: Route, _ minute: Int64) -> [Run] { route.flow.events(in: minute).map { route.shape.run(event: $0, minute: minute) } }

    /// The handler answers 500 for a body it cannot decode and ends well.
    func isUndecodable(_ event: Int64) -> Bool { !isHealthy && dice.named("undecodable").hits(0.4, event) }
    private func isUnauthorised(_ event: Int64) -> Bool { !isHealthy && dice.named("unauthorised").hits(0.3, event) }
    private func isThrottled(_ event: Int64) -> Bool { !isHealthy && dice.named("throttled").hits(0.8, event) }

    func status(_ route: Route, _ event: Int64) -> Int {
        switch route.name {
        case "UserCreate": isUndecodable(event) ? 500 : 201
        case "UserRead": isUnauthorised(event) ? 401 : 200
        case "WorkCreate": 202
        default: 200
        }
    }

    func answers(_ minute: Int64) -> [GatewayModel.Answer] {
        routes.flatMap { route in
            runs(route, minute).map { run in
                var answer = GatewayModel.Answer(run, status: status(route, run.event), overhead: 0.015)
                answer.method = route.method
                answer.route = route.path
                return answer
            }
        }
    }

    /// Users that reach the table: created ones that could be decoded, and updated ones.
    private func writers(_ minute: Int64) -> [Int64] {
        routes.filter { $0.name == "UserCreate" || $0.name == "UserUpdate" }.flatMap { route in
            route.flow.events(in: minute).filter { status(route, $0) < 500 }
        }
    }

    func written(_ minute: Int64) -> Int { writers(minute).count }
    func throttled(_ minute: Int64) -> Int { writers(minute).count(where: isThrottled) }
    func read(_ minute: Int64) -> Int {
        routes.filter { $0.name == "UserRead" }.reduce(0) { sum, route in sum + route.flow.events(in: minute).count { !isUnauthorised($0) } }
    }

    /// The error middleware publishes each 500; nobody confirmed the e-mail address.
    func notified(_ minute: Int64) -> Int { answers(minute).count { $0.status >= 500 } }

    /// Once a day, until the schedule stopped 26 hours before the anchor.
    func dailyRuns(_ minute: Int64) -> [Run] {
        guard (minute - lastDailyRun) % 1_440 == 0, isHealthy || minute <= lastDailyRun else { return [] }
        return [RunShape(warm: Quantiles(0.3, p50: 0.4, p95: 0.5, p99: 0.55, most: 0.6), dice: dice.named("daily")).run(event: minute, minute: minute)]
    }

    func traces(_ minute: Int64) -> [TraceModel] {
        routes.flatMap { route in
            runs(route, minute).filter { dice.named("sampled \(route.name)").hits(0.4, $0.event) }.map { trace(of: $0, route) }
        }
    }

    private func trace(of run: Run, _ route: Route) -> TraceModel {
        var builder = TraceBuilder(run: run, function: "\(Hooli.stack)-\(route.name)", account: Hooli.account, dice: dice)
        let status = status(route, run.event)
        builder.gateway("\(Hooli.stack)/Prod", method: route.method, path: route.path, status: status, overhead: 0.015)
        builder.annotate("route", .string("\(route.method) \(route.path)"))
        if route.name == "UserCreate", status == 201 { createUser(run, &builder) }
        if route.name == "UserRead", status == 200 { builder.call(.dynamoDB("GetItem", table: Hooli.table), from: 0.002, to: max(0.004, run.duration - 0.002)) }
        return builder.trace()
    }

    /// Encrypting and storing overlap by a ninth of the whole; a throttled first try is repeated after 25 ms.
    private func createUser(_ run: Run, _ builder: inout TraceBuilder) {
        let scale = run.duration / 0.309
        builder.call(.kms("Encrypt"), from: 0.003 * scale, to: 0.143 * scale)
        builder.call(.dynamoDB("PutItem", table: Hooli.table), from: 0.107 * scale, to: 0.307 * scale) { call in
            guard isThrottled(run.event) else { return }
            var refused = SegmentModel("Attempt", id: dice.named("refused").hexDigits(16, run.event), from: call.start, to: call.start + 0.03 * scale)
            refused.isError = true
            refused.isThrottled = true
            refused.details = [.init("http", ["response": ["status": 429]])]
            call.children = [refused, SegmentModel("Attempt", id: dice.named("second").hexDigits(16, run.event), from: call.start + 0.055 * scale, to: call.end)]
            call.details += [.init("metadata", ["error": "ProvisionedThroughputExceededException"])]
        }
    }
}
