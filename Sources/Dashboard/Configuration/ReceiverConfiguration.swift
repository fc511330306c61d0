import Notifiers

/// Whom to tell, and how.
package struct ReceiverConfiguration: Sendable {
    package enum Channel: Sendable {
        case email(EmailConfiguration)
        case webhook(WebhookConfiguration)
        case command(CommandConfiguration)
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
    package enum Format: String, CaseIterable, Sendable { case alertmanager, slack, cloudevents, template }

    package var url: String
    /// Standard Webhooks secret; nothing: the message is not signed.
    package var secret: String?
    package var format: Format
    /// Where the format is `template`.
    package var template: WebhookTemplate?
    package var allowPrivate: Bool
    package var caFile: String?
}

package struct CommandConfiguration: Sendable {
    /// Program and arguments; no shell reads them.
    package var arguments: [String]
    /// Name to value: PATH, and what the configuration asks for.
    package var environment: [String: String]
    /// Seconds until it is stopped.
    package var limit: Int64
}

extension ReceiverConfiguration {
    static let schema = RecordSchema("a receiver", [
        .init("name", .identifier, required: true, "The name that routes use."),
        .init("email", .record(emailSchema), "Mail over SMTP."),
        .init("webhook", .record(webhookSchema), "A signed HTTP POST."),
        .init("command", .record(commandSchema), "A program that takes the message on its standard input."),
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
        .init("format", .choice(WebhookConfiguration.Format.allCases.map(\.rawValue)), "alertmanager (default), slack, cloudevents, or template."),
        .init("template", .secret, "A JSON object with {{headline}} and other names in its texts, or file:/path; makes the format a template. Write secrets as ${NAME}: those are put in when it is sent, never stored."),
        .init("allow_private", .flag, "Allow an address in a private network."),
        .init("ca_file", .optional(.text), "Certificates to trust instead of the system's."),
    ])

    private static let commandSchema = RecordSchema("a command receiver", [
        .init("run", .list(.text), required: true, "Program and arguments, one by one; no shell reads them. Exit 0: taken; 64, 65, 68, 77, 78: a few slow tries; else: tried again."),
        .init("environment", .list(.text), "Names of variables that the program is given besides PATH and TIDEWATCH_…; it gets no others."),
        .init("limit", .duration, "It is stopped after this long. Default 20s."),
    ])

    init?(_ record: ConfigurationReader.Record) {
        guard let name = record.identifier("name") else { return nil }
        self.name = name
        let email = record.record("email", Self.emailSchema), webhook = record.record("webhook", Self.webhookSchema), command = record.record("command", Self.commandSchema)
        switch (email, webhook, command) {
        case (let email?, nil, nil):
            guard let mail = EmailConfiguration(email) else { return nil }
            channel = .email(mail)
        case (nil, let webhook?, nil):
            guard let hook = WebhookConfiguration(webhook) else { return nil }
            channel = .webhook(hook)
        case (nil, nil, let command?):
            guard let command = CommandConfiguration(command) else { return nil }
            channel = .command(command)
        default:
            record.reader.report(record.mark, record.path, "the receiver '\(name)' needs exactly one of email, webhook and command")
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
        if let secret, let mistake = StandardWebhook.mistake(in: secret) { record.fail("secret", mistake) }
        format = record.choice("format") ?? (record.has("template") ? .template : .alertmanager)
        if let pieces = record.secretPieces("template") {
            var text = "", secrets: [String: String] = [:]
            for piece in pieces {
                switch piece {
                case .text(let words): text += StoredSecrets.unmarked(words)
                case .variable(let name, let value):
                    text += StoredSecrets.mark(name)
                    secrets[name] = value
                }
            }
            do throws(WebhookTemplate.Mistake) { template = try WebhookTemplate(text, secrets: StoredSecrets(secrets)) } catch { record.fail("template", error.description) }
        }
        if (format == .template) != record.has("template") { record.fail("format", "format: template and the key 'template' go together. Set both or neither.") }
        allowPrivate = record.flag("allow_private") ?? false
        caFile = record.text("ca_file")
        guard let url = record.url("url") else { return nil }
        self.url = url
    }
}

private extension CommandConfiguration {
    init?(_ record: ConfigurationReader.Record) {
        limit = record.duration("limit") ?? 20
        if !(1...50).contains(limit) { record.fail("limit", "must lie between 1s and 50s: a run gives all its messages a minute") }
        guard let arguments = record.programArguments("run") else { return nil }
        self.arguments = arguments
        environment = record.programEnvironment("environment", always: ["PATH"])
    }
}
