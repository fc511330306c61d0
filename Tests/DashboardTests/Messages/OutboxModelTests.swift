@testable import Alerting
import Curl
@testable import Dashboard
import Foundation
import Notifiers
import Storage
import Synchronization
import Telemetry
import Testing

/// Random days of the outbox: alerts that come and go, receivers that fail, messages that nobody wants, crashes between any two
/// transactions, a clock that jumps. What must hold in the end holds for every one of them.
struct OutboxModelTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64]) func `whatever happens, each message arrives under one id in its order, or is told of`(_ seed: UInt64) async throws {
        var trial = try OutboxTrial(seed: seed)
        defer { trial.end() }
        for _ in 0..<400 { try await trial.step() }
        try await trial.calm()
        try trial.expectAll()
    }
}

private struct Crash: Error {}

/// The store, which dies before or after one of its transactions.
private final class CrashingOutbox: Outbox {
    private let store: TenantStore
    private var left: Int
    private let isBefore: Bool

    /// - Parameter left: transactions that still pass.
    init(_ store: TenantStore, left: Int, isBefore: Bool) {
        self.store = store
        self.left = left
        self.isBefore = isBefore
    }

    func dueMessages(at now: Timestamp) throws -> [OutboxMessage] { try store.dueMessages(at: now) }
    func channels() throws -> [ChannelState] { try store.channels() }
    func begin(_ id: String, at now: Timestamp) throws { try dying { try store.begin(id, at: now) } }
    func finish(_ id: String, _ result: DeliveryResult, channel: ChannelState, at now: Timestamp) throws { try dying { try store.finish(id, result, channel: channel, at: now) } }

    private func dying(_ transaction: () throws -> Void) throws {
        left -= 1
        if left < 0, isBefore { throw Crash() }
        try transaction()
        if left < 0 { throw Crash() }
    }
}

/// Receivers by the last part of their address. What they took is kept.
private final class Receivers: Transport {
    struct Taken: Sendable { var receiver: String, id: String, body: [UInt8] }
    struct State { var taken: [Taken] = [], tries: [String: Int] = [:], triesOfRun: [String: Int] = [:], acceptedInRun: Set<String> = [], down: Set<String> = [], hasHealed = false }
    let state = Mutex(State())

    /// An eighth of all messages is never wanted.
    static func isPoison(_ id: String) -> Bool { (id.utf8.first ?? 0) % 8 == 0 }

    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let name = request.url.split(separator: "/").last.map(String.init) ?? "", id = request.headers["webhook-id"] ?? ""
        let status = state.withLock { state in
            state.tries[id, default: 0] += 1
            state.triesOfRun[name, default: 0] += 1
            if state.down.contains(name) { return state.tries[id, default: 0] % 3 == 0 ? 0 : 503 }
            if Self.isPoison(id), name != "last" { return 400 }
            state.taken.append(Taken(receiver: name, id: id, body: request.body))
            state.acceptedInRun.insert(name)
            return 204
        }
        if status == 0 { throw TransferError(.timedOut, place: "POST \(request.url)", text: "no answer came") }
        return HTTPResponse(status: status)
    }
}

private struct OutboxTrial {
    private static let services = 24, tenant = "t"
    private var random: Seeded
    private let site: TrialSite, loaded: LoadedSite, receivers = Receivers()
    private var now = Timestamp(year: 2026, month: 11, day: 20, hour: 6, minute: 0)
    private var cursor: Timestamp?
    private var states: [AlertKey: AlertState] = [:], incidents = 0, crashes = 0
    private var store: TenantStore
    /// In memory, where there is a place: a crash here is the end of a connection and not of the machine, and thousands of transactions that
    /// wait for a disk are all that would take time.
    private let folder: String
    private let path: String

    init(seed: UInt64) throws {
        random = Seeded(seed)
        let list = (0..<Self.services).map { "  - {id: s\($0), title: Service \($0), resources: [{kind: queue, name: q\($0)}]}" }.joined(separator: "\n")
        site = try TrialSite([
            "tidewatch.yaml": """
                title: Model
                base_url: https://ops.example/
                receivers:
                  - {name: chat, webhook: {url: "https://hooks.example/chat"}}
                  - {name: phone, webhook: {url: "https://hooks.example/phone"}}
                  - {name: last, webhook: {url: "https://hooks.example/last"}}
                fallback: last
                route:
                  receiver: chat
                  repeat_interval: 2h
                  routes: [{match: {severity: critical}, receiver: phone}, {match: {severity: critical}, receiver: chat, after: 15m}]
                """,
            "tenants/t.yaml": "id: t\ntitle: Tenant\nsources: {disk: {files: {path: numbers, files: [{path: age.csv, format: csv, series: {q0: 'queue(\"q0\").oldest_age'}}]}}}\nservices:\n" + list,
        ], now: now, transport: receivers)
        loaded = try LoadedSite(directory: site.directory, world: site.world())
        folder = (FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : FileManager.default.temporaryDirectory.path) + "/outbox-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = folder + "/\(Self.tenant).sqlite"
        store = try TenantStore(path: path)
    }

    func end() { try? FileManager.default.removeItem(atPath: folder) }

    /// A database has one owner: the one that died must be gone first.
    private mutating func restart() throws {
        store = try TenantStore(path: path + "-between")
        store = try TenantStore(path: path)
    }

    // MARK: What happens

    mutating func step() async throws {
        // Mostly the next run; now and then the clock goes back, or half a day goes by.
        now = now + (chance(30) ? -600 : chance(25) ? Int64(random.next(in: 3...13)) * 3_600 : 300)
        receivers.state.withLock { state in
            for name in ["chat", "phone", "last"] where random.next(in: 0...9) == 0 { state.down.formSymmetricDifference([name]) }
        }
        try evaluate(changes: changes())
        try await deliver(mayCrash: true)
    }

    /// Everything works again; then everything that can be said is said.
    mutating func calm() async throws {
        receivers.state.withLock { $0.down = [] }
        try evaluate(changes: states.values.filter { $0.phase == .firing }.sorted { $0.key < $1.key }.map { change($0, .resolved) })
        for _ in 0..<40 {
            now = now + 3_600
            try evaluate(changes: [])
            try await deliver(mayCrash: false)
            if try store.waitingMessages() == 0, try store.unreported().filter({ $0.receiver != "last" }).isEmpty { return }
        }
    }

    private mutating func chance(_ n: Int) -> Bool { random.next(in: 1...n) == 1 }

    /// Some alerts change; sometimes very many at once.
    private mutating func changes() -> [AlertTransition] {
        let count = chance(25) ? 40 : random.next(in: 0...1)
        var made: [AlertKey: AlertTransition] = [:]
        for _ in 0..<count {
            let service = random.next(in: 0...Self.services - 1), key = AlertKey(rule: ["queue-age", "dlq-nonempty"][random.next(in: 0...1)], resource: ResourceID(source: "disk", kind: .queue, name: "q\(service)"))
            guard made[key] == nil else { continue }
            if let known = states[key], known.phase == .firing {
                made[key] = change(known, known.severity == .warning && chance(3) ? .escalated : chance(4) ? .grew : .resolved)
            } else {
                var state = AlertState(key: key, service: "s\(service)", phase: .firing, severity: chance(3) ? .critical : .warning, since: now, activeAt: now - 300, summary: "\(key.resource.name): \(key.rule)", evaluatedTo: now)
                let open = states.values.first { $0.service == state.service && $0.phase == .firing }?.incident
                incidents += open == nil ? 1 : 0
                state.incident = open ?? "i\(incidents)-\(state.service)"
                // One service is muted for all time.
                if service == 0 { state.suppressedBy = "silence: all of it" }
                made[key] = AlertTransition(.fired, state: state, at: now)
                states[key] = state
            }
        }
        return made.values.sorted { $0.state.key < $1.state.key }
    }

    private func change(_ state: AlertState, _ kind: AlertTransition.Kind) -> AlertTransition {
        var state = state
        if kind == .resolved { state.phase = .resolved; state.resolvedAt = now }
        if kind == .escalated { state.severity = .critical }
        return AlertTransition(kind, state: state, at: now)
    }

    private func context() -> RunContext {
        site.clock.set(now)
        var options = RunOptions()
        options.now = now
        return RunContext(loaded, world: site.world(), options: options)
    }

    // MARK: T1

    private mutating func evaluate(changes: [AlertTransition]) throws {
        for change in changes { states[change.state.key] = change.state }
        var evaluation = Evaluation(cursor: now)
        evaluation.states = states.values.filter { $0.phase == .firing }.sorted { $0.key < $1.key }
        evaluation.transitions = changes
        let context = context(), tenant = try #require(loaded.configuration.tenants.first), route = try #require(loaded.configuration.site.route)
        func record() throws -> EvaluationRecord {
            var record = EvaluationRecord(states: evaluation.states, transitions: changes, evaluatedTo: now, at: now)
            _ = try AnnouncementStage(tenant: tenant, context: context, store: store, dataTo: now).announce(evaluation, since: cursor, route: route, in: &record)
            return record
        }
        let first = try record()
        if chance(10) {
            // It died before it stored: the next run comes to the same messages, bytes and all.
            crashes += 1
            try restart()
            #expect(try record().messages == first.messages)
        }
        try store.save(first)
        // Stored, and died before it knew.
        if chance(10) { try store.save(first) }
        cursor = now
    }

    // MARK: T2 and T3

    private mutating func deliver(mayCrash: Bool) async throws {
        let context = context(), before = Dictionary(try store.channels().map { ($0.receiver, $0) }, uniquingKeysWith: { first, _ in first })
        receivers.state.withLock { $0.triesOfRun = [:]; $0.acceptedInRun = [] }
        if mayCrash, chance(4) {
            crashes += 1
            let left = random.next(in: 0...8), isBefore = chance(2)
            do { _ = try await Dispatcher(receivers: context.receivers).drain(CrashingOutbox(store, left: left, isBefore: isBefore), at: now, spread: { 0.5 }) } catch is Crash {}
            try restart()
            return
        }
        let tenant = try #require(loaded.configuration.tenants.first)
        _ = try await DeliveryStage(tenant: tenant, context: context).deliver(from: store)
        receivers.state.withLock { state in
            // A receiver that does not answer is asked five times, and once a run from then on.
            for name in ["chat", "phone"] where state.down.contains(name) {
                #expect(state.triesOfRun[name, default: 0] <= max(1, ChannelState.breakerLimit - (before[name]?.failures ?? 0)))
            }
        }
    }

    // MARK: What must hold

    func expectAll() throws {
        let made = try store.messages(in: TimeWindow(from: now - 400 * 86_400, to: now + 400 * 86_400)), byID = Dictionary(made.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let (taken, tries) = receivers.state.withLock { ($0.taken, $0.tries) }
        let bodies = Dictionary(grouping: taken, by: \.id)
        #expect(made.count > 200 && byID.count == made.count)
        // Nothing is lost, nothing is added, nothing is still on its way.
        #expect(made.filter { $0.state == .pending || $0.state == .sending }.isEmpty)
        #expect(made.filter { $0.state == .sent && bodies[$0.id] == nil }.isEmpty)
        #expect(bodies.keys.filter { byID[$0] == nil }.isEmpty)
        // What never arrived was told of, to somebody who was told in turn.
        let dead = made.filter { $0.state == .dead && $0.receiver != "last" }
        #expect(!dead.isEmpty && dead.allSatisfy { $0.reportedIn.flatMap { byID[$0] }?.receiver == "last" })
        #expect(made.contains { $0.receiver == "last" && $0.state == .sent })
        // The same bytes under the same id, always; repeats come from crashes alone.
        #expect(bodies.values.allSatisfy { found in found.allSatisfy { $0.body == found[0].body && $0.body == byID[$0.id]?.body } })
        #expect(taken.count - bodies.count <= crashes * 3)
        // Each try was counted before it was made, and what nobody wants was tried four times, not for ever.
        #expect(tries.allSatisfy { $0.value <= byID[$0.key]?.attempts ?? 0 })
        #expect(dead.filter { Receivers.isPoison($0.id) && tries[$0.id] != nil }.contains { ($0.lastAnswer ?? "").contains("given up after") })
        // Within a group a receiver never sees a later message first.
        var last: [String: Int] = [:], seen: Set<String> = []
        for item in taken where seen.insert(item.id).inserted {
            guard let message = byID[item.id] else { continue }
            #expect(last[message.lane, default: 0] <= message.sequence, "\(message.lane)")
            last[message.lane] = message.sequence
        }
        // A digest counts exactly the messages that it stands for.
        let digested = Dictionary(grouping: made.filter { $0.state == .digested }) { $0.lastAnswer ?? "" }
        #expect(!digested.isEmpty)
        for (words, held) in digested {
            let digest = try #require(byID[String(words.dropFirst("counted in message ".count))], "\(words)")
            #expect(digest.subject.hasSuffix(" \(held.count) more messages in one"), "\(digest.subject) stands for \(held.count)")
        }
        // Of what is muted nothing was said.
        #expect(made.filter { $0.groupKey.split(separator: ",").contains("service=s0") }.isEmpty)
        // Nobody hears that something is over of which he never heard.
        for (lane, messages) in Dictionary(grouping: made.filter { $0.kind == .resolved }, by: \.lane) {
            for message in messages { #expect(made.contains { $0.lane == lane && $0.kind != .resolved && $0.sequence < message.sequence && $0.incident == message.incident }, "\(message.subject)") }
        }
    }
}

private struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func next(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}
