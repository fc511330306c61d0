import Signals
import Telemetry

/// What a source will be asked in a month, known before anything is asked: the same catalogue, cadences and prices as the run itself.
package struct CollectionPlan: Equatable, Sendable {
    package struct Line: Equatable, Sendable {
        /// As the ledger writes it: `cloudwatch:GetMetricData`.
        package var operation: String
        package var calls: Int
        /// Metrics, traces or calls, whatever the price counts.
        package var units: Int
        /// Received, unpacked.
        package var bytes: Int
        package var dollars: Double
    }

    /// Thirty days.
    package static let month: Int64 = 30 * 86_400

    package var source: String
    /// By operation.
    package var lines: [Line] = []
    /// Metrics that one ordinary run requests.
    package var metricsPerRun = 0
    /// What had to be guessed, for people.
    package var assumptions: [String] = []

    /// Metrics requested in the month.
    package var metrics: Int { lines.first { $0.operation == "cloudwatch:GetMetricData" }?.units ?? 0 }
    package var bytes: Int { lines.reduce(0) { $0.addingReportingOverflow($1.bytes).overflow ? .max : $0 + $1.bytes } }
    package var calls: Int { lines.reduce(0) { $0 + $1.calls } }
    package var dollars: Double { lines.reduce(0) { $0 + $1.dollars } }

    /// - Parameters:
    ///   - interval: seconds between runs.
    ///   - past: what recent runs asked, for what depends on traffic alone.
    ///   - pastSeconds: the time that `past` covers.
    ///   - recent: what the last ordinary runs were answered, for the size of answers.
    package init(_ order: CollectionOrder, interval: Int64, past: [LedgerEntry] = [], pastSeconds: Int64 = 86_400, recent: [LedgerEntry] = []) {
        var order = order
        order.interval = interval
        source = order.source
        var draft = PlanDraft(interval: max(60, interval), settingsAge: order.budget.inventoryAge)
        let resources = Self.resources(of: order)
        draft.addInventory(order, resources)
        metricsPerRun = draft.addMetrics(order, resources)
        let past = past.filter { $0.source == order.source }
        assumptions = draft.addLogs(order, resources, past: past, pastSeconds: max(1, pastSeconds))
        assumptions += draft.addTraces(order, past: past, pastSeconds: max(1, pastSeconds))
        if order.services.contains(where: \.isDiscovering), order.known.isEmpty {
            assumptions.append("What discovery will find is not counted yet; plan again after the first run.")
        }
        var sizes = AnswerSize(recent.filter { $0.source == order.source })
        lines = draft.lines(&sizes)
        if sizes.isGuessed, !lines.isEmpty { assumptions.append("The size of answers is what is usual until an hour of runs has shown it.") }
        if let limit = order.budget.metricsPerDay, let words = draft.pace.words(metricsPerDay: limit) { assumptions.append(words) }
    }

    /// For a source that asks the same in every run and costs nothing.
    package init(source: String, everyRun calls: [(operation: String, calls: Int)], interval: Int64, assumptions: [String] = []) {
        self.source = source
        self.assumptions = assumptions
        var draft = PlanDraft(interval: max(60, interval), settingsAge: interval)
        for call in calls { draft.add(call.operation, call.calls, times: draft.runs) }
        var sizes = AnswerSize([])
        lines = draft.lines(&sizes)
    }

    /// What is declared and what earlier runs found, with the log groups that are read.
    static func resources(of order: CollectionOrder) -> [Resource] {
        var set = ResourceSet(declaredIn: order)
        let services = Dictionary(order.services.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for known in order.known.values.map(\.resource) where services[known.service] != nil && known.id.kind != .log { set.remember(known) }
        let logs = set.all.compactMap { resource -> Resource? in
            guard resource.id.kind == .function, let service = services[resource.service], service.logs == .collect else { return nil }
            return LogGroup(resource, LogPatterns(of: service)).resource(.unknown)
        }
        return (set.all + logs).filter { $0.presence != .missing }
    }
}

/// Adds up calls and units, by operation.
private struct PlanDraft {
    let interval: Int64
    /// Runs a month.
    let runs: Double
    /// Readings of settings a month.
    let readings: Double
    private(set) var pace = AskingPace.usual
    private var sums: [String: (calls: Double, units: Double)] = [:]

    init(interval: Int64, settingsAge: Int64) {
        self.interval = interval
        runs = Double(CollectionPlan.month) / Double(interval)
        readings = AskingPace.times(every: settingsAge, interval: interval, in: CollectionPlan.month)
    }

    mutating func add(_ operation: String, _ count: Int, times: Double, units: Double? = nil) {
        guard count > 0 else { return }
        sums[operation, default: (0, 0)].calls += Double(count) * times
        sums[operation, default: (0, 0)].units += units ?? Double(count) * times
    }

    func lines(_ sizes: inout AnswerSize) -> [CollectionPlan.Line] {
        sums.sorted { $0.key < $1.key }.map { operation, sum in
            let calls = Int(exactly: sum.calls.rounded(.up)) ?? .max, units = Int(exactly: sum.units.rounded(.up)) ?? .max
            return CollectionPlan.Line(operation: operation, calls: calls, units: units, bytes: sizes.bytes(operation, calls: calls, units: units),
                                       dollars: Prices.dollars(operation, calls: calls, units: units))
        }
    }

    mutating func addInventory(_ order: CollectionOrder, _ resources: [Resource]) {
        let counts = Dictionary(grouping: resources, by: \.id.kind).mapValues(\.count)
        func count(_ kind: ResourceKind) -> Int { counts[kind] ?? 0 }
        func any(_ kind: ResourceKind) -> Int { min(1, count(kind)) }
        let rules = resources.filter { $0.id.kind == .bus }.reduce(0) { $0 + max(1, $1.settings[.rule]?.text?.split(separator: ",").count ?? 1) }
        let scheduled = resources.count { $0.id.kind == .function && $0.settings[.schedule] != nil }
        let unfed = resources.count { $0.id.kind == .queue && ($0.presence != .alive || QueueInventory.mayBeDeadLetterQueue($0)) }
        // The address of a queue is kept once it is known.
        add("sqs:GetQueueUrl", resources.count { $0.id.kind == .queue && $0.settings[.url] == nil }, times: 1)
        for (operation, number) in [
            ("sqs:GetQueueAttributes", count(.queue)), ("sqs:ListDeadLetterSourceQueues", unfed),
            ("lambda:GetFunctionConfiguration", count(.function)), ("lambda:GetFunctionConcurrency", count(.function)),
            ("lambda:ListEventSourceMappings", count(.function)), ("lambda:GetFunctionEventInvokeConfig", count(.function)),
            ("dynamodb:DescribeTable", count(.table)), ("s3:GetBucketNotification", count(.bucket)), ("s3:GetMetricsConfiguration", count(.bucket)),
            ("apigateway:GetRestApis", any(.api)), ("apigateway:GetStages", count(.api)), ("apigateway:GetResources", count(.api)),
            ("apigateway:GetApis", any(.httpAPI)), ("apigateway:GetStagesV2", count(.httpAPI)), ("apigateway:GetIntegrations", count(.httpAPI)),
            ("sns:ListTopics", any(.topic)), ("sns:ListSubscriptionsByTopic", count(.topic)),
            ("events:ListRules", any(.function) + count(.bus)), ("events:ListTargetsByRule", rules + scheduled),
            ("sqs:ListQueues", order.services.count { $0.namePrefix?.isEmpty == false }), ("lambda:ListFunctions", order.services.count { $0.namePrefix?.isEmpty == false }),
            ("tag:GetResources", order.services.count { !$0.tags.isEmpty }), ("cloudformation:ListStackResources", order.services.count { $0.stack?.isEmpty == false }),
        ] { add(operation, number, times: readings) }
        add("cloudformation:DescribeStackResourceDrifts", order.services.count { $0.readsDrift && $0.stack?.isEmpty == false },
            times: AskingPace.times(every: StackDriftReading.every, interval: interval, in: CollectionPlan.month))
    }

    /// - Returns: metrics of an ordinary run.
    mutating func addMetrics(_ order: CollectionOrder, _ resources: [Resource]) -> Int {
        var first = order
        first.cursors = [:]
        first.budget.metrics = .max
        let plan = MetricPlan(resources, order: first, isCounting: true)
        pace = plan.pace
        for (cadence, count) in plan.metrics {
            let times = AskingPace.times(every: pace.seconds(cadence), interval: interval, in: CollectionPlan.month)
            add("cloudwatch:GetMetricData", (count + 499) / 500, times: times, units: Double(count) * times)
        }
        return plan.metrics[.fast] ?? 0
    }

    /// Log groups of functions and access logs of APIs, line by line or by Logs Insights.
    /// - Returns: what was guessed.
    mutating func addLogs(_ order: CollectionOrder, _ resources: [Resource], past: [LedgerEntry], pastSeconds: Int64) -> [String] {
        let collecting = Set(order.services.filter { $0.logs == .collect }.map(\.id))
        let functions = resources.filter { $0.id.kind == .log }.map { SeriesID($0.id, "heavy") }
        let logs = resources.filter { collecting.contains($0.service) }.compactMap(AccessLog.init)
        add("logs:DescribeLogGroups", functions.count, times: readings)
        func isCounted(_ heavy: SeriesID) -> Bool { order.logReading.usesInsights(heavySince: order.cursors[heavy], now: order.now) }
        let counted = functions.count(where: isCounted) + logs.count { $0.format.isJSON && isCounted($0.heavy) }
        add("logs:FilterLogEvents", functions.count + logs.count - counted, times: runs)
        guard counted > 0 else { return [] }
        let hourly = AskingPace.times(every: 3_600, interval: interval, in: CollectionPlan.month), scale = Double(CollectionPlan.month) / Double(pastSeconds)
        let scanned = past.filter { $0.operation == "logs:StartQuery" }.reduce(0) { $0 + Double($1.units) } * scale
        add("logs:StartQuery", counted, times: hourly, units: scanned)
        // A query that needs no more than a few seconds is looked at twice.
        add("logs:GetQueryResults", counted * 2, times: hourly)
        return scanned > 0 ? [] : ["Logs Insights costs by the bytes it scans, half a cent a gigabyte: what that comes to is counted once a day of runs has shown it."]
    }

    /// - Returns: what was guessed.
    mutating func addTraces(_ order: CollectionOrder, past: [LedgerEntry], pastSeconds: Int64) -> [String] {
        let groups = order.services.reduce(0) { $0 + $1.traceGroups.count }
        guard groups > 0 else { return [] }
        // The present hour in every run, and the one before until its late traces are in.
        let hours = Double(CollectionPlan.month) / 3_600, again = Double(GraphCollection.lateness / max(1, interval) + 1)
        add("xray:GetServiceGraph", 1, times: runs + min(runs, hours * again))
        let scale = Double(CollectionPlan.month) / Double(pastSeconds)
        func remembered(_ operation: String) -> (calls: Double, units: Double)? {
            let entries = past.filter { $0.operation == operation }
            return entries.isEmpty ? nil : (entries.reduce(0) { $0 + Double($1.calls) } * scale, entries.reduce(0) { $0 + Double($1.units) } * scale)
        }
        add("xray:GetTraceSegmentDestination", 1, times: readings)
        let guess = 20.0, areInLogs = order.keepsTracesInLogs == true
        if let summaries = remembered("xray:GetTraceSummaries") {
            sums["xray:GetTraceSummaries"] = summaries
            for operation in ["xray:BatchGetTraces", "xray:StartTraceRetrieval", "xray:ListRetrievedTraces"] { sums[operation] = remembered(operation) }
            return []
        }
        add("xray:GetTraceSummaries", groups, times: runs, units: Double(groups) * runs * guess)
        add(areInLogs ? "xray:StartTraceRetrieval" : "xray:BatchGetTraces", groups, times: runs, units: Double(groups) * runs * 5)
        // A retrieval is looked at until it is complete.
        if areInLogs { add("xray:ListRetrievedTraces", groups * 2, times: runs) }
        return ["Traces cost by their number: 20 scanned and 5 read a run and group are assumed until a day of runs has shown it."]
    }
}

extension CollectionOrder {
    /// Whether the account keeps its spans in a log group; nothing before that was asked.
    var keepsTracesInLogs: Bool? {
        known.values.filter { $0.resource.id.kind == .trace }.compactMap { $0.resource.settings[.traceDestination]?.text }.first.map { $0 == "CloudWatchLogs" }
    }
}

extension ServiceOrder {
    var isDiscovering: Bool { namePrefix?.isEmpty == false || !tags.isEmpty || stack?.isEmpty == false }
}
