import Alerting
import Curl
import Foundation
import JSON
@testable import Notifiers
import Telemetry
import Testing

@Suite struct MailTests {
    static let reader = """
        import sys, email, email.policy, json
        m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
        parts = {p.get_content_type(): p.get_content() for p in m.walk() if not p.is_multipart()}
        print(json.dumps({"headers": sorted(k.lower() for k in m.keys()), "subject": m["subject"], "to": m["to"], "id": m["message-id"],
                          "references": m["references"], "defects": len(m.defects), "parts": parts}))
        """

    func receiver(_ transport: any MailTransport = Scripted()) -> MailReceiver {
        MailReceiver(name: "oncall", recipients: ["a@example.com", "b@example.com"], from: "tidewatch@example.com",
                     server: .init(host: "smtp.example.com", port: 587, tls: .startTLS), transport: transport)
    }

    struct Scripted: MailTransport {
        var answer: Result<MailReceipt, MailError> = .success(MailReceipt(code: 250, reply: "queued as 1"))
        func send(_ submission: MailSubmission) async throws(MailError) -> MailReceipt { try answer.get() }
    }

    func parsed(_ message: OutboxMessage) throws -> JSONValue { try JSONValue(parsing: try Python.run(Self.reader, input: message.body)) }

    @Test func `a mail parses back to what was said, in both parts`() throws {
        let messages = receiver().messages(saying: .mock())
        #expect(messages.count == 2)
        #expect(Set(messages.map(\.id)).count == 2)
        let mail = try parsed(messages[0])
        #expect(mail["subject"]?.string == "[CRITICAL] acme: Orders webhook: oldest message 47 min (limit 15 min)")
        #expect(mail["to"]?.string == "a@example.com")
        #expect(mail["defects"]?.integer == 0)
        #expect(mail["headers"]?.array.compactMap(\.string) == ["auto-submitted", "content-type", "date", "from", "in-reply-to", "list-id", "message-id", "mime-version", "references", "subject",
                                                                 "to", "x-tidewatch-incident", "x-tidewatch-tenant"])
        let text = try #require(mail["parts"]?["text/plain"]?.string), html = try #require(mail["parts"]?["text/html"]?.string)
        for fact in ["312 messages wait, none lost.", "312 visible, 1 in flight", "https://ops.example/acme/runbooks/fifo-group-blocked/", "a@example.com"] {
            #expect(text.contains(fact))
            #expect(html.contains(fact))
        }
        #expect(text.split(whereSeparator: \.isNewline).filter { $0.count > 80 } == [])
        #expect(!html.contains("<img") && !html.contains("<script"))
    }

    @Test func `later mails of an incident answer the first`() throws {
        var later = Notice.mock(kind: .resolved)
        later.threadSubject = "[CRITICAL] acme: first words"
        later.sequence = 2
        let first = try parsed(receiver().messages(saying: .mock())[0]), second = try parsed(receiver().messages(saying: later)[0])
        #expect(second["subject"]?.string == "Re: [CRITICAL] acme: first words")
        #expect(second["references"]?.string == first["references"]?.string)
        #expect(second["id"]?.string != first["id"]?.string)
    }

    @Test(arguments: ["x\r\nBcc: evil@example.com", "\u{202E}gnp.exe", "=?utf-8?q?x?=", "日本語のとても長い名前" + String(repeating: "長", count: 200), "a\u{0}b", "<script>alert(1)</script>",
                      "..\n.\n", String(repeating: "x", count: 10_000)])
    func `a hostile name adds no header and reads back`(_ name: String) throws {
        let mail = try parsed(receiver().messages(saying: .mock(title: name, resource: name, summary: name))[0])
        #expect(mail["headers"]?.array.count == 13)
        #expect(mail["defects"]?.integer == 0)
        let html = try #require(mail["parts"]?["text/html"]?.string)
        #expect(!html.contains("<script>"))
        #expect(mail["subject"]?.string?.contains("\n") == false)
    }

    @Test func `quoted-printable keeps lines short and dots safe`() {
        let out = String(decoding: MailMessage.quotedPrintable(".\n" + String(repeating: "ä", count: 60) + "\ntrailing \n"), as: UTF8.self)
        #expect(out.hasPrefix("=2E\r\n"))
        #expect(out.split(separator: "\r\n").allSatisfy { $0.count <= 76 })
        #expect(out.hasSuffix("trailing=20\r\n"))
    }

    @Test(arguments: [
        (MailError(.transient, place: "smtp", code: 451, text: "451 grey"), Attempt.later("smtp: 451 grey", retryAfter: nil)),
        (MailError(.permanent, place: "smtp", code: 550, text: "550 no such user"), .refused("smtp: 550 no such user")),
        (MailError(.tls, place: "smtp", text: "no TLS offered"), .later("smtp: no TLS offered", retryAfter: nil)),
        (MailError(.refused, place: "smtp", text: "a control character"), .refused("smtp: a control character")),
    ]) func `each answer of a mail server leads to its next step`(_ error: MailError, _ attempt: Attempt) async {
        let receiver = receiver(Scripted(answer: .failure(error)))
        #expect(await receiver.deliver(receiver.messages(saying: .mock())[0], at: Timestamp(seconds: 0)) == attempt)
    }

    static let trend = Notice.Trend(label: "Oldest message", values: [0, 60, .nan, 900, 1_800, 2_820], limit: 900, span: "04:05 to 10:05", words: "highest 47 min, last 47 min, limit 15 min")

    @Test func `both parts draw the last hours without an image`() throws {
        var notice = Notice.mock()
        notice.trend = Self.trend
        let mail = try parsed(receiver().messages(saying: notice)[0])
        let text = try #require(mail["parts"]?["text/plain"]?.string), html = try #require(mail["parts"]?["text/html"]?.string)
        #expect(text.contains("Oldest message, 04:05 to 10:05") && text.contains("▁▁·▃▅█  highest 47 min"))
        #expect(html.components(separatedBy: "<td style=\"vertical-align:bottom").count == 7)
        // Two bars are over the limit, one is on it.
        #expect(html.components(separatedBy: "background:#b0201a").count == 3)
    }

    @Test func `ten thousand alerts make one mail that counts them all`() throws {
        var notice = Notice.mock()
        let one = notice.alerts[0]
        notice.alerts = (0..<10_000).map { index in
            var alert = one
            alert.title = "Rule \(index % 25)"
            return alert
        }
        let message = receiver().messages(saying: notice)[0]
        #expect(message.body.count < 60_000)
        let text = try #require(try parsed(message)["parts"]?["text/plain"]?.string)
        // The headline names one, 50 are listed, the rest is counted by rule.
        #expect(text.contains("and 9949 more: "))
        #expect(text.components(separatedBy: "CRITICAL  oldest").count == 51)
    }

    @Test(arguments: ["x\r\ny", "a\u{202E}b\u{2066}c", "\u{200F}abc", "\u{85}\u{2028}x", "\u{0}\u{1B}[31mred", "\u{FEFF}x"])
    func `no control and no direction character reaches a reader, in whatever field it comes`(_ evil: String) throws {
        var notice = Notice.mock(title: evil, resource: evil, summary: evil)
        notice.tenant = evil
        notice.headline = evil
        notice.lead = evil
        notice.facts = [.init(evil, evil)]
        notice.firstStep = evil
        notice.closing = evil
        notice.incident = evil
        notice.silenceCommand = evil
        notice.sections = [.init(evil, [.init(.warning, evil)])]
        notice.trend = Notice.Trend(label: evil, values: [1], limit: nil, span: evil, words: evil)
        let mail = try parsed(receiver().messages(saying: notice)[0])
        #expect(mail["headers"]?.array.count == 13)
        #expect(mail["defects"]?.integer == 0)
        for part in ["text/plain", "text/html"] {
            let text = try #require(mail["parts"]?[part]?.string)
            // Line ends of the mail itself come in pairs.
            let foreign = text.replacing("\r\n", with: "\n").unicodeScalars.filter { scalar in
                switch scalar.properties.generalCategory {
                case .control: scalar != "\n"
                case .format, .lineSeparator, .paragraphSeparator: true
                default: false
                }
            }
            #expect(foreign.isEmpty)
        }
    }
}
