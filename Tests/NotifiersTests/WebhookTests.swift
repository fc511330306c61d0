import Alerting
import Curl
import Foundation
import JSON
@testable import Notifiers
import Synchronization
import Telemetry
import Testing

@Suite struct WebhookTests {
    final class Capture: Transport {
        let requests = Mutex<[HTTPRequest]>([])
        let answer: Result<HTTPResponse, TransferError>
        init(_ answer: Result<HTTPResponse, TransferError> = .success(HTTPResponse(status: 200))) { self.answer = answer }
        func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
            requests.withLock { $0.append(request) }
            return try answer.get()
        }
    }

    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    func receiver(_ transport: any Transport, format: WebhookReceiver.Format = .alertmanager) -> WebhookReceiver {
        WebhookReceiver(name: "chat", url: "https://chat.example.com/hook", secret: Self.secret, format: format, allowsPrivate: false, caFile: nil, transport: transport)
    }

    /// The vector of the Standard Webhooks reference libraries' own tests.
    @Test func `the signature is the published one`() {
        let signature = StandardWebhook(secret: Self.secret).signature(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: Timestamp(seconds: 1_614_265_330), body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(.enabled(if: Python.withPackages != nil, "skipped: TIDEWATCH_PYTHON names no Python with standardwebhooks; make test sets it"))
    func `the reference library accepts what is sent and refuses what was changed`() async throws {
        let capture = Capture(), receiver = receiver(capture), now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
        let message = receiver.messages(saying: .mock())[0]
        #expect(await receiver.deliver(message, at: now) == .accepted("HTTP 200"))
        let request = try #require(capture.requests.withLock { $0.first })
        let code = """
            import sys, json, standardwebhooks
            body = sys.stdin.buffer.read(); h = json.loads(sys.argv[1]); w = standardwebhooks.Webhook(sys.argv[2])
            w.verify(body, h)
            def refuses(b, **kw):
                try: w.verify(b, {**h, **kw}); return False
                except standardwebhooks.WebhookVerificationError: return True
            print(refuses(body + b" ") and refuses(body, **{"webhook-id": "other"}) and refuses(body, **{"webhook-timestamp": "1614265330"}))
            """
        let headers = JSONValue.object(request.headers.fields.map { .init($0.name, .string($0.value)) }).text()
        let interpreter = try #require(Python.withPackages)
        #expect(try Python.run(code, input: request.body, arguments: [headers, Self.secret], interpreter: interpreter) == "True\n")
    }

    @Test func `the payload is Alertmanager's version 4`() throws {
        let payload = try JSONValue(parsing: receiver(Capture()).messages(saying: .mock())[0].body)
        #expect(payload.members.map(\.key) == ["version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels", "commonAnnotations", "externalURL", "alerts"])
        #expect(payload["version"]?.string == "4")
        #expect(payload["commonLabels"]?["tenant"]?.string == "acme")
        #expect(payload["commonLabels"]?["severity"] == nil)
        let alert = try #require(payload["alerts"]?.array.first)
        #expect(alert.members.map(\.key) == ["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"])
        #expect(alert["annotations"]?["runbook_url"]?.string == "https://ops.example/acme/runbooks/fifo-group-blocked/")
        #expect(alert["fingerprint"]?.string?.count == 16)
        #expect(try JSONValue(parsing: receiver(Capture()).messages(saying: .mock(kind: .resolved))[0].body)["status"]?.string == "resolved")
    }

    @Test(arguments: WebhookReceiver.Format.allCases) func `every format is JSON and its retries are equal`(_ format: WebhookReceiver.Format) throws {
        let receiver = receiver(Capture(), format: format)
        let one = receiver.messages(saying: .mock()), two = receiver.messages(saying: .mock())
        #expect(one == two)
        #expect(throws: Never.self) { try JSONValue(parsing: one[0].body) }
        #expect(one[0].body.count <= 20_000)
    }

    @Test(arguments: [
        (200, nil, Attempt.accepted("HTTP 200")), (204, nil, .accepted("HTTP 204")), (302, nil, .doubtful("HTTP 302: redirects are not followed. Configure the final address.")),
        (401, nil, .doubtful("HTTP 401")), (410, nil, .refused("HTTP 410: the receiver is gone. Remove it from receivers.")), (429, 120, .later("HTTP 429", retryAfter: 120)),
        (503, nil, .later("HTTP 503", retryAfter: nil)),
    ] as [(Int, Int64?, Attempt)]) func `each status leads to its next step`(_ status: Int, _ retryAfter: Int64?, _ attempt: Attempt) {
        #expect(WebhookReceiver.attempt(status: status, retryAfter: retryAfter) == attempt)
    }
}
