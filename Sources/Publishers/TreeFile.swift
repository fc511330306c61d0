/// One file of a tree that is to be published.
package struct TreeFile: Sendable {
    package enum Content: Sendable {
        case bytes([UInt8])
        /// As it stands in the live tree: nothing was made anew.
        case unchanged
    }

    /// Relative, with `/`: `services/orders/index.html`.
    package var path: String
    package var content: Content

    package init(_ path: String, _ content: Content) {
        self.path = path
        self.content = content
    }
}

/// Path to SHA-256 in hex: what a tree holds. Stored in the tree itself as `build.json`'s `files`.
package typealias Manifest = [String: String]
