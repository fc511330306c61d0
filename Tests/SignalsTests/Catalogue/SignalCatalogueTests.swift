import Signals
import Telemetry
import Testing

@Suite struct `Signal catalogue` {
    @Test func `every definition asks for a statistic that means something`() {
        for item in SignalCatalogue.definitions { #expect(StatisticLint.findings(in: item).isEmpty, "\(item.signal)") }
    }

    @Test func `no signal is defined twice`() {
        #expect(Set(SignalCatalogue.definitions.map(\.signal)).count == SignalCatalogue.definitions.count)
    }

    /// The table of the interface, word by word.
    @Test(arguments: [
        (ResourceKind.queue, "visible in_flight delayed oldest_age sent received deleted empty_receives deduplicated groups_in_flight dead_letters backlog_change drain_time retention_used"),
        (.function, "invocations errors throttles duration.p50 duration.p95 duration.p99 duration.max concurrency async_age async_dropped dead_letter_errors cold_starts init_duration.p50 init_duration.p99 memory_used error_rate timeout_used"),
        (.api, "requests errors_5xx errors_4xx latency.p50 latency.p95 latency.p99 integration_latency.p99 error_rate"),
        (.httpAPI, "requests errors_5xx errors_4xx latency.p50 latency.p95 latency.p99 integration_latency.p99 error_rate"),
        (.topic, "published delivered failed"), (.bus, "matched invocations failed"),
        (.table, "throttles system_errors latency.avg consumed_write consumed_read"), (.log, "errors warnings events"),
        (.trace, "count ok_rate error_rate fault_rate throttle_rate duration.p50 duration.p95 duration.p99 dwell.p50 dwell.p99"),
        (.probe, "up latency status tls_expires_in"), (.balance, "imbalance"),
    ]) func `the promised signals are there`(kind: ResourceKind, names: String) {
        for name in names.split(separator: " ") { #expect(SignalCatalogue.vocabulary[kind, String(name)] != nil, "\(kind.rawValue).\(name)") }
    }

    @Test func `the vocabulary tells unit and form`() {
        #expect(SignalCatalogue.vocabulary[.queue, "oldest_age"] == .init(unit: .seconds, form: .gauge))
        #expect(SignalCatalogue.vocabulary[.function, "errors"] == .init(unit: .count, form: .counter))
        #expect(SignalCatalogue.vocabulary[.queue, "nonsense"] == nil)
    }

    @Test func `only counts are filled with zero`() {
        #expect(SignalCatalogue.definitions.allSatisfy { !$0.isZeroFilled || $0.form == .counter })
    }

    @Test func `the manual lists every signal once`() {
        let page = SignalCatalogue.markdown()
        for item in SignalCatalogue.definitions { #expect(page.contains("| `\(item.signal)` |")) }
        #expect(page.split(separator: "\n").filter { $0.hasPrefix("| `") }.count == SignalCatalogue.definitions.count)
    }
}

@Suite struct `Metric dimensions` {
    private func sets(_ kind: ResourceKind, _ name: String, _ metric: String, settings: [Setting: SettingValue] = [:], arn: String? = nil,
                      operations: [String] = []) -> [String] {
        let resource = Resource(id: ResourceID(source: "prod", kind: kind, name: name), service: "s", arn: arn, settings: settings)
        return MetricDimensions.sets(for: CloudWatchMetric("N", metric, .sum, operations: operations), of: resource)
            .map { $0.map { "\($0.name)=\($0.value)" }.joined(separator: " ") }
    }

    @Test func `each kind has its own names`() {
        #expect(sets(.api, "a", "Count", settings: [.stage: .text("prod")]) == ["ApiName=a Stage=prod"])
        #expect(sets(.httpAPI, "shop", "5xx", settings: [.apiID: .text("abc123")]) == ["ApiId=abc123"])
        #expect(sets(.bucket, "b", "BucketSizeBytes") == ["BucketName=b StorageType=StandardStorage"])
        #expect(sets(.bucket, "b", "PutRequests") == ["BucketName=b FilterId=EntireBucket"])
        #expect(sets(.log, "fn", "IncomingLogEvents") == ["LogGroupName=/aws/lambda/fn"])
    }

    @Test func `a bus is asked by rule, the default bus by rule alone`() {
        #expect(sets(.bus, "own", "MatchedEvents", settings: [.rule: .text("b, a")]) == ["EventBusName=own RuleName=a", "EventBusName=own RuleName=b"])
        #expect(sets(.bus, "default", "MatchedEvents", settings: [.rule: .text("daily")]) == ["RuleName=daily"])
        #expect(sets(.bus, "own", "MatchedEvents") == ["EventBusName=own"])
    }

    @Test func `a metric that exists by operation is asked for each`() {
        #expect(sets(.table, "t", "ThrottledRequests", operations: ["GetItem", "PutItem"])
            == ["TableName=t Operation=GetItem", "TableName=t Operation=PutItem"])
    }

    @Test func `a state machine without an ARN is not asked`() {
        #expect(sets(.stateMachine, "flow", "ExecutionsFailed").isEmpty)
        #expect(sets(.stateMachine, "flow", "ExecutionsFailed", arn: "arn:x") == ["StateMachineArn=arn:x"])
    }
}

@Suite struct `Statistic lint` {
    @Test(arguments: [
        (MetricForm.gauge, "Sum", Int64(60), "the sum of a level depends on how often it was read: use Maximum or Average"),
        (.counter, "p99", 60, "each event of a count is 1, and so is every percentile: use Sum"),
        (.distribution, "Sum", 300, "times and sizes do not add up to something: use a percentile or Maximum"),
        (.distribution, "p101", 300, "a percentile lies between 0 and 100"),
        (.counter, "Sum", 90, "a period of 90 s is no multiple of 60 s: use 60, 300 or 3600"),
        (.counter, "Sum", 0, "a period of 0 s is no multiple of 60 s: use 60, 300 or 3600"),
    ]) func `a question without meaning is refused`(form: MetricForm, word: String, period: Int64, expected: String) throws {
        let statistic = try #require(MetricStatistic(word))
        #expect(StatisticLint.findings(form: form, statistic: statistic, period: period).map(\.description) == [expected])
    }

    @Test func `the names of the other kind of API are pointed out`() {
        let found = StatisticLint.findings(kind: .httpAPI, namespace: "AWS/ApiGateway", metric: "5XXError", statistic: .sum, period: 300)
        #expect(found.map(\.description) == ["'5XXError' has no points for http_api: it is called '5xx' there"])
    }

    @Test func `a user's metric is judged by what the catalogue knows`() {
        #expect(!StatisticLint.findings(kind: .queue, namespace: "AWS/SQS", metric: "ApproximateNumberOfMessagesVisible", statistic: .sum, period: 60).isEmpty)
        #expect(StatisticLint.findings(kind: .queue, namespace: "Own", metric: "Depth", statistic: .sum, period: 60).isEmpty)
    }

    @Test(arguments: ["p", "pNaN", "median", "", "p1e999"]) func `words that are no statistic are refused`(word: String) {
        #expect(MetricStatistic(word) == nil)
    }
}
