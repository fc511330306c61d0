import Curl
import Notifiers

extension ReceiverConfiguration {
    /// The receiver that this configuration describes, over the transports of a run.
    func receiver(transport: any Transport, mail: any MailTransport) -> any Receiver {
        switch channel {
        case .email(let email):
            MailReceiver(
                name: name, recipients: email.to, from: email.from,
                server: .init(host: email.host, port: email.port, tls: email.encryption.submission, username: email.username, password: email.password, caFile: email.caFile),
                transport: mail)
        case .webhook(let hook):
            WebhookReceiver(name: name, url: hook.url, secret: hook.secret, format: hook.format.payload, allowsPrivate: hook.allowPrivate, caFile: hook.caFile, transport: transport)
        }
    }
}

private extension EmailConfiguration.Encryption {
    var submission: MailSubmission.TLS {
        switch self {
        case .starttls: .startTLS
        case .implicit: .implicit
        case .none: .none
        }
    }
}

private extension WebhookConfiguration.Format {
    var payload: WebhookReceiver.Format {
        switch self {
        case .alertmanager: .alertmanager
        case .slack: .slack
        case .cloudevents: .cloudevents
        }
    }
}
