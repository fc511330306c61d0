@testable import Curl
import Testing

@Suite struct RequestTests {
    @Test(arguments: ["", "example.com", "file:///etc/passwd", "gopher://x/", "ftp://example.com/", "http://", "http:///x", "http://:80/", "https://a\\b/",
                      "http://a b/", "http://user:pw@example.com/", "http://example.com/a b", "http://example.com/\r\nX: y", "http://example.com/\u{0}", "javascript:alert(1)"])
    func `a URL that is not plainly http is refused`(_ url: String) {
        #expect(throws: TransferError.self) { try HTTPRequest(.get, url).checkedAuthority() }
    }

    @Test(arguments: [("a\r\nb", "x"), ("", "x"), ("a b", "x"), ("a:", "x"), ("a", "x\r\nY: z"), ("a", "x\ny"), ("a", "x\u{0}"), ("ä", "x")])
    func `a header that could carry another is refused`(_ name: String, _ value: String) throws {
        var request = HTTPRequest(.get, "http://example.com/")
        request.headers.append(name, value)
        let error = #expect(throws: TransferError.self) { try request.checkedAuthority() }
        #expect(error?.kind == .badRequest)
    }

    @Test func `the place of an error names neither path nor query nor password`() {
        #expect(HTTPRequest(.post, "https://hooks.example.com:8443/T000/secret?token=x").place == "POST https://hooks.example.com:8443")
        #expect(HTTPRequest(.get, "https://u:p@example.com/").place == "GET https://example.com")
    }

    @Test func `hosts share a place whatever the case`() throws {
        #expect(try HTTPRequest(.get, "HTTPS://SQS.eu-west-1.amazonaws.com/x?y#z").checkedAuthority() == "sqs.eu-west-1.amazonaws.com")
    }

    @Test func `headers compare without case and keep their order`() {
        var headers: HTTPHeaders = ["Content-Type": "text/plain"]
        headers.append("Set-Cookie", "a")
        headers.append("set-cookie", "b")
        #expect(headers["CONTENT-TYPE"] == "text/plain")
        #expect(headers.values("SET-COOKIE") == ["a", "b"])
        headers["set-Cookie"] = nil
        #expect(headers.fields.count == 1)
    }
}

@Suite struct MillisecondsTests {
    @Test(arguments: [(Duration.zero, 1), (.milliseconds(1500), 1500), (.seconds(-5), 1), (.seconds(Int64.min), 1), (.seconds(Int64.max), 2_000_000_000)])
    func `a limit is never zero, which libcurl takes for none`(_ duration: Duration, _ expected: Int) {
        #expect(milliseconds(duration) == expected)
    }
}

@Suite struct RetryPolicyTests {
    @Test(arguments: [(1, 1.0, 200), (2, 1.0, 400), (3, 1.0, 800), (1, 0.5, 100), (3, 0.0, 0)])
    func `the wait grows twofold under full jitter`(_ attempt: Int, _ random: Double, _ milliseconds: Int) {
        #expect(RetryPolicy().delay(after: attempt, random: random) == .milliseconds(milliseconds))
    }

    @Test func `the wait has a cap and the tries have an end`() {
        let policy = RetryPolicy(tries: 100, cap: .seconds(3))
        #expect(policy.delay(after: 99, random: 1) == .seconds(3))
        #expect(policy.delay(after: 100, random: 1) == nil)
    }

    @Test func `Retry-After wins, unless it asks for too long`() {
        #expect(RetryPolicy().delay(after: 1, retryAfter: .seconds(7), random: 0) == .seconds(7))
        #expect(RetryPolicy().delay(after: 1, retryAfter: .seconds(3_600), random: 0) == nil)
    }

    @Test(arguments: [("7", 7), ("0", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:48:00 GMT", 0)])
    func `Retry-After is read as seconds and as a date`(_ text: String, _ seconds: Int) {
        #expect(HTTPHeaders([.init(name: "Retry-After", value: text)]).retryAfter(now: 784_111_740) == .seconds(seconds))
    }

    @Test(arguments: ["", "-1", "soon", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", "99999999999999999999"])
    func `a Retry-After that says nothing is nothing`(_ text: String) {
        #expect(HTTPHeaders([.init(name: "Retry-After", value: text)]).retryAfter(now: 0) == nil)
    }

    @Test(arguments: [("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799), ("Sat, 21 Nov 2026 02:40:41 GMT", 1_795_228_841)])
    func `HTTP dates are read to the second`(_ text: String, _ seconds: Int64) {
        #expect(epochSeconds(httpDate: text) == seconds)
    }
}
