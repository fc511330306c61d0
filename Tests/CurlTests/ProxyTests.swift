@testable import Curl
import Foundation
import Testing

/// Through whom requests go, by the variables that the AWS tools read.
@Suite struct ProxyRulesTests {
    @Test(arguments: [
        ([:], nil, nil),
        (["http_proxy": "http://p:1"], "http://p:1", nil), (["HTTP_PROXY": "http://p:1"], "http://p:1", nil), (["HTTPS_PROXY": "p:2"], nil, "http://p:2"),
        (["http_proxy": "http://small:1", "HTTP_PROXY": "http://large:1"], "http://small:1", nil), (["https_proxy": " "], nil, nil),
        (["ALL_PROXY": "socks5h://s:3", "HTTPS_PROXY": "https://p:2"], "socks5h://s:3", "https://p:2"),
        // A header of a stranger is no setting.
        (["HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"], nil, nil), (["http_proxy": "http://p:1", "REQUEST_METHOD": "GET"], "http://p:1", nil),
    ] as [([String: String], String?, String?)])
    func `each scheme has its variable, and small letters win`(_ variables: [String: String], _ plain: String?, _ secure: String?) {
        let rules = ProxyRules(variables)
        #expect(rules.proxy(for: "http://sqs.eu-central-1.amazonaws.com/") == plain && rules.proxy(for: "https://sqs.eu-central-1.amazonaws.com/") == secure)
    }

    @Test(arguments: [
        ("*", "https://a.example/", true), ("a.example", "https://a.example/x", true), ("a.example", "https://b.a.example/", true), (".a.example", "https://b.a.example:8443/", true),
        ("a.example", "https://ba.example/", false), ("b.example, A.Example", "https://a.EXAMPLE/", true), ("a.example:8443", "https://a.example/", false),
        ("a.example:443", "https://a.example/", true), ("*.a.example", "https://b.a.example/", true), ("", "https://a.example/", false), (",, ,", "https://a.example/", false),
        ("169.254.169.254", "https://169.254.169.254/latest", true), ("10.0.0.0/8", "https://10.20.30.40/", true), ("10.0.0.0/8", "https://11.0.0.1/", false),
        ("fd00::/8", "https://[fd12::1]:8443/", true), ("fd00::/8", "https://[2001::1]/", false), ("10.0.0.0/99", "https://10.0.0.1/", false), ("0.0.1", "https://10.0.0.1/", false),
        ("localhost", "https://user@localhost:9/", true),
    ]) func `exceptions go straight`(_ exceptions: String, _ url: String, _ isStraight: Bool) {
        let rules = ProxyRules(["HTTPS_PROXY": "http://p:1", "NO_PROXY": exceptions])
        #expect((rules.proxy(for: url) == nil) == isStraight)
    }
}

/// Real requests over a proxy on this machine.
@Suite(.timeLimit(.minutes(5))) struct ProxyTests {
    private let proxy: LoopbackServer
    init() throws { proxy = try LoopbackServer("proxy_server.py") }

    private func client(_ variables: [String: String]) throws -> HTTPClient { try HTTPClient(proxies: ProxyRules(variables)) }
    private func object(_ body: [UInt8]) throws -> [String: Any] { try #require(JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) }
    private func failure(_ client: HTTPClient, _ request: HTTPRequest) async -> TransferError? {
        do throws(TransferError) { _ = try await client.send(request); return nil } catch { return error }
    }

    @Test func `a plain request names the whole address to the proxy, which resolves it`() async throws {
        let client = try client(["HTTP_PROXY": "http://jane:s%40crt@127.0.0.1:\(proxy.port)"])
        // The proxy stands on a private address; the host is a name that only it knows.
        let seen = try object(try await client.send(HTTPRequest(.get, "http://sqs.nowhere.invalid/a?b=c")).body)
        #expect(seen["line"] as? String == "GET http://sqs.nowhere.invalid/a?b=c HTTP/1.1" && seen["host"] as? String == "sqs.nowhere.invalid")
        #expect(seen["proxy_authorization"] as? String == "Basic " + Data("jane:s@crt".utf8).base64EncodedString())
    }

    @Test(arguments: ["http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:9/", "http://localhost/", "http://10.0.0.1/",
                      "http://2852039166/", "http://0x7f000001/", "http://127.1/", "http://%31%32%37.0.0.1/", "http://localhost./", "http://127.0.0.1./"])
    func `an address that is not public is refused before the proxy hears of it`(_ url: String) async throws {
        #expect(await failure(try client(["http_proxy": proxy.url("")]), HTTPRequest(.get, url))?.kind == .refusedAddress)
    }

    @Test func `exceptions and link-local services go straight`() async throws {
        let web = try LoopbackServer("http_server.py"), request = HTTPRequest(.get, web.url("/gzip"), allowPrivateAddresses: true)
        let dead = "http://127.0.0.1:1"
        #expect(await failure(try client(["HTTP_PROXY": dead]), request)?.kind == .connect)
        #expect(try await client(["HTTP_PROXY": dead, "NO_PROXY": "127.0.0.1"]).send(request).status == 200)
        var straight = request
        straight.bypassesProxy = true
        #expect(try await client(["HTTP_PROXY": dead]).send(straight).status == 200)
    }

    @Test(.enabled(if: Certificate.made != nil, "needs the openssl command to make a certificate"))
    func `a secure request goes through a tunnel, and the proxy sees none of its headers`() async throws {
        let file = try #require(Certificate.made), web = try LoopbackServer("http_server.py", [file])
        let client = try client(["HTTPS_PROXY": "http://jane:x@127.0.0.1:\(proxy.port)"])
        let request = HTTPRequest(.get, "https://localhost:\(web.port)/echo", headers: ["Authorization": "canary"], allowPrivateAddresses: true, caFile: file)
        #expect(try await client.send(request).status == 200)
        let tunnels = try await HTTPClient().send(HTTPRequest(.get, proxy.url("/seen"), allowPrivateAddresses: true)).body
        let seen = try #require(JSONSerialization.jsonObject(with: Data(tunnels)) as? [[String: Any]])
        #expect(seen.count == 1 && seen.first?["to"] as? String == "localhost:\(web.port)" && seen.first?["authorization"] is NSNull)
        #expect(seen.first?["proxy_authorization"] as? String == "Basic " + Data("jane:x".utf8).base64EncodedString())
    }

    @Test func `a proxy that refuses or is not there is said without its password`() async throws {
        let refused = await failure(try client(["https_proxy": "http://jane:canary@127.0.0.1:\(proxy.port)"]), HTTPRequest(.get, "https://forbidden.invalid/"))
        #expect(refused?.text.contains("407") == true && refused?.text.contains("canary") == false, "\(refused?.text ?? "")")
        let gone = await failure(try client(["https_proxy": "http://jane:canary@127.0.0.1:1"]), HTTPRequest(.get, "https://sqs.nowhere.invalid/"))
        #expect(gone?.kind == .connect && gone?.text.contains("canary") == false, "\(gone?.text ?? "")")
    }
}
