import Digests
import Telemetry

/// Signs as Standard Webhooks says (standardwebhooks.com, version 1): HMAC-SHA256 over `id.timestamp.body`.
package struct StandardWebhook: Sendable {
    private let key: [UInt8]

    /// `whsec_` and base64, or any other text, which then is the key itself.
    package init(secret: String) {
        let body = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
        key = secret.hasPrefix("whsec_") ? base64Decoded(body) ?? Array(body.utf8) : Array(body.utf8)
    }

    /// What makes a text unfit to be a secret; nothing where it is one. Never says the text.
    package static func mistake(in secret: String) -> String? {
        if secret.isEmpty { return "an empty secret signs nothing. Leave the key out, or make one: echo whsec_$(openssl rand -base64 32)" }
        guard secret.hasPrefix("whsec_") else { return nil }
        guard let key = base64Decoded(String(secret.dropFirst(6))), !key.isEmpty else {
            return "what follows whsec_ is not base64. Copy the secret whole, or make one: echo whsec_$(openssl rand -base64 32)"
        }
        return nil
    }

    /// `v1,<base64>`
    package func signature(id: String, timestamp: Timestamp, body: [UInt8]) -> String {
        "v1," + base64(hmacSHA256(key: key, Array("\(id).\(timestamp.seconds).".utf8) + body))
    }

    package func headers(id: String, timestamp: Timestamp, body: [UInt8]) -> [(name: String, value: String)] {
        [("webhook-id", id), ("webhook-timestamp", "\(timestamp.seconds)"), ("webhook-signature", signature(id: id, timestamp: timestamp, body: body))]
    }
}
