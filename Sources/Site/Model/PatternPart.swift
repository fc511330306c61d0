/// One part of an architecture pattern as its file lists it, with the arrow that leads to it.
package struct PatternPart: Hashable, Sendable {
    /// A resource kind's word or one of the file's own: `api`, `queue`, `backend`. Nothing for a part that was described before.
    package var kind: String?
    package var name: String
    package var does: String
    /// How the part before it in its row reaches it: `poll`, with `batch 1` beside it.
    package var flow: String
    package var terms: String

    package init(kind: String?, name: String, does: String = "", flow: String = "", terms: String = "") {
        self.kind = kind
        self.name = name
        self.does = does
        self.flow = flow
        self.terms = terms
    }
}
