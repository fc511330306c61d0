import Collectors
import Curl
import JSON
import Synchronization
import Telemetry

/// A web API that answers each request as a test says, and remembers what it was asked. Time passes only by waiting.
final class ScriptedWeb: Transport {
    typealias Answer = @Sendable (_ request: HTTPRequest, _ call: Int) throws(TransferError) -> HTTPResponse

    private struct State {
        var asked: [HTTPRequest] = []
        var waited: [Int64] = []
    }

    static let now = Timestamp(year: 2026, month: 11, day: 20, hour: 10, minute: 8, second: 20)
    private let state = Mutex(State())
    private let answer: Answer

    init(_ answer: @escaping Answer) { self.answer = answer }

    var requests: [HTTPRequest] { state.withLock { $0.asked } }
    /// Seconds, one entry a wait.
    var waits: [Int64] { state.withLock { $0.waited } }

    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let call = state.withLock { state in
            state.asked.append(request)
            return state.asked.count
        }
        return try answer(request, call)
    }

    var environment: WebEnvironment {
        WebEnvironment(transport: self, now: { Self.now + self.state.withLock { $0.waited.reduce(0, +) } }, random: { 0.5 },
                       sleep: { duration in self.state.withLock { $0.waited.append(duration.components.seconds) } })
    }
}

extension HTTPResponse {
    static func json(_ value: JSONValue, _ headers: HTTPHeaders = [:]) -> HTTPResponse { HTTPResponse(status: 200, headers: headers, body: value.bytes()) }
    static func text(_ status: Int, _ text: String, _ headers: HTTPHeaders = [:]) -> HTTPResponse { HTTPResponse(status: status, headers: headers, body: Array(text.utf8)) }
}
