import AWS
import Signals
import Telemetry

/// One AWS account and region: what exists, its metrics, logs and traces, in that order, because each needs what the one before found.
package struct AWSCollector: Source {
    private let client: AWSClient

    package init(_ client: AWSClient) { self.client = client }

    package func harvest(_ order: CollectionOrder) async -> Harvest {
        let before = await client.ledger
        let desk = AWSDesk(client: client, order: order, requestsBefore: before.requests)
        var inventory = await Inventory(desk).reading()
        let logs = await LogCollection(desk, resources: inventory.resources).harvest()
        let answers = await AccessLogCollection(desk, resources: inventory.resources).harvest()
        // Metrics of log groups need to know which groups there are.
        inventory.harvest.resources += logs.resources.filter { $0.settings[.logGroup] != nil }
        let metrics = await MetricCollection(desk, inventory: inventory).harvest()
        let traces = await TraceCollection(desk).harvest()
        let graph = await GraphCollection(desk).harvest()

        var harvest = inventory.harvest
        harvest.merge(metrics)
        harvest.merge(logs.withoutResources)
        harvest.resources += logs.resources.filter { $0.settings[.logGroup] == nil }
        harvest.merge(answers)
        harvest.merge(traces)
        harvest.merge(graph)
        harvest.calls += TraceGraph(traces.traces).edges(source: order.source, isFromExamples: true)
        let measured = Set(harvest.series.map(\.series))
        harvest.absences = harvest.absences.filter { !measured.contains($0.key) }
        harvest.ledger = await desk.ledger(since: before)
        for problem in [await desk.budgetProblem, await desk.scanProblem].compactMap(\.self) { harvest.problems.append(problem) }
        harvest.problems = harvest.problems.condensed()
        harvest.series.sort { $0.series < $1.series }
        harvest.resources.sort { $0.id < $1.id }
        return harvest
    }
}

extension AWSCollector {
    /// What exists and how it is set, and nothing else: no number is read.
    package func inventory(_ order: CollectionOrder) async -> Harvest {
        let before = await client.ledger
        let desk = AWSDesk(client: client, order: order, requestsBefore: before.requests)
        var harvest = await Inventory(desk).reading().harvest
        harvest.ledger = await desk.ledger(since: before)
        if let problem = await desk.budgetProblem { harvest.problems.append(problem) }
        harvest.problems = harvest.problems.condensed()
        return harvest
    }
}

/// What all parts of one harvest share: the client, the order, and the rule that says when to stop asking.
struct AWSDesk: Sendable {
    let client: AWSClient
    let order: CollectionOrder
    let requestsBefore: Int
    private let declarations: [ResourceID: Declaration]
    private let tally = Tally()

    init(client: AWSClient, order: CollectionOrder, requestsBefore: Int) {
        self.client = client
        self.order = order
        self.requestsBefore = requestsBefore
        declarations = Declaration.all(in: order)
    }

    var source: String { order.source }
    var region: String { client.source.region }

    /// What the tenant's file says about a resource; nothing where it was discovered.
    func declaration(of id: ResourceID) -> ResourceOrder? { declarations[id]?.order }
    func declaredFeeds(of id: ResourceID) -> [ResourceID] { declarations[id]?.feeds ?? [] }

    /// Whether another call may be made; once not, never again in this run.
    func mayCall() async -> Bool {
        if order.isOutOfTime() {
            await tally.stop("the time of this run is used up")
        } else if await client.ledger.requests - requestsBefore >= order.budget.calls {
            await tally.stop("its budget of \(order.budget.calls) calls is used up")
        }
        return await tally.reason == nil
    }

    func count(_ operation: String, units: Int) async { await tally.add(units, to: operation) }

    /// Whether Logs Insights may scan more: its price is by the byte.
    func mayScan() async -> Bool {
        let isWithin = await tally.units["logs:StartQuery"] ?? 0 < order.budget.insightsBytes
        if !isWithin { await tally.stopScanning() }
        return isWithin
    }

    var scanProblem: Problem? {
        get async {
            guard await tally.isScanStopped else { return nil }
            return Problem(.budget, source: source, operation: "logs:StartQuery", place: region,
                           message: "Logs Insights of source '\(source)' in \(region) is not asked any more: its budget of log bytes for 24 hours is used up. Counts go on when it is free again; raise budget.log_bytes_per_day or set log_reading: filter.")
        }
    }

    var budgetProblem: Problem? {
        get async {
            guard let reason = await tally.reason else { return nil }
            return Problem(.budget, source: source, operation: "run", place: region,
                           message: "Collection of source '\(source)' in \(region) stopped early: \(reason). What is missing is asked for in the next run; raise budget.calls_per_run or the deadline if it happens each time.")
        }
    }

    func ledger(since before: AWSLedger) async -> [LedgerEntry] {
        let units = await tally.units
        return await client.ledger.sorted.compactMap { key, entry in
            let earlier = before.entries[key]
            let calls = entry.requests - (earlier?.requests ?? 0)
            guard calls > 0 else { return nil }
            let operation = "\(AWSNames.permission(key.service)):\(key.operation)"
            let counted = units[operation] ?? calls
            return LedgerEntry(source: source, operation: operation, calls: calls, units: counted,
                               bytes: entry.bytesReceived - (earlier?.bytesReceived ?? 0), dollars: Prices.dollars(operation, calls: calls, units: counted))
        }
    }

    /// A refusal of something that is nice to know: it is said beside the sources and fails nothing.
    func denied(_ what: String, _ error: AWSError, operation: String) -> SourceReading {
        SourceReading(source: source, what: what, state: .denied, detail: problem(error, operation: operation).message)
    }

    func problem(_ error: AWSError, operation: String, resource: ResourceID? = nil) -> Problem {
        let what = resource.map { " of \($0.kind.rawValue) '\($0.name)'" } ?? ""
        // What is wrong with credentials is not this call's doing: whose they are, and where they were looked for.
        let isElsewhere = error.concernsCredentials && !error.place.contains(" \(operation.split(separator: ":").last ?? "") in ")
        let subject = isElsewhere ? error.place + ": " : ""
        return Problem(Problem.Kind(error.kind), source: source, operation: operation, place: region,
                       message: "\(operation)\(what) in \(region): \(subject)\(error.said(limit: 300))\(error.code.map { " (\($0))" } ?? ""). \(error.remedy)",
                       requestID: error.requestID, resource: resource)
    }
}

/// Counts what the price counts, and remembers why asking ended.
private actor Tally {
    private(set) var units: [String: Int] = [:]
    private(set) var reason: String?
    private(set) var isScanStopped = false

    func stopScanning() { isScanStopped = true }
    func add(_ count: Int, to operation: String) { units[operation, default: 0] += count }
    func stop(_ reason: String) { if self.reason == nil { self.reason = reason } }
}

private extension Harvest {
    var withoutResources: Harvest {
        var copy = self
        copy.resources = []
        return copy
    }
}
