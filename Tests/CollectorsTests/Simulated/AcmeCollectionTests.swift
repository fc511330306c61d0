import Collectors
import Signals
import Simulator
import Telemetry
import Testing

private let stack = "sqs-webhook-buffer-prod"
private let queue = "\(stack)-PublishQueue.fifo", publish = "\(stack)-publish-to-sqs", subscribe = "\(stack)-subscribe-to-sqs"
private let api = "SolidusBufferedEndpoint-\(stack)", table = "\(stack)-Messages"

private let webhook = ServiceOrder(
    id: "orders-webhook",
    resources: [ResourceOrder(.api, api, settings: [.stage: .text("prod")]), ResourceOrder(.function, publish), ResourceOrder(.queue, queue),
                ResourceOrder(.function, subscribe), ResourceOrder(.table, table)],
    traceGroups: [TraceGroupOrder(id: "webhook", filter: "service(\"\(subscribe)\")")])

/// One harvest that several tests look at: the simulator takes its time.
private let harvested = Task { await SimulatedAccount("acme", account: "222222222222").harvest([webhook], backfill: 7_200) }

/// The buffered webhook, end to end over the real protocols: one poison message has blocked its only FIFO group for 47 minutes.
@Suite struct `Collecting the simulated webhook buffer` {
    @Test func `the blocked group shows in the queue's numbers and settings`() async throws {
        let harvest = await harvested.value
        #expect(harvest.problems.map(\.message) == [])
        let age = harvest.samples(.queue, queue, "oldest_age")
        #expect(try #require(age.last).value > 2_000 && #require(age.first).value < 600)
        #expect(try #require(harvest.samples(.queue, queue, "visible").last).value > 0)
        #expect(harvest.samples(.queue, queue, "deleted").suffix(4).allSatisfy { $0.value == 0 })
        #expect(harvest.samples(.queue, queue, "groups_in_flight").last?.value == 1)
        #expect(harvest.resource(.queue, queue)?.settings[.retention] == .number(345_600))
        #expect(harvest.resource(.queue, queue)?.settings[.fifo] == .flag(true))
        #expect(harvest.resource(.queue, queue)?.feeds.map(\.name) == [subscribe])
        #expect(harvest.resource(.function, subscribe)?.settings[.reservedConcurrency] == .number(2))
        #expect(harvest.resource(.function, subscribe)?.settings[.eventSource]?.text?.hasSuffix(queue) == true)
    }

    @Test func `every signal of the catalogue has points or a reason`() async {
        let harvest = await harvested.value
        let measured = Set(harvest.series.map(\.series))
        for resource in harvest.resources {
            for definition in SignalCatalogue.definitions(of: resource.id.kind) {
                switch definition.origin {
                // A tracker of exceptions is a source of its own.
                case .derived, .errorTracker: continue
                default: break
                }
                // Waiting times exist only where asynchronous invocations were traced.
                if definition.name.hasPrefix("dwell.") { continue }
                let series = SeriesID(resource.id, definition.name)
                #expect(measured.contains(series) || harvest.absences[series] != nil, "\(definition.signal) of \(resource.id.name)")
            }
        }
        for name in ["requests", "errors_5xx", "latency.p99"] { #expect(!harvest.samples(.api, api, name).isEmpty, "\(name)") }
        for name in ["invocations", "errors", "duration.p50", "duration.max", "cold_starts", "memory_used"] {
            #expect(!harvest.samples(.function, subscribe, name).isEmpty, "\(name)")
        }
        #expect(!harvest.samples(.log, subscribe, "errors").isEmpty && !harvest.samples(.trace, "webhook", "count").isEmpty)
        #expect(!harvest.samples(.table, table, "consumed_write").isEmpty)
    }

    @Test func `the change of an hour ago is marked, older ones are not`() async {
        #expect(await harvested.value.deployments == [
            Deployment(service: "orders-webhook", time: SimulatedAccount.anchor - 51 * 60, label: "last change", detail: subscribe)])
    }

    @Test func `secrets in log lines and environments reach nothing`() async {
        let harvest = await harvested.value
        let everything = "\(harvest)"
        #expect(!harvest.fingerprints.isEmpty && !harvest.executions.isEmpty && !harvest.traces.isEmpty)
        for secret in ["8f3c2a", "SENTRY_DSN", "canary", AccessKeys.baseSecret, "acme-external-id"] { #expect(!everything.contains(secret), "\(secret)") }
    }

    @Test func `the same question twice gives the same harvest`() async {
        let first = await harvested.value
        let second = await SimulatedAccount("acme", account: "222222222222").harvest([webhook], backfill: 7_200)
        #expect(first.series == second.series && first.resources == second.resources && first.executions == second.executions)
        #expect(first.fingerprints == second.fingerprints && first.traces == second.traces && first.ledger == second.ledger)
    }

    @Test func `two short readings and one long one agree`() async {
        let early = SimulatedAccount("acme", account: "222222222222", now: SimulatedAccount.anchor - 1_800)
        let first = await early.harvest([webhook], backfill: 5_400)
        let second = await SimulatedAccount("acme", account: "222222222222").harvest([webhook], cursors: first.cursors)
        let whole = await harvested.value
        for name in ["sent", "deleted", "visible"] {
            var joined = Dictionary(first.samples(.queue, queue, name).map { ($0.time, $0.value) }, uniquingKeysWith: { $1 })
            for sample in second.samples(.queue, queue, name) { joined[sample.time] = sample.value }
            #expect(joined == Dictionary(whole.samples(.queue, queue, name).map { ($0.time, $0.value) }, uniquingKeysWith: { $1 }), "\(name)")
        }
    }

    @Test(arguments: [Fault.throttle, .deny, .expiredToken, .serverError, .garbage, .notNumbers, .wrongTypes, .tokenLoop, .truncated])
    func `no fault of any service traps, invents a number or hides itself`(fault: Fault) async {
        for action in ["cloudwatch:GetMetricData", "logs:FilterLogEvents", "xray:GetTraceSummaries"] {
            let plan = FaultPlan([FaultPlan.Rule(action: action, fault)])
            let harvest = await SimulatedAccount("acme", account: "222222222222", faults: plan).harvest([webhook], backfill: 600)
            let showsUp = switch fault {
            case .notNumbers: action == "cloudwatch:GetMetricData"
            case .wrongTypes: false
            case .throttle, .deny, .expiredToken, .serverError, .garbage, .endless, .huge, .truncated, .tokenLoop, .slow, .skewedDate: true
            }
            if showsUp { #expect(!harvest.problems.isEmpty, "\(fault) of \(action)") }
            #expect(harvest.series.allSatisfy { $0.samples.allSatisfy(\.value.isFinite) })
            if action == "cloudwatch:GetMetricData", fault == .deny || fault == .garbage || fault == .throttle {
                #expect(harvest.samples(.queue, queue, "sent") == [], "zero was invented")
            }
        }
    }
}
