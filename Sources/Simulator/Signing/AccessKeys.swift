import Digests
import Telemetry

/// Who may call. The base user is fixed; temporary keys describe themselves and are sealed with a digest, so nobody has to remember them.
package struct AccessKeys: Sendable {
    package static let baseID = "AKIASIMULATOR0000000"
    package static let baseSecret = "simulator-secret-key"
    package static let baseAccount = "123456789012"
    package static let roleName = "tidewatch-read"

    package init() {}

    /// What a role session is: enough to check it later.
    package struct Session: Hashable, Sendable {
        package var account: String
        package var expires: Timestamp
        package var name: String
    }

    /// Keys as STS hands them out.
    package struct Temporary: Sendable {
        package var id: String
        package var secret: String
        package var token: String
    }

    package func temporary(for session: Session) -> Temporary {
        let content = "\(session.account)|\(session.expires.seconds)|\(session.name)"
        let token = base64(Array(content.utf8)) + "." + hex(seal(content))
        let id = "ASIA" + hex(sha256(token)).uppercased().prefix(16)
        return Temporary(id: id, secret: hex(hmacSHA256(key: Array(Self.baseSecret.utf8), "secret " + token)), token: token)
    }

    /// The session behind a token, whether expired or not; nothing where it was not made here or does not belong to the key.
    package func session(token: String, id: String) -> (session: Session, secret: String)? {
        let parts = token.split(separator: ".")
        guard parts.count == 2, let bytes = base64Decoded(parts[0]) else { return nil }
        let content = String(decoding: bytes, as: UTF8.self)
        let fields = content.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
        guard hex(seal(content)) == parts[1], fields.count == 3, let expires = Int64(fields[1]) else { return nil }
        let session = Session(account: String(fields[0]), expires: Timestamp(seconds: expires), name: String(fields[2]))
        let keys = temporary(for: session)
        return keys.id == id ? (session, keys.secret) : nil
    }

    private func seal(_ content: String) -> [UInt8] { hmacSHA256(key: Array(Self.baseSecret.utf8), "session " + content) }
}
