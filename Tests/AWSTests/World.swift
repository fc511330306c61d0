import AWS
import Curl
import Foundation
import Synchronization
import Telemetry

/// A made-up world: scripted answers, a clock that only sleeping moves, files in a dictionary.
final class World: Transport {
    typealias Reply = @Sendable (HTTPRequest) -> Result<HTTPResponse, TransferError>

    private struct State {
        var requests: [HTTPRequest] = []
        var replies: [Reply] = []
        var now = Timestamp(seconds: 1_800_000_000)
        var slept: [Duration] = []
        var commands: [String] = []
    }

    private let state = Mutex(State())
    /// Answers when the script is used up.
    private let otherwise: Reply
    private let beforeReply: @Sendable () async -> Void

    init(_ replies: [Reply] = [], beforeReply: @escaping @Sendable () async -> Void = {}, otherwise: @escaping Reply = { _ in .ok("{}") }) {
        self.otherwise = otherwise
        self.beforeReply = beforeReply
        state.withLock { $0.replies = replies }
    }

    var requests: [HTTPRequest] { state.withLock(\.requests) }
    var slept: [Duration] { state.withLock(\.slept) }
    var commands: [String] { state.withLock(\.commands) }
    var now: Timestamp { state.withLock(\.now) }
    func pass(seconds: Int64) { state.withLock { $0.now = $0.now + seconds } }

    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let reply = state.withLock { state in
            state.requests.append(request)
            return state.replies.isEmpty ? otherwise : state.replies.removeFirst()
        }
        await beforeReply()
        return try reply(request).get()
    }

    func environment(_ variables: [String: String] = ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret"], files: [String: String] = [:],
                     output: String? = nil, random: Double = 1) -> AWSEnvironment {
        AWSEnvironment(variables: variables, transport: self, now: { self.now }, readFile: { files[$0].map { Array($0.utf8) } },
                       runCommand: { command in
                           self.state.withLock { $0.commands.append(command) }
                           return output.map { Array($0.utf8) }
                       },
                       random: { random },
                       sleep: { duration in
                           self.state.withLock {
                               $0.slept.append(duration)
                               $0.now = $0.now + duration.components.seconds
                           }
                       })
    }
}

extension Result where Success == HTTPResponse, Failure == TransferError {
    static func ok(_ body: String, headers: HTTPHeaders = [:]) -> Self { .success(HTTPResponse(status: 200, headers: headers, body: Array(body.utf8))) }
    static func status(_ status: Int, _ body: String = "", headers: HTTPHeaders = [:]) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }
    static func broken(_ kind: TransferError.Kind) -> Self { .failure(TransferError(kind, place: "GET http://x", text: "made up")) }
}

extension AWSSource {
    static func mock(region: String = "eu-west-1", profile: String? = nil, roleARN: String? = nil, externalID: String? = nil, endpointURL: String? = nil,
                     caFile: String? = nil, deadline: Timestamp? = nil) -> AWSSource {
        AWSSource(tenant: "acme", region: region, profile: profile, roleARN: roleARN, externalID: externalID, endpointURL: endpointURL, caFile: caFile, deadline: deadline)
    }
}

/// The answer of STS that a role gives.
func roleAnswer(_ id: String, expires: String = "2027-01-15T09:00:00Z") -> String {
    """
    <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>\(id)</AccessKeyId>
    <SecretAccessKey>s&amp;cret</SecretAccessKey><SessionToken>token-\(id)</SessionToken><Expiration>\(expires)</Expiration></Credentials>
    </AssumeRoleResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></AssumeRoleResponse>
    """
}

func failure<Value>(_ body: () async throws(AWSError) -> Value) async -> AWSError? {
    do throws(AWSError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

extension HTTPRequest { var text: String { String(decoding: body, as: UTF8.self) } }
extension World { var firstBody: String { requests.first?.text ?? "" } }
