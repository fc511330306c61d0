import Telemetry

/// An access key, and until when it works. Prints without its secrets.
package struct Credentials: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var accessKeyID: String
    package var secretAccessKey: String
    package var sessionToken: String?
    /// Nothing where they do not expire, or do not say.
    package var expires: Timestamp?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expires: Timestamp? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expires = expires
    }

    package var description: String { "Credentials(\(accessKeyID.prefix(4))…)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
