import Collectors
import Curl
import JSON
import Simulator
import Synchronization
import Telemetry
import Testing

/// Hands on what the simulated AWS answers, with elements of other types and sizes in it.
private final class ChangedAnswers: Transport {
    private let account: SimulatedAccount
    /// Of so many values one is changed, and whole lists and objects are values as well.
    private let oneIn: UInt64, changesLists: Bool
    private let random: Mutex<UInt64>

    init(_ account: SimulatedAccount, seed: UInt64, oneIn: UInt64, changesLists: Bool) {
        self.account = account
        self.oneIn = oneIn
        self.changesLists = changesLists
        random = Mutex(seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    }

    private static let odd: [JSONValue] = [.null, true, -1, 0, 1e300, -1e300, 9_223_372_036_854_775_807.0, 0.5, "", "NaN", "-7", "\u{0}\u{202E}<script>", "../../etc/passwd", [], [1, "2"], [:], ["a": [:]],
                                           .string(String(repeating: "x", count: 5_000))]

    private func next(_ limit: UInt64) -> UInt64 {
        random.withLock { state in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state % limit
        }
    }

    private func changed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items):
            if changesLists, next(oneIn) == 0 { return Self.odd[Int(next(UInt64(Self.odd.count)))] }
            return .array(items.map(changed))
        case .object(let members):
            if changesLists, next(oneIn) == 0 { return Self.odd[Int(next(UInt64(Self.odd.count)))] }
            return .object(members.map { .init($0.key, changed($0.value)) })
        case .null, .bool, .number, .string: return next(oneIn) == 0 ? Self.odd[Int(next(UInt64(Self.odd.count)))] : value
        }
    }

    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        var response = try await account.send(request)
        if let value = try? JSONValue(parsing: response.body) { response.body = changed(value).bytes() }
        return response
    }
}

/// Wrong types and impossible numbers anywhere in any answer: nothing traps, nothing odd is kept, and the rest is.
@Suite struct `Answers with changed elements` {
    private static let account = SimulatedAccount("acme", account: "222222222222")
    private static let stack = "sqs-webhook-buffer-prod"
    private static let services = [ServiceOrder(
        id: "orders-webhook",
        resources: [ResourceOrder(.api, "SolidusBufferedEndpoint-\(stack)", settings: [.stage: .text("prod")]), ResourceOrder(.function, "\(stack)-publish-to-sqs"),
                    ResourceOrder(.queue, "\(stack)-PublishQueue.fifo"), ResourceOrder(.function, "\(stack)-subscribe-to-sqs"), ResourceOrder(.table, "\(stack)-Messages")],
        namePrefix: stack, traceGroups: [TraceGroupOrder(id: "webhook", filter: "service(\"\(stack)-subscribe-to-sqs\")")])]

    private func harvest(seed: UInt64, oneIn: UInt64, changesLists: Bool) async -> Harvest {
        await Self.account.harvest(Self.services, backfill: 1_800, through: ChangedAnswers(Self.account, seed: seed, oneIn: oneIn, changesLists: changesLists))
    }

    private func isSound(_ harvest: Harvest) -> Bool {
        harvest.series.allSatisfy { batch in
            batch.samples.allSatisfy { $0.value.isFinite && $0.time <= SimulatedAccount.anchor } && zip(batch.samples, batch.samples.dropFirst()).allSatisfy { $0.time < $1.time }
        } && harvest.traces.flatMap(\.spans).allSatisfy { $0.start.isFinite && ($0.end ?? 0).isFinite } && harvest.summaries.allSatisfy { $0.start.isFinite && $0.duration.isFinite }
    }

    private static let good = Task { await account.harvest(services, backfill: 1_800) }

    @Test(arguments: 1...6 as ClosedRange<UInt64>) func `a wrong element here and there costs itself alone`(_ seed: UInt64) async {
        let good = await Self.good.value, harvest = await harvest(seed: seed, oneIn: 400, changesLists: false)
        #expect(isSound(harvest))
        let points = harvest.series.reduce(0) { $0 + $1.samples.count }, all = good.series.reduce(0) { $0 + $1.samples.count }
        #expect(all > 400 && points * 10 >= all * 7, "\(points) of \(all)")
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>) func `whole parts of another type are survived`(_ seed: UInt64) async {
        #expect(isSound(await harvest(seed: seed, oneIn: seed % 2 == 0 ? 12 : 60, changesLists: true)))
    }
}
