import AWS
import Curl
@testable import Dashboard
import Foundation
import Simulator
import Synchronization
import Telemetry

/// A clock that only tests and waiting move.
final class TrialClock: Sendable {
    private let nanoseconds: Mutex<Int128>
    init(_ now: Timestamp) { nanoseconds = Mutex(Int128(now.seconds) * 1_000_000_000) }

    var now: Timestamp { Timestamp(seconds: Int64(nanoseconds.withLock { $0 } / 1_000_000_000)) }
    func set(_ now: Timestamp) { nanoseconds.withLock { $0 = Int128(now.seconds) * 1_000_000_000 } }
    func advance(_ duration: Duration) { nanoseconds.withLock { $0 += Int128(duration / .nanoseconds(1)) } }
}

/// The simulated AWS, Datadog and Sentry, and receivers of webhooks beside them, without a socket. What none of them serves is kept.
final class TrialNetwork: Transport {
    struct Hook: Sendable {
        var url: String
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    let world: SimulatedWorld
    private let clock: TrialClock
    private let kept = Mutex<(hooks: [Hook], actions: [String: Int])>(([], [:]))

    init(world: SimulatedWorld, clock: TrialClock) {
        self.world = world
        self.clock = clock
    }

    convenience init(seed: UInt64 = 7, anchor: Timestamp, faults: FaultPlan = FaultPlan(), policies: [String: IdentityPolicy] = [:], clock: TrialClock) {
        self.init(world: SimulatedWorld(seed: seed, anchor: anchor, faults: faults, policies: policies), clock: clock)
    }

    var hooks: [Hook] { kept.withLock { $0.hooks } }
    /// Requests that passed the door, by `<account> <action>`.
    var actions: [String: Int] { kept.withLock { $0.actions } }

    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        guard SimulatedWorld.serves(SimulatedRequest(request)) else {
            kept.withLock { $0.hooks.append(Hook(url: request.url, headers: request.headers, body: request.body)) }
            return HTTPResponse(status: 200)
        }
        let response: SimulatedResponse
        switch world.admit(SimulatedRequest(request), now: clock.now) {
        case .refused(let refusal): response = refusal
        case .admitted(let call, let requestID):
            let key = "\(call.caller.account) \(call.action)"
            let earlier = kept.withLock { kept in
                kept.actions[key, default: 0] += 1
                return (kept.actions[key] ?? 1) - 1
            }
            response = world.answer(call, requestID: requestID, earlier: earlier)
        }
        return try HTTPResponse(response, limit: request.limits.bodyBytes)
    }
}

private extension SimulatedRequest {
    init(_ request: HTTPRequest) {
        let rest = request.url.drop { $0 != "/" }.dropFirst(2)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let parts = rest.dropFirst(host.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var headers = Dictionary(request.headers.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        headers["Host"] = String(host)
        let path = parts.first.map(String.init) ?? ""
        self.init(method: request.method.rawValue, path: path.isEmpty ? "/" : path, query: parts.count > 1 ? String(parts[1]) : "", headers: headers, body: request.body)
    }
}

private extension HTTPResponse {
    /// What an unfinished body does to a connection is shown over the wire, in `BadBodyTests`.
    init(_ response: SimulatedResponse, limit: Int) throws(TransferError) {
        guard response.delivery == .whole else { throw TransferError(.interrupted, place: "simulated", text: "the body broke off") }
        guard response.body.count <= limit else { throw TransferError(.tooLarge, place: "simulated", text: "the body is larger than \(limit) bytes") }
        var fields: HTTPHeaders = [:]
        for (name, value) in response.headers.sorted(by: { $0.key < $1.key }) { fields.append(name, value) }
        self.init(status: response.status, headers: fields, body: response.body)
    }
}

/// A mail server that takes everything and keeps it.
final class TrialMailbox: MailTransport {
    private let kept = Mutex<[MailSubmission]>([])
    var mails: [MailSubmission] { kept.withLock { $0 } }

    func send(_ submission: MailSubmission) async throws(MailError) -> MailReceipt {
        kept.withLock { $0.append(submission) }
        return MailReceipt(code: 250, reply: "queued")
    }
}
