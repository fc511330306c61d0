/// A mistake in a rule: where, what, and the nearest thing that would work.
package struct RuleDiagnostic: Hashable, Error, Sendable, CustomStringConvertible {
    package var origin: RuleOrigin
    package var message: String

    package init(_ origin: RuleOrigin, _ message: String) {
        self.origin = origin
        self.message = message
    }

    package var description: String { "\(origin.file):\(origin.line):\(origin.column): \(message)" }
}

extension RuleOrigin {
    /// The place `offset` characters into `text`, where `self` is the place of its first character.
    func moved(by offset: Int, in text: String) -> RuleOrigin {
        var place = self
        for character in text.unicodeScalars.prefix(max(0, offset)) {
            if character == "\n" {
                place.line += 1
                place.column = 1
            } else {
                place.column += 1
            }
        }
        return place
    }
}
