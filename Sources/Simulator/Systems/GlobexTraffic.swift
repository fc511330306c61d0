import JSON
import Telemetry

/// One request in five and a half minutes, and what becomes of it in each flow.
struct GlobexTraffic: Sendable {
    let dice: Dice
    let flow: Flow
    let http: AsynchronousEvents
    let httpShape: RunShape
    private let origin: Dice

    init(_ circumstances: Circumstances) {
        let dice = circumstances.dice("globex")
        let flow = circumstances.flow("globex requests", perMinute: 263.0 / 1_440, swing: 0.2)
        self.dice = dice
        self.flow = flow
        origin = dice.named("origin")
        let firstFailing = circumstances.isHealthy ? Int64.max : flow.total(before: circumstances.anchor.minute - 8 * 1_440)
        let certificate = dice.named("certificate")
        http = AsynchronousEvents(flow: flow, dice: dice.named("http")) { event, attempt in
            event >= firstFailing && certificate.hits(0.4, event, Int64(attempt))
        }
        var shape = RunShape(warm: Quantiles(0.11, p50: 0.24, p95: 0.9, p99: 1.2, most: 1.24), dice: dice.named("http"), origin: origin)
        shape.offset = 0.06
        httpShape = shape
    }

    /// A flow that never fails.
    func calm(_ name: String) -> AsynchronousEvents { AsynchronousEvents(flow: flow, dice: dice.named(name)) }

    func shape(_ name: String) -> RunShape {
        var shape = RunShape(warm: Quantiles(0.02, p50: 0.04, p95: 0.084, p99: 0.3, most: 0.55), dice: dice.named(name), origin: origin)
        shape.offset = name == Globex.subscriber ? 0.16 : 0.06
        return shape
    }

    /// The sender passes a callback and awaits a promise as well, so nine in ten messages go out twice.
    func sent(_ minute: Int64) -> Int64 {
        let runs = flow.total(before: minute)
        return runs + (runs >= 0 ? runs * 9 / 10 : (runs * 9 - 9) / 10)
    }

    /// Both copies usually fall into one batch, and now and then those of two runs.
    func polls(_ minute: Int64) -> [Run] {
        var shape = RunShape(warm: Quantiles(0.02, p50: 0.03, p95: 0.055, p99: 0.2, most: 0.4), dice: dice.named("poll"), origin: dice.named("poll"))
        shape.offset = 2
        return flow.events(in: minute).filter { !dice.named("merged").hits(0.045, $0) }.map { shape.run(event: $0, minute: minute) }
    }

    func traces(_ minute: Int64) -> [TraceModel] {
        flow.events(in: minute).map { request($0, minute: minute) } + polls(minute).map(poll)
    }

    /// API Gateway publishes for itself, so all subscribers hang below it; every attempt of the http flow has a segment of its own.
    private func request(_ event: Int64, minute: Int64) -> TraceModel {
        let first = httpShape.run(event: event, minute: minute)
        let start = first.start - 0.1
        var gateway = SegmentModel("\(Globex.api)/prod", id: dice.named("gateway").hexDigits(16, event), origin: "AWS::ApiGateway::Stage", from: start, to: start + 0.03)
        gateway.details = [.init("http", ["request": ["method": "GET", "url": "https://x4r4ytr4cer.execute-api.us-east-1.amazonaws.com/prod/"],
                                          "response": ["status": 200]])]
        var segments = [gateway]
        for (index, delay) in AsynchronousEvents.delays.enumerated() where (1..<(index + 1)).allSatisfy({ http.fails(event, $0) }) {
            var run = httpShape.run(event: event, attempt: index + 1, minute: minute + delay, arrival: minute)
            if http.fails(event, index + 1) { run.outcome = Globex.failure }
            segments += httpSegments(run, below: gateway)
        }
        segments += quickSegments(event, minute: minute, below: gateway)
        return TraceModel(id: first.traceID, segments: segments)
    }

    private func httpSegments(_ run: Run, below gateway: SegmentModel) -> [SegmentModel] {
        var builder = TraceBuilder(run: run, function: Globex.http, account: Globex.account, dice: dice)
        builder.dwell = http.dwell(of: run.event) / 1_000
        builder.remote(Globex.outside, from: 0.02, to: max(0.03, run.duration - 0.01), method: "GET", url: "https://\(Globex.outside)/todos/1", status: 200) {
            $0.isFault = run.isFailed
        }
        builder.annotate("path", "/")
        return below(gateway, builder.segments(type: "CertificateError", message: "certificate has expired"))
    }

    private func quickSegments(_ event: Int64, minute: Int64, below gateway: SegmentModel) -> [SegmentModel] {
        let queueURL = "https://sqs.us-east-1.amazonaws.com/\(Globex.account)/\(Globex.queue)"
        let topicARN = "arn:aws:sns:us-east-1:\(Globex.account):\(Globex.second)"
        let calls: [(String, AWSCall?)] = [
            (Globex.dynamo, .dynamoDB("UpdateItem", table: Globex.table)), (Globex.publisher, .sns("Publish", topicARN: topicARN)),
            (Globex.subscriber, nil), (Globex.sender, .sqs("SendMessage", queueURL: queueURL)),
        ]
        return calls.flatMap { name, call in
            let run = shape(name).run(event: event, minute: minute)
            var builder = TraceBuilder(run: run, function: name, account: Globex.account, dice: dice)
            builder.dwell = calm(name).dwell(of: event) / 1_000
            if let call { builder.call(call, from: 0.005, to: max(0.012, run.duration - 0.004)) }
            // The code opens this subsegment and forgets to close it.
            if name == Globex.sender { builder.leavesSubsegmentOpen = "sqs.sendMessage" }
            builder.annotate("message_content", "hello")
            return below(gateway, builder.segments())
        }
    }

    /// Since 2022 X-Ray links the poller's trace to the sender's by itself.
    private func poll(_ run: Run) -> TraceModel {
        let minute = Timestamp(epoch: run.start.rounded(.down))?.minute ?? 0
        let sender = shape(Globex.sender).run(event: run.event, minute: minute)
        let call = TraceBuilder(run: sender, function: Globex.sender, account: Globex.account, dice: dice).segmentID(10)
        var builder = TraceBuilder(run: run, function: Globex.poller, account: Globex.account, dice: dice)
        builder.links = [["trace_id": .string(sender.traceID), "id": .string(call), "attributes": ["aws.xray.linked": "true"]]]
        return builder.trace()
    }

    private func below(_ gateway: SegmentModel, _ segments: [SegmentModel]) -> [SegmentModel] {
        segments.map { segment in
            guard segment.parentID == nil else { return segment }
            var child = segment
            child.parentID = gateway.id
            return child
        }
    }
}
