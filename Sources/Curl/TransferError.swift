/// Why no whole answer came.
package struct TransferError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        case resolve, connect, timedOut, tls
        /// The connection broke or the answer ended too early; nothing of it is used.
        case interrupted
        case tooLarge, refusedAddress, badRequest, cancelled, other
    }

    package var kind: Kind
    /// Method, scheme, host and port. Never the path or the query: they may hold a secret.
    package var place: String
    /// What happened, without a full stop.
    package var text: String

    package init(_ kind: Kind, place: String, text: String) {
        self.kind = kind
        self.place = place
        self.text = text
    }

    /// Whether the same request may succeed later.
    package var isRetryable: Bool {
        switch kind {
        case .resolve, .connect, .timedOut, .interrupted: true
        case .tls, .tooLarge, .refusedAddress, .badRequest, .cancelled, .other: false
        }
    }

    package var description: String { "\(place): \(text). \(remedy)" }

    /// What to do about it.
    package var remedy: String {
        switch kind {
        case .resolve: "Check the host name and the name servers."
        case .connect: "Check that the service runs, its port, and the firewall."
        case .timedOut: "If it stays, check the network or raise the limit."
        case .tls: "Check the certificate, its name, and ca_file."
        case .interrupted: "Nothing of the answer is used; ask again."
        case .tooLarge: "Ask for less at a time or raise the limit."
        case .refusedAddress: "Allow private addresses (allow_private: true) if that is meant."
        case .badRequest: "Correct it where it is set."
        case .cancelled: "Ask again when there is time."
        case .other: "If it stays, report it with this text."
        }
    }
}
