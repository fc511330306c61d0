/// Whom to tell, and how.
package struct ReceiverConfiguration: Sendable {
    package enum Channel: Sendable {
        case email(EmailConfiguration)
        case webhook(WebhookConfiguration)
    }

    package var name: String
    package var channel: Channel
}

package struct EmailConfiguration: Sendable {
    package enum Encryption: String, CaseIterable, Sendable { case starttls, implicit, none }

    package var to: [String]
    package var from: String
    package var host: String
    package var port: Int
    package var encryption: Encryption
    package var caFile: String?
    package var username: String?
    package var password: String?
}

package struct WebhookConfiguration: Sendable {
    package enum Format: String, CaseIterable, Sendable { case alertmanager, slack, cloudevents }

    package var url: String
    /// Standard Webhooks secret; nothing: the message is not signed.
    package var secret: String?
    package var format: Format
    package var allowPrivate: Bool
    package var caFile: String?
}

extension ReceiverConfiguration {
    static let schema = RecordSchema("a receiver", [
        .init("name", .identifier, required: true, "The name that routes use."),
        .init("email", .record(emailSchema), "Mail over SMTP."),
        .init("webhook", .record(webhookSchema), "A signed HTTP POST."),
    ])
    private static let emailSchema = RecordSchema("an e-mail receiver", [
        .init("to", .oneOrMore(.text), required: true, "Addresses; each gets its own message."),
        .init("from", .text, required: true, "The sender's address."),
        .init("server", .secret, required: true, "host:port of the SMTP server; 587 is usual with starttls, 465 with implicit."),
        .init("tls", .choice(EmailConfiguration.Encryption.allCases.map(\.rawValue)), "starttls (default), implicit or none. Nothing is sent in clear unless it says none."),
        .init("ca_file", .optional(.text), "Certificates to trust instead of the system's."),
        .init("username", .optional(.secret), "For AUTH."),
        .init("password", .optional(.secret), "For AUTH; never written anywhere."),
    ])
    private static let webhookSchema = RecordSchema("a webhook receiver", [
        .init("url", .url, required: true, "Where to POST."),
        .init("secret", .secret, "Standard Webhooks secret (whsec_…); messages are signed with it."),
        .init("format", .choice(WebhookConfiguration.Format.allCases.map(\.rawValue)), "alertmanager (default), slack or cloudevents."),
        .init("allow_private", .flag, "Allow an address in a private network."),
        .init("ca_file", .optional(.text), "Certificates to trust instead of the system's."),
    ])

    init?(_ record: ConfigurationReader.Record) {
        guard let name = record.identifier("name") else { return nil }
        self.name = name
        let email = record.record("email", Self.emailSchema), webhook = record.record("webhook", Self.webhookSchema)
        switch (email, webhook) {
        case (let email?, nil):
            guard let mail = EmailConfiguration(email) else { return nil }
            channel = .email(mail)
        case (nil, let webhook?):
            guard let hook = WebhookConfiguration(webhook) else { return nil }
            channel = .webhook(hook)
        default:
            record.reader.report(record.mark, record.path, "the receiver '\(name)' needs exactly one of email and webhook")
            return nil
        }
    }
}

private extension EmailConfiguration {
    init?(_ record: ConfigurationReader.Record) {
        to = record.texts("to")
        encryption = record.choice("tls") ?? .starttls
        caFile = record.text("ca_file")
        username = record.secret("username")
        password = record.secret("password")
        for address in to where !Self.isAddress(address) { record.fail("to", "'\(printable(address))' is no mail address") }
        guard let from = record.text("from"), let server = record.secret("server"), !to.isEmpty else { return nil }
        if !Self.isAddress(from) { record.fail("from", "'\(printable(from))' is no mail address") }
        self.from = from
        guard let colon = server.lastIndex(of: ":"), let port = Int(server[server.index(after: colon)...]), (1...65_535).contains(port),
              server[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }), colon > server.startIndex else {
            record.fail("server", "expected host:port, such as smtp.example.com:587")
            return nil
        }
        host = String(server[..<colon])
        self.port = port
        if encryption == .none, password != nil { record.fail("password", "a password is never sent in clear. Set tls to starttls or implicit.") }
        if password != nil, username == nil { record.fail("username", "a password needs a username") }
    }

    static func isAddress(_ text: String) -> Bool {
        guard let at = text.lastIndex(of: "@"), at > text.startIndex, text.index(after: at) < text.endIndex else { return false }
        return text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !"<>,;\"".unicodeScalars.contains($0) }
    }
}

private extension WebhookConfiguration {
    init?(_ record: ConfigurationReader.Record) {
        secret = record.secret("secret")
        format = record.choice("format") ?? .alertmanager
        allowPrivate = record.flag("allow_private") ?? false
        caFile = record.text("ca_file")
        guard let url = record.url("url") else { return nil }
        self.url = url
    }
}
