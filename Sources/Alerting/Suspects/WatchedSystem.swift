import Signals
import Telemetry

/// What the finder of suspects needs of a tenant around one alert: the parts that it may come from, who calls whom, and their numbers.
package struct WatchedSystem {
    /// A suspect by its resource.
    package struct Finding: Sendable, Equatable {
        package var resource: ResourceID
        package var suspect: Suspect
    }

    /// How long the numbers of the incident are looked at, and what came right before.
    private static let incident: Int64 = 3_600, before: Int64 = 3_600
    /// How far back the past goes. Of long steps a day holds too few to tell what is usual.
    private static func history(_ period: Int64) -> Int64 { max(86_400, 36 * period) }
    /// Findings that are told.
    package static let most = 3

    private let resources: [ResourceID: Resource]
    private let callees: [ResourceID: [ResourceID]]

    /// - Parameter calls: that traces have shown, beside those that configuration tells.
    package init(_ resources: [Resource], calls: [CallEdge] = []) {
        self.resources = resources.reduce(into: [:]) { $0[$1.id] = $1 }
        let traced = Self.traced(calls, among: resources)
        callees = resources.reduce(into: [:]) { callees, resource in
            callees[resource.id] = Set(resource.feeds).union(traced[resource.id] ?? []).subtracting([resource.id]).sorted()
        }
    }

    /// The most suspected first; nobody where nothing stands out, or where the past is too short to tell.
    /// - Parameters:
    ///   - alert: what fires, and when its condition first became true.
    ///   - unit: of its value. Where calls take too long, slow parts are looked for first, else failing ones.
    ///   - end: of the data.
    ///   - period: seconds a row.
    ///   - grid: a resource's numbers, all on the same rows.
    package func suspects<Failure: Error>(of alert: ResourceID, since start: Timestamp, unit: MetricUnit?, to end: Timestamp, period: Int64,
                                          grid: (ResourceID, TimeWindow) throws(Failure) -> SampleGrid) throws(Failure) -> [Finding] {
        guard resources[alert] != nil else { return [] }
        let (ids, callees) = parts(around: alert)
        // What counts no calls itself tells late: the trouble may have begun a while before.
        let lead = CallSignals.of(alert.kind) == nil ? Self.incident : 0
        var grids: [SampleGrid] = []
        for id in ids { grids.append(try grid(id, TimeWindow(from: start - lead - Self.before - Self.history(period), to: min(end, start + Self.incident)))) }
        guard let period = grids.first?.period, let rows = grids.map(\.count).min(), let first = grids.first?.row(at: start - lead - period) else { return [] }
        let before = Int(clamping: max(1, Self.before / period))
        var series = ids.indices.map { CallSignals.of(ids[$0].kind)?.series(grids[$0], rows: rows, callers: []) ?? CallSeries(calls: Array(repeating: 0, count: rows)) }
        for place in ids.indices where CallSignals.of(ids[place].kind)?.calls.isEmpty == true {
            let callers = callees.indices.filter { callees[$0].contains(place) }
            let calls = (0..<rows).map { row in callers.reduce(0) { $0 + series[$1].calls[row] } }
            series[place] = CallSignals.of(ids[place].kind)?.series(grids[place], rows: rows, callers: calls) ?? series[place]
        }
        let finder = SuspectFinder(parts: series, callees: callees)
        // A message that waits says nothing about how long the work on it takes.
        for trouble in unit == .seconds && alert.kind != .queue ? [Suspect.Trouble.time, .failures] : [.failures, .time] {
            let found = finder.suspects(of: 0, trouble, in: first..<rows, before: before, history: 0..<max(0, first - before), period: period)
            if !found.isEmpty { return found.prefix(Self.most).map { Finding(resource: ids[$0.part], suspect: $0) } }
        }
        return []
    }
}

private extension WatchedSystem {
    /// Who called whom, as far as both are resources of the tenant that count their calls. The map knows which resource a trace means.
    static func traced(_ calls: [CallEdge], among resources: [Resource]) -> [ResourceID: Set<ResourceID>] {
        guard !calls.isEmpty else { return [:] }
        let map = Topology(resources: resources, calls: calls)
        let counting = map.nodes.reduce(into: [String: ResourceID]()) { counting, node in
            if let id = node.resource, CallSignals.of(id.kind) != nil { counting[node.key] = id }
        }
        return map.edges.reduce(into: [:]) { traced, edge in
            guard edge.isTraced, let caller = counting[edge.from], let callee = counting[edge.to] else { return }
            traced[caller, default: []].insert(callee)
        }
    }

    /// The alerting part in the first place, and all that it reaches without waiting: behind a queue or a topic nobody waits for an answer.
    func parts(around alert: ResourceID) -> ([ResourceID], [[Int]]) {
        var ids = [alert], places = [alert: 0], callees: [[Int]] = [], at = 0
        while at < ids.count {
            let next = at == 0 ? entries(of: alert) : waitsForAnswers(ids[at].kind) ? self.callees[ids[at]] ?? [] : []
            callees.append(next.filter { resources[$0] != nil }.map { id in
                if let place = places[id] { return place }
                places[id] = ids.count
                ids.append(id)
                return ids.count - 1
            })
            at += 1
        }
        return (ids, callees)
    }

    func waitsForAnswers(_ kind: ResourceKind) -> Bool {
        switch kind {
        case .api, .httpAPI, .function, .stateMachine: true
        case .table, .bucket, .queue, .topic, .bus, .log, .trace, .probe, .balance, .slo: false
        }
    }

    /// Where to look behind an alert that has no calls of its own.
    func entries(of alert: ResourceID) -> [ResourceID] {
        guard let resource = resources[alert] else { return [] }
        switch alert.kind {
        case .trace, .balance, .slo, .probe:
            return resources.values.filter { $0.service == resource.service && CallSignals.of($0.id.kind) != nil }.map(\.id).sorted()
        case .log:
            return resources.keys.filter { $0.name == alert.name && $0.source == alert.source && CallSignals.of($0.kind) != nil }.sorted()
        case .queue:
            // Dead letters come from whoever reads the queues that they were in.
            let sources = resource.settings[.deadLetterSources]?.text?.split(separator: ",").map(String.init) ?? []
            let readers = resources.keys.filter { $0.kind == .queue && sources.contains($0.name) }.flatMap { callees[$0] ?? [] }
            return Set((callees[alert] ?? []) + readers).sorted()
        case .api, .httpAPI, .function, .topic, .bus, .table, .bucket, .stateMachine:
            return callees[alert] ?? []
        }
    }
}
