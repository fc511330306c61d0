/// Where a page's live values come from: one tenant's current build, or the generic words outside a tenant.
package protocol LiveValues: Sendable {
    /// `nil` where no such name exists, which is the author's mistake.
    func value(named name: String) -> LiveValue?
}

/// What stands in the place of `{{name}}`.
package enum LiveValue: Hashable, Sendable {
    /// From this build. The number is in the base unit (seconds, bytes, a ratio of 1) and answers `[auto …]`; `nil` where there is none.
    case current(text: String, number: Double?, isCritical: Bool)
    /// Outside a tenant, or where there is no such resource: a word that tells the reader what to put.
    case generic(String)

    /// Without control characters and without the marks that turn the direction of text: a value stays on its line and reads as it is.
    var shown: String {
        let text = switch self {
        case .current(let text, _, _): text
        case .generic(let word): word
        }
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: clean.append(" ")
            case .format: clean.append("\u{FFFD}")
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }
}

/// A fenced block that becomes the current picture.
package struct LiveBlock: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable { case chart, alerts, traces, table }

    package var kind: Kind
    /// The rest of the line after the kind.
    package var argument: String
    /// The lines between the fences.
    package var body: String
    /// Of the opening fence.
    package var line: Int
    package var column: Int

    package init(kind: Kind, argument: String, body: String, line: Int, column: Int) {
        self.kind = kind
        self.argument = argument
        self.body = body
        self.line = line
        self.column = column
    }
}

/// What became of a block.
package enum LiveBlockAnswer: Hashable, Sendable {
    /// Markup that is safe already.
    case finished(html: String)
    /// Nothing to show here, with a sentence for the reader.
    case nothing(because: String)
    /// The author's mistake.
    case mistake(String)
}
