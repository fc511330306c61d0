import Telemetry

/// Everything that one account holds: what exists, and what it does at any minute. A system is a value; nothing in it moves.
package struct SimulatedSystem: Sendable {
    package var tenant: String
    package var account: String
    package var region: String
    package var functions: [FunctionModel] = []
    package var queues: [QueueModel] = []
    package var mappings: [MappingModel] = []
    package var gateways: [GatewayModel] = []
    package var topics: [TopicModel] = []
    package var rules: [RuleModel] = []
    package var tables: [TableModel] = []
    package var buckets: [BucketModel] = []
    package var stacks: [StackModel] = []
    package var logGroups: [LogGroupModel] = []
    package var traceGroups: [TraceGroupModel] = []
    /// Traces that begin in a minute, sampled as X-Ray would.
    package var traces: @Sendable (_ minute: Int64) -> [TraceModel] = { _ in [] }
    /// Transaction Search: spans lie in the log group `aws/spans`, X-Ray itself knows summaries alone.
    package var keepsTracesInLogs = false
    /// What it tells others beside AWS.
    package var datadog: DatadogModel?
    package var sentry: SentryModel?
    package private(set) var metrics: MetricBoard
    package var anchor: Timestamp

    package init(tenant: String, account: String, region: String, circumstances: Circumstances) {
        self.tenant = tenant
        self.account = account
        self.region = region
        anchor = circumstances.anchor
        metrics = MetricBoard(dice: circumstances.dice(tenant))
    }

    /// Fills the metric board from all models; called once when everything is in place.
    package mutating func wire() {
        logGroups += gateways.compactMap { LogGroupModel(accessLogOf: $0, dice: Dice(seed: 9, account)) }
        for model in functions { model.report(to: &metrics) }
        for model in queues { model.report(to: &metrics) }
        for model in gateways { model.report(to: &metrics) }
        for model in topics { model.report(to: &metrics) }
        for model in rules { model.report(to: &metrics) }
        for model in tables { model.report(to: &metrics) }
        for group in logGroups where !group.isDenied {
            let lines = group.lines
            metrics.add("AWS/Logs", "IncomingLogEvents", ["LogGroupName": group.name], .counter) { minute in
                let count = lines(minute).count
                return count > 0 ? MetricPoint(Double(count)) : nil
            }
        }
    }

    package func arn(_ service: String, _ rest: String) -> String { "arn:aws:\(service):\(region):\(account):\(rest)" }
    package func functionARN(_ name: String) -> String { arn("lambda", "function:\(name)") }
    package func queueARN(_ name: String) -> String { arn("sqs", name) }
    package func topicARN(_ name: String) -> String { arn("sns", name) }
}

/// What all systems of a world share: chance, the moment that faults are placed by, and whether there are any.
package struct Circumstances: Sendable {
    package var seed: UInt64
    package var anchor: Timestamp
    package var isHealthy: Bool

    package init(seed: UInt64, anchor: Timestamp, isHealthy: Bool = false) {
        self.seed = seed
        self.anchor = anchor
        self.isHealthy = isHealthy
    }

    package func dice(_ label: String) -> Dice { Dice(seed: seed, label) }
    package func flow(_ label: String, perMinute: Double, swing: Double = 0.35) -> Flow {
        Flow(perMinute: perMinute, swing: swing, anchor: anchor, dice: dice(label))
    }
}

/// A queue that Lambda polls for a function.
package struct MappingModel: Sendable {
    package var id: String
    package var queue: String
    package var function: String
    package var batchSize = 10
    package var reportsItemFailures = false
    package var maximumConcurrency: Int?

    package init(queue: String, function: String, dice: Dice, batchSize: Int = 10) {
        id = dice.named("mapping \(function)").uuid(0)
        self.queue = queue
        self.function = function
        self.batchSize = batchSize
    }
}

/// A bucket, and the topics that it tells of new objects.
package struct BucketModel: Sendable {
    package var name: String
    package var topicARNs: [String]
    /// Filters of request metrics; one without a prefix counts the whole bucket.
    package var metricsFilters: [(id: String, prefix: String?)] = []

    package init(_ name: String, topicARNs: [String] = []) {
        self.name = name
        self.topicARNs = topicARNs
    }
}

/// A CloudFormation stack: logical id, type and physical id of what it made.
package struct StackModel: Sendable {
    package var name: String
    package var resources: [(logical: String, type: String, physical: String)]
    package var updatedDaysAgo = 40
    /// Physical ids that a drift detection found changed; nothing where none ever ran.
    package var drifted: [String]?

    package init(_ name: String, resources: [(logical: String, type: String, physical: String)]) {
        self.name = name
        self.resources = resources
    }
}

/// An X-Ray group: a named filter.
package struct TraceGroupModel: Sendable {
    package var name: String
    package var filter: String
}
