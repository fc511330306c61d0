import Alerting
import Curl
import Telemetry

/// A signed HTTP POST.
package struct WebhookReceiver: Receiver {
    package enum Format: String, CaseIterable, Sendable { case alertmanager, slack, cloudevents }

    package let name: String
    private let url: String
    private let signer: StandardWebhook?
    private let format: Format
    private let allowsPrivate: Bool
    private let caFile: String?
    private let transport: any Transport

    package init(name: String, url: String, secret: String?, format: Format, allowsPrivate: Bool, caFile: String?, transport: any Transport) {
        self.name = name
        self.url = url
        signer = secret.map(StandardWebhook.init)
        self.format = format
        self.allowsPrivate = allowsPrivate
        self.caFile = caFile
        self.transport = transport
    }

    package func messages(saying notice: Notice) -> [OutboxMessage] {
        let id = MessageID.make(notice.tenant, name, notice.groupKey, notice.incident ?? "", notice.kind.rawValue, String(notice.sequence))
        let (type, body) = switch format {
        case .alertmanager: ("application/json", AlertmanagerPayload.body(notice))
        case .slack: ("application/json", SlackPayload.body(notice))
        case .cloudevents: ("application/cloudevents+json", CloudEventPayload.body(notice, id: id))
        }
        return [OutboxMessage(id: id, receiver: name, groupKey: notice.groupKey, incident: notice.incident, kind: notice.kind, sequence: notice.sequence,
                              createdAt: notice.createdAt, notBefore: notice.createdAt, expiresAt: notice.createdAt + 18 * 3_600, contentType: type,
                              subject: notice.threadSubject ?? notice.subject, body: body)]
    }

    package func deliver(_ message: OutboxMessage, at now: Timestamp) async -> Attempt {
        let signature = signer?.headers(id: message.id, timestamp: now, body: message.body) ?? [("webhook-id", message.id)]
        let headers = HTTPHeaders([.init(name: "content-type", value: message.contentType)] + signature.map { .init(name: $0.name, value: $0.value) })
        let request = HTTPRequest(.post, url, headers: headers, body: message.body,
                                  limits: .init(total: .seconds(20), bodyBytes: 64 << 10), allowPrivateAddresses: allowsPrivate, caFile: caFile, lane: "notify")
        do {
            let response = try await transport.send(request)
            return Self.attempt(status: response.status, retryAfter: response.headers["retry-after"].flatMap { Int64($0) })
        } catch {
            return error.isRetryable ? .later(error.description, retryAfter: nil) : .doubtful(error.description)
        }
    }

    /// The table of answers. A redirect counts as a failure: a signed body is not handed on to strangers.
    static func attempt(status: Int, retryAfter: Int64?) -> Attempt {
        switch status {
        case 200..<300: .accepted("HTTP \(status)")
        case 300..<400: .doubtful("HTTP \(status): redirects are not followed. Configure the final address.")
        case 410: .refused("HTTP 410: the receiver is gone. Remove it from receivers.")
        case 408, 425, 429: .later("HTTP \(status)", retryAfter: retryAfter)
        case 400..<500: .doubtful("HTTP \(status)")
        default: .later("HTTP \(status)", retryAfter: retryAfter)
        }
    }
}
