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

    package var description: String { "\(place): \(text)" }
}
