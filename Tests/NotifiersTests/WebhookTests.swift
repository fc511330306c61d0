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

    static let template = try? WebhookTemplate(#"{"title": "{{tenant}}: {{headline}}", "count": "{{count}}", "alerts": "{{alerts}}", "fixed": [1, true, null]}"#)
    static let formats: [WebhookReceiver.Format] = [.alertmanager, .slack, .cloudevents] + [template].compactMap(\.self).map { .template($0) }

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

    @Test func `two resources with one title are two alerts, each with the name that a silence takes`() throws {
        var notice = Notice.mock()
        notice.alerts = ["orders-a.fifo", "orders-b.fifo"].map { name in
            var alert = notice.alerts[0]
            (alert.resource, alert.resourceTitle) = (name, "Orders")
            return alert
        }
        let alerts = try JSONValue(parsing: receiver(Capture()).messages(saying: notice)[0].body)["alerts"]?.array ?? []
        #expect(alerts.map { $0["labels"]?["resource"]?.string } == ["orders-a.fifo", "orders-b.fifo"] && Set(alerts.map { $0["fingerprint"]?.string }).count == 2)
        #expect(alerts.allSatisfy { $0["annotations"]?["resource_title"]?.string == "Orders" })
    }

    @Test(arguments: formats) func `every format is JSON and its retries are equal`(_ format: WebhookReceiver.Format) throws {
        let receiver = receiver(Capture(), format: format)
        let one = receiver.messages(saying: .mock()), two = receiver.messages(saying: .mock())
        #expect(one == two)
        #expect(throws: Never.self) { try JSONValue(parsing: one[0].body) }
        #expect(one[0].body.count <= 20_000)
    }

    @Test(arguments: [
        (200, nil, Attempt.accepted("HTTP 200")), (204, nil, .accepted("HTTP 204")), (302, nil, .doubtful("HTTP 302: redirects are not followed. Configure the final address.")),
        (401, nil, .doubtful("HTTP 401")), (410, nil, .gone("HTTP 410: the receiver is gone. Remove it from receivers.")), (429, 120, .later("HTTP 429", retryAfter: 120)),
        (503, nil, .later("HTTP 503", retryAfter: nil)),
    ] as [(Int, Int64?, Attempt)]) func `each status leads to its next step`(_ status: Int, _ retryAfter: Int64?, _ attempt: Attempt) {
        #expect(WebhookReceiver.attempt(status: status, retryAfter: retryAfter) == attempt)
    }

    @Test func `a template is filled where it is text, and one name alone becomes what it stands for`() throws {
        var notice = Notice.mock(title: #"x", "evil": "y"#)
        notice.headline = #"a "quoted" \ line"# + "\n{{tenant}}"
        let receiver = receiver(Capture(), format: .template(try #require(Self.template)))
        let body = try JSONValue(parsing: receiver.messages(saying: notice)[0].body)
        #expect(body.members.map(\.key) == ["title", "count", "alerts", "fixed"])
        // A value is put in once: what looks like a name inside it stays text.
        #expect(body["title"]?.string == "acme: " + notice.headline)
        #expect(body["count"]?.integer == 2)
        #expect(body["alerts"]?.array.count == 2)
        #expect(body["fixed"] == [1, true, nil])
    }

    @Test(arguments: [
        ("{", "the template is no JSON"), ("[]", "must be a JSON object"), (#"{"a": "{{headlin}}"}"#, "{{headlin}}, which is not there. Known: alerts"), (#"{"a": [{"b": "{{ x\u0000y }}"}]}"#, "which is not there"),
    ]) func `a template that cannot work is refused when it is read`(_ text: String, _ words: String) {
        let mistake = #expect(throws: WebhookTemplate.Mistake.self) { try WebhookTemplate(text) }
        #expect(mistake?.description.contains(words) == true)
    }

    @Test func `a secret is put in when it is sent, whatever it holds and whatever others write`() async throws {
        var notice = Notice.mock()
        // Another's text cannot ask for a secret: neither as the template does it nor with the marks of the store.
        notice.headline = "${KEY} " + StoredSecrets.mark("KEY")
        let template = try WebhookTemplate(#"{"key": "\#(StoredSecrets.mark("KEY"))", "title": "{{headline}}"}"#, secrets: StoredSecrets(["KEY": #"a"b\"#]))
        let capture = Capture(), receiver = receiver(capture, format: .template(template))
        let message = receiver.messages(saying: notice)[0]
        #expect(!String(decoding: message.body, as: UTF8.self).contains(#"a\"b"#))
        #expect(await receiver.deliver(message, at: Timestamp(seconds: 0)) == .accepted("HTTP 200"))
        let sent = try JSONValue(parsing: try #require(capture.requests.withLock { $0.first }).body)
        #expect(sent["key"]?.string == #"a"b\"# && sent["title"]?.string == "${KEY} \u{FFFD}KEY\u{FFFD}")
        #expect(receiver.preview(notice)[0].text.hasPrefix(#"{"key":"${KEY}","#))
    }

    @Test func `a message whose secret is gone is not sent without it`() async throws {
        let template = try WebhookTemplate(#"{"key": "\#(StoredSecrets.mark("KEY"))"}"#, secrets: StoredSecrets(["KEY": "x"])), capture = Capture()
        let message = receiver(capture, format: .template(template)).messages(saying: .mock())[0]
        #expect(await receiver(capture, format: .slack).deliver(message, at: Timestamp(seconds: 0)).failure == "it was made with ${KEY}, which the receiver's template does not name any more")
        #expect(capture.requests.withLock { $0.isEmpty })
    }

    @Test(arguments: [("", "empty"), ("whsec_!!!", "not base64"), ("whsec_", "not base64"), ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", nil), ("any other text", nil)] as [(String, String?)])
    func `a secret that cannot sign is refused`(_ secret: String, _ words: String?) {
        let mistake = StandardWebhook.mistake(in: secret)
        #expect((mistake == nil) == (words == nil) && mistake?.contains(words ?? "") != false && mistake?.contains("!!!") != true)
    }

    @Test(arguments: ["{{", "}}", "{{headline", "{ {headline} }", ""]) func `braces that are no name are text`(_ text: String) throws {
        let template = try WebhookTemplate(JSONValue.object([.init("a", .string(text))]).text())
        #expect(try JSONValue(parsing: template.body(.mock(), id: "i"))["a"]?.string == text)
    }

    @Test func `what does not fit into a body is counted`() throws {
        var notice = Notice.mock()
        notice.alerts = Array(repeating: notice.alerts[0], count: 10_000)
        for format in Self.formats {
            let body = receiver(Capture(), format: format).messages(saying: notice)[0].body
            #expect(body.count <= 21_000)
        }
        let payload = try JSONValue(parsing: receiver(Capture()).messages(saying: notice)[0].body)
        #expect((payload["alerts"]?.array.count ?? 0) + (payload["truncatedAlerts"]?.integer ?? 0) == 10_000)
    }

    /// Fails as often as it is told before it answers.
    final class Flaky: Transport {
        let left: Mutex<Int>
        let kind: TransferError.Kind
        init(_ failures: Int, _ kind: TransferError.Kind) { left = Mutex(failures); self.kind = kind }
        func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
            let fails = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw TransferError(kind, place: "POST https://chat.example.com", text: "no") }
            return HTTPResponse(status: 200)
        }
    }

    @Test(arguments: [(TransferError.Kind.connect, 2, 3), (.connect, 3, 3), (.resolve, 1, 2), (.timedOut, 1, 1), (.tls, 1, 1)])
    func `only a connection that never came about is tried again at once, twice`(_ kind: TransferError.Kind, _ failures: Int, _ tries: Int) async {
        let flaky = Flaky(failures, kind), waits = Mutex<[Duration]>([])
        let receiver = WebhookReceiver(name: "chat", url: "https://chat.example.com/hook", secret: nil, format: .slack, allowsPrivate: false, caFile: nil, transport: flaky,
                                       pause: { wait in waits.withLock { $0.append(wait) } })
        let attempt = await receiver.deliver(receiver.messages(saying: .mock())[0], at: Timestamp(seconds: 0))
        #expect((attempt.failure == nil) == (failures < tries))
        #expect(waits.withLock { $0 } == Array([.seconds(1), .seconds(5)].prefix(tries - 1)))
    }

    /// prometheus-alert-model is what others build their consumers of Alertmanager's webhook with.
    @Test(.enabled(if: Python.withPackages != nil, "skipped: TIDEWATCH_PYTHON names no Python with prometheus-alert-model; make test sets it"), arguments: [OutboxMessage.Kind.firing, .resolved, .reminder, .digest, .test])
    func `a consumer of Alertmanager's webhook reads the payload`(_ kind: OutboxMessage.Kind) throws {
        let code = """
            import sys, json, prometheus_alert_model
            group = prometheus_alert_model.AlertGroup.parse_raw(sys.stdin.read())
            print(group.status, len(group.alerts), group.alerts[0].labels["severity"], group.alerts[0].starts_at.isoformat())
            """
        let interpreter = try #require(Python.withPackages)
        let answer = try Python.run(code, input: receiver(Capture()).messages(saying: .mock(kind: kind))[0].body, interpreter: interpreter)
        #expect(answer == "\(kind == .resolved ? "resolved" : "firing") 2 critical 2026-11-20T09:18:00+00:00\n")
    }

    static let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared/data/alerts/alertmanager/webhook-payload.json").path
    static let vectors = sample.replacing("alertmanager/webhook-payload.json", with: "standard-webhooks/vectors.json")

    /// Paths of all members with the kind of their values; one element stands for a list.
    func shape(_ value: JSONValue, _ path: String = "") -> Set<String> {
        switch value {
        case .object(let members) where path.hasSuffix("abels") || path.hasSuffix("nnotations"): [path + ": texts " + String(members.allSatisfy { $0.value.string != nil })]
        case .object(let members): members.reduce(into: []) { $0.formUnion(shape($1.value, path + "." + $1.key)) }
        case .array(let items): items.prefix(1).reduce(into: []) { $0.formUnion(shape($1, path + "[]")) }
        case .string: [path + ": text"]
        case .number: [path + ": number"]
        case .bool: [path + ": flag"]
        case .null: [path + ": null"]
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: sample), "skipped: ../shared/data is not there")) func `a consumer's own sample has no member that the payload lacks`() throws {
        let theirs = try JSONValue(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: Self.sample))))
        let ours = shape(try JSONValue(parsing: receiver(Capture()).messages(saying: .mock())[0].body))
        // The sample of prometheus-msteams is of before truncatedAlerts and fingerprint.
        #expect(shape(theirs).subtracting(ours) == [])
        #expect(ours.subtracting(shape(theirs)).isSubset(of: [".truncatedAlerts: number", ".alerts[].fingerprint: text", ".alerts[].generatorURL: text", ".alerts[].status: text"]))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: vectors), "skipped: ../shared/data is not there")) func `the published vectors of Standard Webhooks hold`() throws {
        let file = try JSONValue(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: Self.vectors)))), refused = file["invalid_signatures"]?.array ?? []
        let valid = file["valid"]?.array ?? []
        #expect(valid.count == 1 && refused.count == 2)
        for vector in valid {
            let secret = try #require(vector["secret"]?.string), id = try #require(vector["webhook-id"]?.string), body = try #require(vector["payload"]?.string)
            let time = try #require(vector["webhook-timestamp"]?.string.flatMap { Int64($0) })
            let signature = StandardWebhook(secret: secret).signature(id: id, timestamp: Timestamp(seconds: time), body: Array(body.utf8))
            #expect(vector["webhook-signature"]?.string == signature)
            #expect(!refused.contains { $0.string == signature })
        }
    }

    @Test func `a message about no alert says its words as one`() throws {
        var notice = Notice.mock(kind: .digest)
        notice.alerts = []
        notice.sections = [.init("Not delivered", [.init("10:05 something")])]
        let alert = try #require(try JSONValue(parsing: receiver(Capture()).messages(saying: notice)[0].body)["alerts"]?.array.first)
        #expect(alert["labels"]?["alertname"]?.string == "tidewatch-digest")
        #expect(alert["annotations"]?["summary"]?.string?.hasSuffix("Not delivered:\n10:05 something") == true)
    }
}
