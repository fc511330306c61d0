import Curl
import Notifiers

extension ReceiverConfiguration {
    /// The receiver that this configuration describes, over the transports of a run.
    func receiver(_ world: World) -> any Receiver {
        switch channel {
        case .email(let email):
            MailReceiver(
                name: name, recipients: email.to, from: email.from,
                server: .init(host: email.host, port: email.port, tls: email.encryption.submission, username: email.username, password: email.password, caFile: email.caFile),
                transport: world.mail)
        case .webhook(let hook):
            WebhookReceiver(name: name, url: hook.url, secret: hook.secret, format: hook.payload, allowsPrivate: hook.allowPrivate, caFile: hook.caFile, transport: world.transport,
                            pause: world.sleep)
        case .command(let command):
            CommandReceiver(name: name, arguments: command.arguments, environment: command.environment, limit: .seconds(command.limit), runner: world.commands)
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

private extension WebhookConfiguration {
    var payload: WebhookReceiver.Format {
        switch format {
        case .alertmanager: .alertmanager
        case .slack: .slack
        case .cloudevents: .cloudevents
        // A template that is missing or wrong is an error of the configuration, and then there is no run.
        case .template: template.map { .template($0) } ?? .alertmanager
        }
    }
}
