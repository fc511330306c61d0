import JSON
import Telemetry

/// System 4, the object fan-out: the same work in three languages, warm and cold, and a Go handler that keeps its failures to itself.
enum Umbrella {
    static let account = "444444444444"
    static let topic = "s3eventTopic"
    static let table = "items"
    static let bucket = "incoming"

    /// One language and what it is known for.
    struct Language: Sendable {
        var name: String
        var runtime: String
        var shape: RunShape
        /// Share of writes that fail without the function failing.
        var swallowed = 0.0
        var function: String { "xraystarter-\(name)" }
    }

    static func system(_ circumstances: Circumstances) -> SimulatedSystem {
        var system = SimulatedSystem(tenant: "umbrella", account: account, region: "eu-central-1", circumstances: circumstances)
        let flow = circumstances.flow("umbrella uploads", perMinute: 10)
        let languages = languages(circumstances)
        for language in languages {
            let events = AsynchronousEvents(flow: flow, dwell: Quantiles(39, p50: 58, p95: 82, p99: 90, most: 92), dice: language.shape.dice)
            var function = FunctionModel(language.function, runtime: language.runtime, timeout: 3, memory: 1_024) { minute in
                events.runs(in: minute, shape: language.shape, failure: .success)
            }
            function.tracing = true
            function.handler = language.name == "go" ? "main" : "index.handler"
            function.asynchronous = events
            system.functions.append(function)
            system.logGroups.append(LogGroupModel(of: function, retentionDays: 30) { language.lines(of: $0) })
            system.traceGroups.append(TraceGroupModel(name: "upload-\(language.name)", filter: "service(\"\(language.function)\")"))
        }
        let functions = system.functions.map(\.name)
        system.topics = [TopicModel(topic, subscriptions: functions.map { .init(protocolName: "lambda", endpoint: system.functionARN($0)) }) {
            flow.events(in: $0).count
        }]
        system.tables = [TableModel(table, dice: circumstances.dice("umbrella")) { minute in
            languages.reduce(0) { sum, language in sum + flow.events(in: minute).count { !language.fails($0) } }
        }]
        system.buckets = [BucketModel(bucket, topicARNs: [system.topicARN(topic)])]
        system.traces = { minute in languages.flatMap { $0.traces(minute, flow: flow) } }
        system.stacks = [StackModel("xraystarter", resources: functions.map { (String($0.filter { $0 != "-" }), "AWS::Lambda::Function", $0) } + [
            ("Topic", "AWS::SNS::Topic", system.topicARN(topic)), ("Items", "AWS::DynamoDB::Table", table), ("Incoming", "AWS::S3::Bucket", bucket),
        ])]
        // Somebody uploaded code by hand, and a detection ran since.
        system.stacks[0].drifted = ["xraystarter-ts"]
        system.wire()
        return system
    }

    private static func languages(_ circumstances: Circumstances) -> [Language] {
        func shape(_ name: String, warm: Quantiles, cold: Quantiles, start: Double, share: Double, memory: Int) -> RunShape {
            let dice = circumstances.dice("umbrella \(name)")
            var shape = RunShape(warm: warm, dice: dice)
            shape.coldExtra = cold
            shape.initialisation = Quantiles(0.8, p50: 1, p95: 1.3, p99: 1.5, most: 1.7).scaled(by: start)
            shape.coldShare = share
            shape.memory = (memory - 6)...(memory + 6)
            return shape
        }
        return [
            Language(name: "ts", runtime: "nodejs16.x", shape: shape(
                "ts", warm: Quantiles(0.012, p50: 0.028, p95: 0.074, p99: 0.118, most: 0.19),
                cold: Quantiles(0.1, p50: 0.162, p95: 0.31, p99: 0.4, most: 0.6), start: 0.312, share: 0.041, memory: 88)),
            Language(name: "py", runtime: "python3.8", shape: shape(
                "py", warm: Quantiles(0.02, p50: 0.038, p95: 0.066, p99: 0.081, most: 0.11),
                cold: Quantiles(0.05, p50: 0.082, p95: 0.15, p99: 0.22, most: 0.3), start: 0.261, share: 0.034, memory: 71)),
            Language(name: "go", runtime: "go1.x", shape: shape(
                "go", warm: Quantiles(0.003, p50: 0.009, p95: 0.032, p99: 0.061, most: 0.09),
                cold: Quantiles(0.05, p50: 0.074, p95: 0.12, p99: 0.15, most: 0.2), start: 0.172, share: 0.026, memory: 47),
                swallowed: circumstances.isHealthy ? 0 : 0.006),
        ]
    }
}

extension Umbrella.Language {
    func fails(_ event: Int64) -> Bool { shape.dice.named("swallowed").hits(swallowed, event) }

    func lines(of run: Run) -> [String] {
        fails(run.event)
            ? ["Got error calling PutItem: ValidationException: One or more parameter values were invalid: Missing the key itemID in the item"]
            : ["{\"level\":\"info\",\"msg\":\"stored\",\"key\":\"upload-\(run.event.magnitude % 10_000).txt\"}"]
    }

    /// Lambda samples about one run in twenty; the topic sends no segments, so every run is a trace of its own.
    func traces(_ minute: Int64, flow: Flow) -> [TraceModel] {
        flow.events(in: minute).filter { shape.dice.named("sampled").hits(0.05, $0) }.map { event in
            let run = shape.run(event: event, minute: minute)
            var builder = TraceBuilder(run: run, function: function, account: Umbrella.account, dice: shape.dice)
            builder.dwell = AsynchronousEvents(flow: flow, dwell: Quantiles(39, p50: 58, p95: 82, p99: 90, most: 92), dice: shape.dice).dwell(of: event) / 1_000
            // The Go SDK names no table.
            builder.call(.dynamoDB("PutItem", table: name == "go" ? nil : Umbrella.table), from: run.duration * 0.2, to: run.duration * 0.9) {
                $0.isError = fails(event)
            }
            return builder.trace()
        }
    }
}
