import Curl
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct HTTPClientTests {
    private static let server = Result { try LoopbackServer("http_server.py") }
    private let server: LoopbackServer
    private let client: HTTPClient

    init() throws {
        server = try Self.server.get()
        client = try HTTPClient()
    }

    private func request(_ method: HTTPMethod = .get, _ path: String, body: [UInt8] = [], limits: HTTPRequest.Limits = .init()) -> HTTPRequest {
        HTTPRequest(method, server.url(path), body: body, limits: limits, allowPrivateAddresses: true)
    }

    private func failure(_ request: HTTPRequest) async -> TransferError? {
        do throws(TransferError) {
            _ = try await client.send(request)
            return nil
        } catch {
            return error
        }
    }

    private func echo(_ request: HTTPRequest) async throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(try await client.send(request).body)) as? [String: Any])
    }

    @Test(arguments: [HTTPMethod.get, .post, .put, .delete, .patch])
    func `method, path and body arrive as they were given`(_ method: HTTPMethod) async throws {
        let body = method == .get ? "" : "{\"a\":1}"
        let seen = try await echo(request(method, "/echo?a=../b//c&d=%2F", body: Array(body.utf8)))
        #expect(seen["method"] as? String == method.rawValue)
        #expect(seen["path"] as? String == "/echo?a=../b//c&d=%2F")
        #expect(seen["body"] as? String == body)
    }

    @Test func `a body with a zero byte is sent whole`() async throws {
        #expect(try await echo(request(.post, "/echo", body: [65, 0, 66]))["body"] as? String == "A\u{0}B")
    }

    @Test func `headers arrive, empty ones too, and nothing is added but what HTTP needs`() async throws {
        var asked = request(.post, "/echo", body: [65])
        asked.headers = ["X-Some": "väl,ue", "X-Empty": ""]
        let fields = try #require(try await echo(asked)["headers"] as? [[String]])
        #expect(fields.map { $0[0] }.sorted() == ["accept", "accept-encoding", "content-length", "host", "user-agent", "x-empty", "x-some"])
        #expect(fields.contains(["user-agent", HTTPClient.userAgent]))
    }

    @Test func `answers keep repeated headers, and dots in the path stay`() async throws {
        let response = try await client.send(request(.get, "/echo/../echo"))
        #expect(response.status == 404)
        let echo = try await client.send(request(.get, "/echo"))
        #expect(echo.headers.values("x-twice") == ["one", "two"])
        #expect(echo.bytesReceived > echo.body.count)
    }

    @Test func `HEAD brings headers and no body`() async throws {
        let response = try await client.send(request(.head, "/gzip"))
        #expect(response.status == 200)
        #expect(response.body.isEmpty)
    }

    @Test func `a compressed body is unpacked and its size over the wire is told`() async throws {
        let response = try await client.send(request(.get, "/gzip"))
        #expect(response.body == Array(String(repeating: "hello ", count: 1000).utf8))
        #expect(response.bytesReceived < 1_000)
    }

    @Test(arguments: ["/endless", "/bomb"])
    func `a body beyond its cap ends the transfer`(_ path: String) async {
        let error = await failure(request(.get, path, limits: .init(bodyBytes: 1 << 20)))
        #expect(error?.kind == .tooLarge)
        #expect(error?.isRetryable == false)
        #expect(error?.description == "GET \(server.url("")): the answer is larger than 1048576 bytes and was dropped. Ask for less at a time or raise the limit.")
    }

    @Test func `a body of exactly the cap passes`() async throws {
        #expect(try await client.send(request(.get, "/gzip", limits: .init(bodyBytes: 6_000))).body.count == 6_000)
        #expect(await failure(request(.get, "/gzip", limits: .init(bodyBytes: 5_999)))?.kind == .tooLarge)
    }

    @Test func `a flood of headers ends the transfer`() async {
        #expect(await failure(request(.get, "/flood"))?.kind == .tooLarge)
    }

    @Test(arguments: ["/truncated", "/chunks"]) func `a body that ends too early, or whose chunks are none, is no answer`(_ path: String) async {
        let error = await failure(request(.get, path))
        #expect(error?.kind == .interrupted)
        #expect(error?.isRetryable == true)
    }

    @Test func `an answer that never comes runs into the total limit`() async {
        #expect(await failure(request(.get, "/hang", limits: .init(total: .milliseconds(100))))?.kind == .timedOut)
    }

    @Test func `a body that drips is given up when it has stalled`() async {
        #expect(await failure(request(.get, "/drip", limits: .init(total: .seconds(30), stall: .seconds(1))))?.kind == .timedOut)
    }

    @Test func `a redirect is the answer and is never followed`() async throws {
        let response = try await client.send(request(.get, "/redirect"))
        #expect(response.status == 302)
        #expect(response.headers["location"] == "/target")
        let counts = try #require(JSONSerialization.jsonObject(with: Data(try await client.send(request(.get, "/counts")).body)) as? [String: Int])
        #expect(counts["redirected"] == 0)
    }

    @Test func `a private address is refused unless it is allowed, also on a connection that is open already`() async throws {
        _ = try await client.send(request(.get, "/echo"))
        var strict = request(.get, "/echo")
        strict.allowPrivateAddresses = false
        #expect(await failure(strict)?.kind == .refusedAddress)
        strict.url = "http://localhost:\(server.port)/echo"
        let error = await failure(strict)
        #expect(error?.kind == .refusedAddress)
        #expect(error?.text.contains("(loopback)") == true)
    }

    @Test func `nobody there, and no such name, are told apart`() async {
        // Port 9 (discard) has had no service for decades.
        #expect(await failure(HTTPRequest(.get, "http://127.0.0.1:9/", allowPrivateAddresses: true))?.kind == .connect)
        #expect(await failure(HTTPRequest(.get, "http://nowhere.invalid/", allowPrivateAddresses: true))?.kind == .resolve)
    }

    @Test func `at most 64 requests are under way, 32 of them to one host, over connections that are kept`() async throws {
        // A server of its own, so that no other test counts.
        let server = try LoopbackServer("http_server.py")
        let client = client
        func peak(over hosts: [String]) async throws -> [String: Int] {
            try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<300 {
                    let url = "http://\(hosts[index % hosts.count]):\(server.port)/wait"
                    group.addTask { try await client.send(HTTPRequest(.get, url, allowPrivateAddresses: true, lane: "tenant-\(index % 7)")).status }
                }
                for try await status in group { #expect(status == 200) }
            }
            let counts = try await client.send(HTTPRequest(.get, server.url("/counts"), allowPrivateAddresses: true))
            return try #require(JSONSerialization.jsonObject(with: Data(counts.body)) as? [String: Int])
        }
        let one = try await peak(over: ["127.0.0.1"])
        #expect(try #require(one["peak"]) <= 32)
        #expect(try #require(one["connections"]) <= 32)
        let three = try await peak(over: ["127.0.0.1", "localhost", "127.1"])
        #expect(try #require(three["peak"]) <= 64)
        #expect(try #require(three["peak"]) > 1)
    }

    @Test func `a cancelled request ends at once, whether it waits or runs`() async throws {
        let client = try HTTPClient(inFlight: 1)
        let asked = request(.get, "/hang")
        let running = Task { await outcome(client, asked) }
        let waiting = Task { await outcome(client, asked) }
        running.cancel()
        waiting.cancel()
        #expect(await running.value == .cancelled)
        #expect(await waiting.value == .cancelled)
        #expect(try await client.send(request(.get, "/gzip")).status == 200)
    }

    @Test func `a request that is already cancelled never leaves`() async {
        let client = client, asked = request(.get, "/hang")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await outcome(client, asked)
        }
        #expect(await task.value == .cancelled)
    }
}

/// Over TLS, with a certificate made for the occasion.
@Suite(.timeLimit(.minutes(5)), .enabled(if: Certificate.made != nil, "needs the openssl command to make a certificate"))
struct HTTPSTests {
    @Test func `a certificate is trusted only where its file is named, for its name only`() async throws {
        let file = try #require(Certificate.made)
        let server = try LoopbackServer("http_server.py", [file])
        let client = try HTTPClient()
        var request = HTTPRequest(.get, "https://localhost:\(server.port)/gzip", allowPrivateAddresses: true, caFile: file)
        #expect(try await client.send(request).status == 200)
        request.wantsCertificate = true
        // The certificate lasts two days; the second request would find the connection of the first and no certificate on it.
        for _ in 0..<2 {
            let left = try #require(try await client.send(request).certificateEnd) - Int64(Date().timeIntervalSince1970)
            #expect(left > 169_200 && left <= 172_860)
        }
        request.wantsCertificate = false
        #expect(try await client.send(request).certificateEnd == nil)
        request.caFile = nil
        #expect(await outcome(client, request) == .tls)
        #expect(try await HTTPClient(caFile: file).send(request).status == 200)
        request.caFile = file
        request.url = "https://127.0.0.1:\(server.port)/gzip"
        #expect(await outcome(client, request) == .tls)
        request.caFile = "/no/such/file.pem"
        #expect(await outcome(client, request) == .tls)
    }
}

private func outcome(_ client: HTTPClient, _ request: HTTPRequest) async -> TransferError.Kind? {
    do throws(TransferError) {
        _ = try await client.send(request)
        return nil
    } catch {
        return error.kind
    }
}
