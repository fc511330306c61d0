import Alerting
import Curl
import Telemetry

/// A signed HTTP POST.
package struct WebhookReceiver: Receiver {
    package enum Format: Sendable, Equatable {
        case alertmanager, slack, cloudevents
        /// The operator's own JSON.
        case template(WebhookTemplate)
    }

    package let name: String
    package let schedule = RetrySchedule.webhook
    package var address: String { MessageID.make(url) }
    private let url: String
    private let signer: StandardWebhook?
    private let format: Format
    private let allowsPrivate: Bool
    private let caFile: String?
    private let transport: any Transport
    private let pause: (@Sendable (Duration) async throws -> Void)?

    /// - Parameter pause: waits before the quick tries that a connection that cannot be made gets; without it there are none.
    package init(name: String, url: String, secret: String?, format: Format, allowsPrivate: Bool, caFile: String?, transport: any Transport,
                 pause: (@Sendable (Duration) async throws -> Void)? = nil) {
        self.name = name
        self.url = url
        signer = secret.map(StandardWebhook.init)
        self.format = format
        self.allowsPrivate = allowsPrivate
        self.caFile = caFile
        self.transport = transport
        self.pause = pause
    }

    package func messages(saying notice: Notice) -> [OutboxMessage] {
        let id = MessageID.make(notice.tenant, name, notice.groupKey, notice.incident ?? "", notice.kind.rawValue, String(notice.sequence))
        let type = format == .cloudevents ? "application/cloudevents+json" : "application/json", body = body(notice, id: id)
        return [OutboxMessage(id: id, receiver: name, groupKey: notice.groupKey, incident: notice.incident, kind: notice.kind, sequence: notice.sequence,
                              createdAt: notice.createdAt, notBefore: notice.createdAt, expiresAt: notice.createdAt + 18 * 3_600, contentType: type,
                              subject: notice.threadSubject ?? notice.subject, body: body)]
    }

    package func preview(_ notice: Notice) -> [Preview] {
        [Preview(part: "json", text: String(decoding: StoredSecrets.shown(body(notice, id: MessageID.make("preview"))), as: UTF8.self))]
    }

    private var secrets: StoredSecrets { if case .template(let template) = format { template.secrets } else { StoredSecrets() } }

    private func body(_ notice: Notice, id: String) -> [UInt8] {
        switch format {
        case .alertmanager: AlertmanagerPayload.body(notice)
        case .slack: SlackPayload.body(notice)
        case .cloudevents: CloudEventPayload.body(notice, id: id)
        case .template(let template): template.body(notice, id: id)
        }
    }

    package func deliver(_ message: OutboxMessage, at now: Timestamp) async -> Attempt {
        let body: [UInt8]
        do throws(StoredSecrets.Missing) { body = try secrets.filled(message.body) } catch {
            return .doubtful("it was made with ${\(error.name.plain)}, which the receiver's template does not name any more")
        }
        let signature = signer?.headers(id: message.id, timestamp: now, body: body) ?? [("webhook-id", message.id)]
        let headers = HTTPHeaders([.init(name: "content-type", value: message.contentType)] + signature.map { .init(name: $0.name, value: $0.value) })
        let request = HTTPRequest(.post, url, headers: headers, body: body,
                                  limits: .init(total: .seconds(20), bodyBytes: 64 << 10), allowPrivateAddresses: allowsPrivate, caFile: caFile, lane: "notify")
        do {
            let response = try await send(request)
            let wish = response.headers.retryAfter(now: now.seconds).map { Int64(clamping: $0.components.seconds) }
            return Self.attempt(status: response.status, retryAfter: wish)
        } catch {
            return error.isRetryable ? .later(error.description, retryAfter: nil) : .doubtful(error.description)
        }
    }

    /// Nothing has arrived where no connection came about: a second and a third try cost nothing and may spare the page five minutes.
    private func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        for wait in [Duration.seconds(1), .seconds(5)] {
            do throws(TransferError) {
                return try await transport.send(request)
            } catch where [.connect, .resolve].contains(error.kind) {
                guard let pause, (try? await pause(wait)) != nil else { throw error }
            }
        }
        return try await transport.send(request)
    }

    /// The table of answers. A redirect counts as a failure: a signed body is not handed on to strangers.
    static func attempt(status: Int, retryAfter: Int64?) -> Attempt {
        switch status {
        case 200..<300: .accepted("HTTP \(status)")
        case 300..<400: .doubtful("HTTP \(status): redirects are not followed. Configure the final address.")
        case 410: .gone("HTTP 410: the receiver is gone. Remove it from receivers.")
        case 408, 425, 429: .later("HTTP \(status)", retryAfter: retryAfter)
        case 400..<500: .doubtful("HTTP \(status)")
        default: .later("HTTP \(status)", retryAfter: retryAfter)
        }
    }
}
