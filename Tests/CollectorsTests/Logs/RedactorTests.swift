import Collectors
import Testing

@Suite struct Redactor {
    /// Whatever the rest becomes, the secret is gone.
    @Test(arguments: [
        ("user jane.doe@example.com failed", "jane.doe@example.com"),
        ("key AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE"),
        ("password=hunter2hunter2", "hunter2"), ("\"password\": \"hunter2\"", "hunter2"), ("password: hunter2", "hunter2"),
        ("Authorization: Bearer abc.def", "abc.def"), ("authorization=Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalr"), ("HOME=/root/private", "/root/private"),
        ("from 203.0.113.7:443 refused", "203.0.113.7"), ("from 2001:db8::1 refused", "2001:db8::1"),
        ("GET https://u:pw@example.com/a?token=xyz#f", "xyz"), ("GET https://u:pw@example.com/a?token=xyz", "pw@"),
        ("request 3f2504e0-4f89-41d3-9a0c-0305e82c3301 done", "3f2504e0"),
        ("digest 9f86d081884c7d659a2feaa0c55ad015", "9f86d081"), ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJhbGci"),
        ("blob QmFzZTY0RW5jb2RlZFZhbHVlMTIz", "QmFzZTY0"), ("SENTRY_DSN=https://8f3c2a@sentry.example/4", "8f3c2a"),
        ("{\"api_key\":\"sk_live_0123456789abcdef\"}", "0123456789abcdef"), ("Set-Cookie: id=a3fWa; Max-Age", "a3fWa"),
        // A name and then a word, as people and command lines write it.
        ("--password hunter --host db", "hunter"), ("--client-secret 'hunter'", "hunter"), ("password hunter2", "hunter"), ("password \"hunter\"", "hunter"), ("password (hunter)", "hunter"),
        ("my password is hunter", "hunter"), ("the secret was: hunter", "hunter"), ("password => hunter", "hunter"), ("set password to hunter", "hunter"), ("token hunterabcdef", "hunter"),
        ("client-secret hunter", "hunter"), ("passphrase is hunter", "hunter"), ("passwort: hunter", "hunter"), ("Kennwort hunter", "hunter"), ("accessToken hunter", "hunter"),
        ("DB_PASSWORD hunter", "hunter"), ("api key hunter", "hunter"), ("access key: hunter", "hunter"), ("secret key hunter", "hunter"), ("Bearer hunter", "hunter"), ("token Bearer hunter", "hunter"),
        ("login hunter:hunter@host", "hunter"), ("jdbc:postgresql://hunter:hunter@db/x", "hunter"), ("--token expired", "expired"),
    ]) func `secrets and persons do not survive`(line: String, secret: String) {
        #expect(!Collectors.Redactor.redacted(line).contains(secret))
        #expect(!Collectors.Redactor.shape(of: line).contains(secret))
        #expect(!LogShape.text(of: line).contains(secret))
    }

    @Test(arguments: [
        ("Task timed out after 3.00 seconds", "Task timed out after <n> seconds"),
        ("ERROR order 4711 of 'Alice' failed", "ERROR order <n> of <text> failed"),
        ("can't reach host", "can't reach host"),
        ("2026-11-20T10:05:00.123Z WARN slow", "<time> WARN slow"),
        ("connect ECONNREFUSED 10.0.0.1:443", "connect ECONNREFUSED <ip>"),
        ("line\r\n\u{1B}[31mred\u{7}", "line [<n>mred"),
    ]) func `lines that say the same have the same shape`(line: String, shape: String) {
        #expect(Collectors.Redactor.shape(of: line) == shape)
    }

    /// Sentences about passwords and tokens give none away.
    @Test(arguments: [
        "The security token included in the request is expired", "token expired", "password incorrect", "Unexpected token u in JSON at position 0", "Unexpected token < in JSON at position 4",
        "POST /oauth/token 401 12ms", "access denied", "Access: granted", "api: /health ok", "secret not found", "ResetPasswordFunction timed out", "session started for queue",
        "The password is not set.", "Wrong password. Try again", "password is required", "token is invalid", "invalid token, giving up", "private key file missing", "tokens used 45",
        "Authorization failed for queue orders", "image acme/web:1.2@sha256:beef pulled",
    ]) func `harmless sentences stay as they are`(_ line: String) {
        #expect(Collectors.Redactor.redacted(line) == line)
    }

    @Test func `messages keep their numbers and words`() {
        #expect(Collectors.Redactor.redacted("Rate exceeded: 5 calls, limit 3.5") == "Rate exceeded: 5 calls, limit 3.5")
        #expect(Collectors.Redactor.redacted("arn:aws:sqs:eu-central-1:111122223333:orders").contains("orders"))
    }

    @Test func `a structured line keeps what happened and drops what it happened to`() {
        let line = #"2026-11-20T10:00:00.000Z"# + "\t3f2504e0-4f89-41d3-9a0c-0305e82c3301\tERROR\tInvoke Error\t" + #"{"errorType":"AxiosError","errorMessage":"Request failed with status code 503","customer":"Jane Doe","stack":["x"]}"#
        #expect(LogShape.text(of: line) == "<time> <uuid> ERROR Invoke Error AxiosError: Request failed with status code <n>")
        #expect(LogShape.text(of: "{\"env\":{\"A\":\"b\"") == "{…}")
    }

    @Test func `text is cut, and every byte sequence is survived`() {
        #expect(Collectors.Redactor.redacted(String(repeating: "ab ", count: 10_000)).unicodeScalars.count == 500)
        for seed in 0..<200 {
            let bytes = (0..<64).map { UInt8(truncatingIfNeeded: ($0 &* 167 &+ seed &* 31) ^ (seed &* $0)) }
            _ = LogShape.text(of: String(decoding: bytes, as: UTF8.self))
        }
    }
}
