import FlyingFox
import FlyingSocks
import Foundation
import Synchronization
import Telemetry

/// Serves a simulated world over HTTP on the loopback address. The clock is the caller's.
package final class SimulatorServer: Sendable {
    private let world: SimulatedWorld
    private let clock: @Sendable () -> Timestamp
    private let counts = Mutex<[String: Int]>([:])
    private let server = Mutex<HTTPServer?>(nil)

    package init(world: SimulatedWorld, clock: @escaping @Sendable () -> Timestamp) {
        self.world = world
        self.clock = clock
    }

    /// Serves until cancelled or stopped.
    /// - Parameter port: 0 lets the system choose; `ready` learns which.
    package func run(port: UInt16, ready: @escaping @Sendable (UInt16) async -> Void = { _ in }) async throws {
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
        let http = HTTPServer(address: address, timeout: 120, logger: .disabled, handler: Handler(server: self))
        server.withLock { $0 = http }
        async let serving: Void = http.run()
        try await http.waitUntilListening()
        if case .ip4(_, let port) = await http.listeningAddress { await ready(port) }
        try await serving
    }

    /// Closes the socket and ends `run`.
    package func stop() async {
        await server.withLock { $0 }?.stop(timeout: 0)
    }

    /// Requests that were admitted, by `<account> <action>`.
    package var requests: [String: Int] { counts.withLock { $0 } }

    private struct Handler: HTTPHandler {
        let server: SimulatorServer
        func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse { try await server.response(to: request) }
    }

    private func response(to request: HTTPRequest) async throws -> HTTPResponse {
        let answer = answer(SimulatedRequest(
            method: request.method.rawValue, path: request.target.path(), query: request.target.query(),
            headers: Dictionary(request.headers.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first }),
            body: Array(try await request.bodyData)))
        if case .after(let seconds) = answer.delivery { try await Task.sleep(for: .seconds(seconds)) }
        var headers = HTTPHeaders()
        for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
        return HTTPResponse(statusCode: HTTPStatusCode(answer.status, phrase: ""), headers: headers, body: answer.bodySequence)
    }

    private func answer(_ request: SimulatedRequest) -> SimulatedResponse {
        let now = clock()
        switch world.admit(request, now: now) {
        case .refused(let response): return response
        case .admitted(let call, let requestID):
            let key = "\(call.caller.account) \(call.action)"
            let earlier = counts.withLock { counts in
                let earlier = counts[key] ?? 0
                counts[key] = earlier + 1
                return earlier
            }
            return world.answer(call, requestID: requestID, earlier: earlier)
        }
    }
}

private extension SimulatedResponse {
    var bodySequence: HTTPBodySequence {
        switch delivery {
        case .whole, .after: HTTPBodySequence(data: Data(body))
        case .endless: HTTPBodySequence(from: SpoiledBody(chunk: body, repeats: nil))
        case .truncated: HTTPBodySequence(from: SpoiledBody(chunk: body, repeats: 1))
        }
    }
}
