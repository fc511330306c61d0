import AWS
import Collectors
import Curl
import Simulator
import Synchronization
import Telemetry

/// The simulated AWS without a socket: requests are handed over as they would go over the wire, signatures and all.
struct SimulatedAccount: Transport {
    static let anchor = Timestamp(year: 2026, month: 11, day: 20, hour: 10, minute: 5)

    let tenant: String
    let account: String
    let region: String
    let world: SimulatedWorld
    let now: Timestamp
    /// Time that passed by waiting.
    private let waited = Waited()

    init(_ tenant: String, account: String, region: String = "eu-central-1", now: Timestamp = anchor, faults: FaultPlan = FaultPlan()) {
        self.tenant = tenant
        self.account = account
        self.region = region
        self.now = now
        world = SimulatedWorld(seed: 42, anchor: Self.anchor, faults: faults)
    }

    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let rest = request.url.drop { $0 != "/" }.dropFirst(2)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let parts = rest.dropFirst(host.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var headers = Dictionary(request.headers.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        headers["Host"] = String(host)
        let path = parts.first.map(String.init) ?? ""
        let response = world.answer(SimulatedRequest(method: request.method.rawValue, path: path.isEmpty ? "/" : path,
                                                     query: parts.count > 1 ? String(parts[1]) : "", headers: headers, body: request.body), now: now + waited.seconds)
        var fields: HTTPHeaders = [:]
        for (name, value) in response.headers.sorted(by: { $0.key < $1.key }) { fields.append(name, value) }
        // What a broken or endless body does to a connection is the client's own test.
        guard response.delivery == .whole else { throw TransferError(.interrupted, place: "simulated", text: "the body broke off") }
        return HTTPResponse(status: response.status, headers: fields, body: response.body)
    }

    func harvest(_ services: [ServiceOrder], backfill: Int64 = 21_600, cursors: [SeriesID: Timestamp] = [:], reading: LogReading = .filter,
                 through transport: (any Transport)? = nil) async -> Harvest {
        let environment = AWSEnvironment(
            variables: ["AWS_ACCESS_KEY_ID": AccessKeys.baseID, "AWS_SECRET_ACCESS_KEY": AccessKeys.baseSecret], transport: transport ?? self, now: { now + waited.seconds },
            readFile: { _ in nil }, runCommand: { _ in nil }, random: { 0.5 }, sleep: { waited.add($0) })
        let source = AWSSource(tenant: tenant, region: region, roleARN: "arn:aws:iam::\(account):role/\(AccessKeys.roleName)", externalID: "\(tenant)-external-id")
        var order = CollectionOrder(tenant: tenant, source: "prod", services: services, cursors: cursors, now: now, backfill: backfill)
        order.logReading = reading
        return await AWSCollector(AWSClient(source, environment: environment)).harvest(order)
    }
}

private final class Waited: Sendable {
    private let milliseconds = Mutex(Int64(0))
    var seconds: Int64 { milliseconds.withLock { $0 } / 1_000 }
    func add(_ duration: Duration) { milliseconds.withLock { $0 += duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000 } }
}
