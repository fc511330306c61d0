@testable import Dashboard
import Foundation
import Signals
import Simulator
import Storage
import Telemetry
import Testing

/// A copy of what the first run stored of a tenant: the original may be in use.
private struct Recorded {
    let store: TenantStore
    let resources: [Resource]
    private let path: String

    init(_ tenant: String) async throws {
        let site = try await FiveSystems.firstRun.value.site
        path = FileManager.default.temporaryDirectory.path + "/tidewatch-recorded-" + UUID().uuidString + ".sqlite"
        try FileManager.default.copyItem(atPath: site.statePath(tenant), toPath: path)
        store = try TenantStore(path: path)
        resources = try store.resources()
    }

    func close() { for end in ["", "-wal", "-shm", "-journal"] { try? FileManager.default.removeItem(atPath: path + end) } }

    /// From the end of what is known, backwards.
    func grid(_ id: ResourceID, hours: Int64 = 3) throws -> SampleGrid {
        try store.grid(of: id, in: TimeWindow(from: TrialSite.anchor - hours * 3_600, to: TrialSite.anchor), resolution: .raw)
    }

    func values(_ name: String, _ signal: String, hours: Int64 = 3) throws -> [Double] {
        let id = try #require(resources.first { $0.id.name == name && $0.id.kind != .log && SignalCatalogue.definition(of: Signal($0.id.kind, signal)) != nil }?.id, "\(name) has no \(signal)")
        return (try grid(id, hours: hours).columns[signal]?.values ?? []).filter { !$0.isNaN }
    }

    func sum(_ name: String, _ signal: String, hours: Int64 = 3) throws -> Double { try values(name, signal, hours: hours).reduce(0, +) }
    func resource(_ kind: ResourceKind, _ name: String) -> Resource? { resources.first { $0.id.kind == kind && $0.id.name == name } }
    func traces(_ group: String) throws -> [Trace] {
        try store.keptTraces(group: group, in: TimeWindow(from: TrialSite.anchor - 7 * 86_400, to: TrialSite.anchor + 600)).compactMap { try store.trace($0) }
    }
}

/// Every signal that the catalogue lists for what a system has is on record, or the reason why it is not.
@Suite struct SignalsOnRecordTests {
    private static let accounts = ["initech": "111111111111", "acme": "222222222222", "globex": "333333333333", "umbrella": "444444444444", "hooli": "555555555555"]

    @Test(arguments: FiveSystems.tenants) func `every signal of the catalogue has points or a reason`(_ tenant: String) async throws {
        let recorded = try await Recorded(tenant)
        defer { recorded.close() }
        let site = try await FiveSystems.firstRun.value.site
        var silent: [String] = []
        for resource in recorded.resources where resource.presence != .missing {
            let grid = try recorded.grid(resource.id, hours: 48), absences = try recorded.store.absences(of: resource.id)
            for definition in SignalCatalogue.definitions(of: resource.id.kind) {
                let hasPoints = grid.columns[definition.name]?.values.contains { !$0.isNaN } == true
                if hasPoints || absences[definition.name] != nil { continue }
                switch definition.origin {
                case .cloudWatch:
                    // Only what this queue or function cannot have is not asked for.
                    if ["deduplicated", "groups_in_flight"].contains(definition.name), resource.settings[.fifo]?.flag != true { continue }
                    silent.append("\(resource.id.name) \(definition.signal)")
                case .log, .trace, .queueAttribute, .derived, .probe, .errorTracker:
                    // Nothing happened that could be counted: runs that had no cold start have no init duration.
                    continue
                }
            }
        }
        #expect(silent.isEmpty, "\(tenant): \(silent)")
        #expect(site.network.actions.keys.contains { $0.hasSuffix("cloudwatch:GetMetricData") })
    }

    @Test(arguments: FiveSystems.tenants) func `whatever the system reports of a watched resource is in the catalogue and on record`(_ tenant: String) async throws {
        let recorded = try await Recorded(tenant)
        defer { recorded.close() }
        let site = try await FiveSystems.firstRun.value.site
        let board = site.network.world.system(account: try #require(Self.accounts[tenant])).metrics, end = TrialSite.anchor.minute
        var unknown: Set<String> = [], missing: [String] = [], seen = 0
        for resource in recorded.resources where resource.presence == .alive {
            var keys: [MetricKey: String] = [:]
            for definition in SignalCatalogue.definitions(of: resource.id.kind) {
                guard case .cloudWatch(let metric) = definition.origin else { continue }
                for set in MetricDimensions.sets(for: metric, of: resource) {
                    keys[MetricKey(metric.namespace, metric.metric, Dictionary(set.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))] = definition.name
                }
            }
            let own = Set(keys.keys.map { $0.dimensions.filter { !$0.hasPrefix("Operation=") } })
            let grid = try recorded.grid(resource.id)
            for (key, series) in board.series where own.contains(key.dimensions.filter { !$0.hasPrefix("Operation=") }) {
                // Settled minutes of the stretch that was read.
                guard series.point(from: end - 120, to: end - 20, now: TrialSite.firstRun) != nil else { continue }
                seen += 1
                guard let signal = keys[key] else { unknown.insert("\(key.namespace) \(key.name)"); continue }
                if grid.columns[signal]?.values.contains(where: { !$0.isNaN }) != true { missing.append("\(resource.id.name) \(signal)") }
            }
        }
        #expect(seen > 20 && unknown.isEmpty && missing.isEmpty, "\(tenant): \(seen) reported; not in the catalogue \(unknown.sorted()); not on record \(missing)")
    }
}

/// Each fault that the reference systems must reproduce, as it stands in the database after one run.
@Suite struct FaultsOnRecordTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var tenant: String
        var testDescription: String
        fileprivate var isThere: @Sendable (Recorded) throws -> Bool

        fileprivate init(_ tenant: String, _ what: String, _ isThere: @escaping @Sendable (Recorded) throws -> Bool) {
            self.tenant = tenant
            testDescription = "\(tenant): \(what)"
            self.isThere = isThere
        }
    }

    private static let buffer = "sqs-webhook-buffer-prod-PublishQueue.fifo"

    static let faults: [Fault] = [
        Fault("initech", "a dead-letter queue that nobody feeds") {
            let queue = $0.resource(.queue, "Users-OrderCompletedQueueDLQ-prod")
            return queue?.presence == .alive && queue?.settings[.deadLetterSources] == nil
        },
        Fault("initech", "logs are denied, and are no zero") {
            let id = ResourceID(source: "prod", kind: .log, name: "CDK-Users-OAuthToken-prod")
            return try $0.store.absences(of: id)["errors"]?.reason == .denied && $0.grid(id).columns["errors"] == nil
        },
        Fault("initech", "failures are swallowed: dead letters grow, no function fails") {
            let dead = try $0.values("Users-OrderCompletedQueueTempDLQ-prod", "visible")
            guard let first = dead.first, let last = dead.last else { return false }
            return try last > first && $0.sum("CDK-Users-OrderCompleted-prod", "errors") == 0 && $0.sum("CDK-Users-OrderCompleted-prod", "invocations") > 0
        },
        Fault("acme", "one group blocks the queue: it fills and nothing is deleted") {
            let deleted = try $0.values(buffer, "deleted").suffix(6), groups = try $0.values(buffer, "groups_in_flight").suffix(6), visible = try $0.values(buffer, "visible")
            return deleted.allSatisfy { $0 == 0 } && groups.allSatisfy { $0 <= 1 } && (visible.last ?? 0) > 0
        },
        Fault("acme", "the oldest message grows older towards the end of retention") {
            let ages = try $0.values(buffer, "oldest_age").suffix(8)
            return zip(ages, ages.dropFirst()).allSatisfy { $0 < $1 } && $0.resource(.queue, buffer)?.settings[.retention] == .number(345_600)
        },
        Fault("acme", "requests are sent twice and refused as duplicates") { try $0.sum(buffer, "deduplicated") > 0 },
        Fault("acme", "secrets in log lines are not in the database") {
            let prints = try $0.store.fingerprints(of: $0.resources.map(\.id), in: TimeWindow(from: TrialSite.anchor - 86_400, to: TrialSite.anchor + 600))
            return !prints.isEmpty && prints.allSatisfy { !"\($0)".contains("8f3c2a@sentry") }
        },
        Fault("globex", "four runs in ten of one branch fail") {
            let share = try $0.sum("TheXrayHttpFlow-http", "errors") / max(1, $0.sum("TheXrayHttpFlow-http", "invocations"))
            return (0.25...0.55).contains(share)
        },
        Fault("globex", "events are dropped after their tries") {
            let share = try $0.sum("TheXrayHttpFlow-http", "async_dropped") / max(1, $0.sum("TheXrayHttpFlow-http", "async_received"))
            return share > 0.01 && share < 0.2
        },
        Fault("globex", "messages are sent twice") { try $0.sum("TheXraySQSFlow-Queue", "sent") > 1.5 * $0.sum("TheXraySQSFlow-sqs", "invocations") },
        Fault("globex", "a subsegment never ends") { try ["http-flow", "sqs-flow"].flatMap($0.traces).contains { $0.spans.contains { $0.name.contains("sqs") && $0.end == nil } } },
        Fault("globex", "the receiving side links to the sending one") { try $0.traces("sqs-flow").contains { !$0.links.isEmpty } },
        Fault("umbrella", "three runtimes") {
            Set($0.resources.compactMap { $0.settings[.runtime]?.text }) == ["nodejs16.x", "python3.8", "go1.x"]
        },
        Fault("umbrella", "cold runs are apart from warm ones") { recorded in
            try ["xraystarter-ts", "xraystarter-py", "xraystarter-go"].allSatisfy { try recorded.sum($0, "cold_starts") > 0 && !recorded.values($0, "init_duration.p50").isEmpty }
        },
        Fault("umbrella", "the Go handler hides its errors: lines, but no failed run") {
            try $0.sum("xraystarter-go", "errors") == 0 && $0.values("xraystarter-go", "invocations").isEmpty == false
                && $0.store.grid(of: ResourceID(source: "prod", kind: .log, name: "xraystarter-go"),
                                 in: TimeWindow(from: TrialSite.anchor - 10_800, to: TrialSite.anchor), resolution: .raw).columns["errors"]?.values.contains { $0 > 0 } == true
        },
        Fault("umbrella", "work waits before it begins") { recorded in
            try ["upload-ts", "upload-py", "upload-go"].contains { group in
                let id = ResourceID(source: "prod", kind: .trace, name: group)
                return try recorded.grid(id).columns["dwell.p50"]?.values.contains { $0 > 0 } == true
            }
        },
        Fault("hooli", "the daily run is missing") {
            let job = $0.resource(.function, "gofaas-WorkerPeriodic")
            return try job?.settings[.schedule] == .text("rate(1 day)") && $0.sum("gofaas-WorkerPeriodic", "invocations", hours: 25) == 0
        },
        Fault("hooli", "callers see errors where no function fails") {
            try $0.sum("gofaas", "errors_5xx") > 0 && $0.sum("gofaas", "errors_4xx") > 0 && $0.sum("gofaas-UserCreate", "errors") == 0
        },
        Fault("hooli", "a table of one unit throttles") {
            try $0.sum("gofaas-UsersTable", "write_throttles") > 0 && $0.resource(.table, "gofaas-UsersTable")?.settings[.writeCapacity] == .number(1)
        },
        Fault("hooli", "the worker drops events") { try $0.sum("gofaas-Worker", "async_dropped", hours: 25) > 0 },
        Fault("hooli", "an address that nobody confirmed") { $0.resource(.topic, "gofaas-NotificationTopic")?.settings[.pendingSubscriptions] == .number(1) },
    ]

    @Test func `acme: publishing met its three seconds, nine hours ago`() async throws {
        let site = try FiveSystems.site(only: ["acme"], backfill: "10h")
        try await site.run { $0.stages = [.collect] }
        let id = ResourceID(source: "prod", kind: .function, name: "sqs-webhook-buffer-prod-publish-to-sqs")
        let grid = try TenantStore(path: site.statePath("acme")).grid(of: id, in: TimeWindow(from: TrialSite.anchor - 36_000, to: TrialSite.anchor), resolution: .raw)
        #expect(grid.columns["duration.max"]?.values.filter { !$0.isNaN }.max() == 3)
        #expect((grid.columns["errors"]?.values.filter { !$0.isNaN }.reduce(0, +) ?? 0) >= 4)
    }

    @Test(arguments: faults) func `a fault of a reference system stands in the data`(_ fault: Fault) async throws {
        let recorded = try await Recorded(fault.tenant)
        defer { recorded.close() }
        #expect(try fault.isThere(recorded))
    }
}
