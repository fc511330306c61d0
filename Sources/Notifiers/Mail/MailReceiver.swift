import Alerting
import Curl
import Telemetry

/// Mail over SMTP: one message for each recipient, so that one refused address does not decide for the others.
package struct MailReceiver: Receiver {
    package let name: String
    package let schedule = RetrySchedule.mail
    package var address: String { MessageID.make(server.description) }
    private let recipients: [String]
    private let from: String
    private let server: MailSubmission.Server
    private let transport: any MailTransport

    package init(name: String, recipients: [String], from: String, server: MailSubmission.Server, transport: any MailTransport) {
        self.name = name
        self.recipients = recipients
        self.from = from
        self.server = server
        self.transport = transport
    }

    package func messages(saying notice: Notice) -> [OutboxMessage] {
        let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
        return recipients.map { recipient in
            let id = MessageID.make(notice.tenant, name, recipient, notice.groupKey, notice.incident ?? "", notice.kind.rawValue, String(notice.sequence))
            let root = MessageID.make(notice.tenant, name, recipient, notice.incident ?? "", "thread") + "@" + domain
            let mail = MailMessage(
                from: "Tidewatch <\(from)>", to: recipient, subject: notice.subject, messageID: id + "@" + domain, references: notice.incident == nil ? nil : root,
                date: notice.createdAt, text: MailText.body(notice, to: recipient), html: MailHTML.body(notice, to: recipient),
                headers: [("List-Id", "<\(notice.tenant).tidewatch.\(domain)>"), ("X-Tidewatch-Tenant", notice.tenant), ("X-Tidewatch-Incident", notice.incident ?? "-")])
            let life: Int64 = notice.kind == .reminder ? 6 * 3_600 : 24 * 3_600
            return OutboxMessage(id: id, receiver: name, groupKey: notice.groupKey, incident: notice.incident, kind: notice.kind, sequence: notice.sequence,
                                 createdAt: notice.createdAt, notBefore: notice.createdAt, expiresAt: notice.createdAt + life, contentType: "message/rfc822",
                                 subject: notice.threadSubject ?? notice.subject, body: mail.bytes)
        }
    }

    package func preview(_ notice: Notice) -> [Preview] {
        let recipient = recipients.first ?? ""
        return [Preview(part: "text", text: MailText.body(notice, to: recipient)), Preview(part: "html", text: MailHTML.body(notice, to: recipient))]
    }

    package func deliver(_ message: OutboxMessage, at now: Timestamp) async -> Attempt {
        guard let recipient = Self.recipient(of: message) else { return .refused("the stored message has no recipient") }
        do {
            let receipt = try await transport.send(MailSubmission(server: server, from: from, recipient: recipient, message: message.body))
            return .accepted("\(receipt.code) \(receipt.reply)")
        } catch {
            return switch error.kind {
            case .transient: .later(error.description, retryAfter: nil)
            // A password or a certificate can be mended while the message waits.
            case .tls, .auth: .later(error.description, retryAfter: nil)
            case .permanent, .refused: .refused(error.description)
            }
        }
    }

    /// The address of the `To` line, which we wrote ourselves as the second line.
    private static func recipient(of message: OutboxMessage) -> String? {
        let lines = message.body.prefix(2_000).split(separator: 10, maxSplits: 3)
        guard let line = lines.first(where: { $0.starts(with: Array("To: ".utf8)) }) else { return nil }
        return String(decoding: line.dropFirst(4).filter { $0 != 13 }, as: UTF8.self)
    }
}
