import AWS
import Curl
@testable import Publishers
import Simulator
import Synchronization
import Telemetry

/// A bucket of the simulated S3, without a socket: signatures and conditions are checked as by the real one, and every request is kept.
final class SimulatedBucket: Transport {
    struct Request: Equatable, Sendable {
        var method: String
        var path: String
    }

    let world: SimulatedWorld
    private let state = Mutex<(now: Timestamp, requests: [Request], faultCounts: [String: Int], isDead: Bool)>((Timestamp(year: 2026, month: 11, day: 20, hour: 10), [], [:], false))
    private let onRequest: @Sendable (Request) -> Void
    private let losesAnswer: @Sendable (Request) -> Bool
    private let dies: @Sendable (Request) -> Bool

    /// - Parameters:
    ///   - objects: those of another bucket, which is then the same.
    ///   - onRequest: told before each request is answered.
    ///   - losesAnswer: whether the request arrives and its answer does not.
    ///   - dies: the request at which the publisher is killed; nothing arrives from then on.
    init(objects: ObjectStore = ObjectStore(), faults: [FaultPlan.Rule] = [], onRequest: @escaping @Sendable (Request) -> Void = { _ in },
         losesAnswer: @escaping @Sendable (Request) -> Bool = { _ in false }, dies: @escaping @Sendable (Request) -> Bool = { _ in false }) {
        world = SimulatedWorld(seed: 1, anchor: Timestamp(year: 2026, month: 11, day: 20, hour: 10), faults: FaultPlan(faults), objects: objects)
        self.onRequest = onRequest
        self.losesAnswer = losesAnswer
        self.dies = dies
    }

    var now: Timestamp { state.withLock { $0.now } }
    func pass(_ seconds: Int64) { state.withLock { $0.now = $0.now + seconds } }
    var requests: [Request] { state.withLock { $0.requests } }
    var puts: [String] { requests.filter { $0.method == "PUT" }.map(\.path) }
    func forget() { state.withLock { $0.requests = [] } }
    /// Key to text, without the bucket's name.
    var objects: [String: String] {
        Dictionary(world.objects.all.map { (String($0.key.drop { $0 != "/" }.dropFirst()), String(decoding: $0.value.body, as: UTF8.self)) }, uniquingKeysWith: { $1 })
    }

    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let rest = request.url.drop { $0 != "/" }.dropFirst(2), host = rest.prefix { $0 != "/" }
        let path = String(rest.dropFirst(host.count))
        let seen = Request(method: request.method.rawValue, path: String(path.dropFirst().drop { $0 != "/" }.dropFirst()))
        let isDead = state.withLock { state in
            state.requests.append(seen)
            state.isDead = state.isDead || dies(seen)
            return state.isDead
        }
        if isDead { throw TransferError(.refusedAddress, place: "simulated", text: "killed") }
        onRequest(seen)
        var headers = Dictionary(request.headers.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        headers["Host"] = String(host)
        let simulated = SimulatedRequest(method: request.method.rawValue, path: path, headers: headers, body: request.body)
        let response: SimulatedResponse
        switch world.admit(simulated, now: now) {
        case .refused(let refusal): response = refusal
        case .admitted(let call, let id):
            let earlier = state.withLock { state in
                state.faultCounts[call.action, default: 0] += 1
                return (state.faultCounts[call.action] ?? 1) - 1
            }
            response = world.answer(call, requestID: id, earlier: earlier)
        }
        if case .after(let seconds) = response.delivery { pass(Int64(seconds)) } else if response.delivery != .whole {
            throw TransferError(.interrupted, place: "simulated", text: "the body broke off")
        }
        if losesAnswer(seen) { throw TransferError(.interrupted, place: "simulated", text: "the answer was lost") }
        return HTTPResponse(status: response.status, headers: HTTPHeaders(response.headers.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) }), body: response.body)
    }

    func target(publisher: String = "this-site", settings: S3Target.Settings = .init(bucket: "ops-example")) -> S3Target {
        let environment = AWSEnvironment(
            variables: ["AWS_ACCESS_KEY_ID": AccessKeys.baseID, "AWS_SECRET_ACCESS_KEY": AccessKeys.baseSecret], transport: self, now: { self.now }, readFile: { _ in nil },
            runCommand: { _ in nil }, random: { 0.5 }, sleep: { self.pass($0.components.seconds) })
        var source = AWSSource(tenant: "publish", region: "eu-central-1")
        source.purpose = "publishing"
        return S3Target(settings, source: source, environment: environment, publisher: publisher)
    }
}
