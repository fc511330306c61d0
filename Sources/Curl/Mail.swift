/// One message for one recipient, and the server that takes it.
package struct MailSubmission: Sendable, Equatable {
    package enum TLS: String, Sendable, CaseIterable {
        /// Clear at first, then encrypted or not at all.
        case startTLS = "starttls"
        case implicit
        /// In clear text, and then without a password.
        case none
    }

    package var server: Server
    /// Envelope addresses, bare: `oncall@example.com`.
    package var from: String
    package var recipient: String
    /// Headers and body (RFC 5322). Line ends are made CRLF on the way.
    package var message: [UInt8]

    package init(server: Server, from: String, recipient: String, message: [UInt8]) {
        self.server = server
        self.from = from
        self.recipient = recipient
        self.message = message
    }

    package struct Server: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
        package var host: String
        package var port: Int
        package var tls: TLS
        package var username: String?
        package var password: String?
        package var caFile: String?
        /// What we call ourselves in EHLO.
        package var greeting: String
        package var limits: Limits

        package init(host: String, port: Int, tls: TLS, username: String? = nil, password: String? = nil, caFile: String? = nil,
                     greeting: String = "localhost", limits: Limits = Limits()) {
            self.host = host
            self.port = port
            self.tls = tls
            self.username = username
            self.password = password
            self.caFile = caFile
            self.greeting = greeting
            self.limits = limits
        }

        /// Without the password.
        package var description: String { "smtp \(host):\(port)" }
        package var customMirror: Mirror { Mirror(self, children: ["server": description]) }
    }

    package struct Limits: Sendable, Equatable {
        package var connect: Duration
        /// For one reply. It ends a hanging QUIT too, which the total does not.
        package var reply: Duration
        package var total: Duration

        package init(connect: Duration = .seconds(5), reply: Duration = .seconds(20), total: Duration = .seconds(60)) {
            self.connect = connect
            self.reply = reply
            self.total = total
        }
    }
}

/// The server has taken the message on.
package struct MailReceipt: Sendable, Equatable {
    package var code: Int
    /// Its last line; many servers name their queue id in it.
    package var reply: String

    package init(code: Int, reply: String) {
        self.code = code
        self.reply = reply
    }
}

/// Why a message was not taken on, as far as anybody knows.
package struct MailError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// 4xx, no connection, a time-out: the same message may pass later.
        case transient
        /// 5xx: it will not.
        case permanent
        case tls, auth
        /// We would not send it: a control character, a password in clear text.
        case refused
    }

    package var kind: Kind
    package var place: String
    /// The SMTP reply code, where there was a reply.
    package var code: Int?
    package var text: String
    /// The connection broke after the whole message was sent: the server may have taken it. Send again with the same Message-ID.
    package var mayBeDelivered: Bool

    package init(_ kind: Kind, place: String, code: Int? = nil, text: String, mayBeDelivered: Bool = false) {
        self.kind = kind
        self.place = place
        self.code = code
        self.text = text
        self.mayBeDelivered = mayBeDelivered
    }

    package var isRetryable: Bool {
        switch kind {
        case .transient: true
        case .permanent, .tls, .auth, .refused: false
        }
    }

    package var description: String { "\(place): \(text)" }
}

/// Hands a message to a mail server. Tests script the answers; `SMTPClient` talks to one.
package protocol MailTransport: Sendable {
    func send(_ submission: MailSubmission) async throws(MailError) -> MailReceipt
}
