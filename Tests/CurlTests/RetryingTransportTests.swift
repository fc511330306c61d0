import Curl
import Synchronization
import Testing

@Suite struct RetryingTransportTests {
    /// Gives these answers one after the other, and counts.
    private final class Script: Transport {
        private let left: Mutex<[Result<HTTPResponse, TransferError>]>
        private let sleeps = Mutex<[Duration]>([])
        var slept: [Duration] { sleeps.withLock { $0 } }
        init(_ answers: [Result<HTTPResponse, TransferError>]) { left = Mutex(answers) }

        func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
            let next: Result<HTTPResponse, TransferError>? = left.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let next else { throw TransferError(.other, place: "script", text: "used up") }
            return try next.get()
        }

        var retrying: RetryingTransport {
            RetryingTransport(self, random: { 1 }, sleep: { duration in self.sleeps.withLock { $0.append(duration) } }, now: { 0 })
        }
    }

    private func status(_ code: Int, _ headers: HTTPHeaders = [:]) -> Result<HTTPResponse, TransferError> { .success(HTTPResponse(status: code, headers: headers)) }

    @Test func `what may pass later is sent again, and Retry-After is kept to`() async throws {
        let script = Script([.failure(TransferError(.connect, place: "x", text: "y")), status(503), status(429, ["Retry-After": "2"]), status(200)])
        #expect(try await script.retrying.send(HTTPRequest(.get, "http://x/")).status == 200)
        #expect(script.slept == [.milliseconds(200), .milliseconds(400), .seconds(2)])
    }

    @Test(arguments: [200, 301, 400, 401, 403, 404, 410])
    func `an answer that stays what it is comes back at once`(_ code: Int) async throws {
        let script = Script([status(code)])
        #expect(try await script.retrying.send(HTTPRequest(.get, "http://x/")).status == code)
        #expect(script.slept.isEmpty)
    }

    @Test func `the last answer is the answer`() async throws {
        let script = Script([status(500), status(500), status(502), status(503), status(200)])
        #expect(try await script.retrying.send(HTTPRequest(.get, "http://x/")).status == 503)
    }

    @Test(arguments: TransferError.Kind.allCases)
    func `only a transfer that may pass later is tried again`(_ kind: TransferError.Kind) async {
        let failure = TransferError(kind, place: "x", text: "y")
        let script = Script([.failure(failure), status(200)])
        let retrying = script.retrying
        let result: TransferError? = await { () async in
            do throws(TransferError) { _ = try await retrying.send(HTTPRequest(.get, "http://x/")); return nil } catch { return error }
        }()
        #expect(result == (failure.isRetryable ? nil : failure))
    }
}
