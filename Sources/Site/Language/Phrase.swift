/// Words of a page as English says them, with the places of what varies: names, numbers and phrases of their own. A literal is a phrase
/// wherever one is wanted; which language it is said in is decided where it is written.
package struct Phrase: Sendable, Codable, ExpressibleByStringInterpolation {
    enum Kind: String, Sendable, Codable {
        /// Looked up as it stands in the source.
        case words
        /// Words of somebody else that a language may know as a whole: the title of a built-in rule.
        case known
        /// A sentence that somebody else made and filled in; a language knows it by the words between its values.
        case told
        /// Names, numbers, what users wrote: the same in every language.
        case verbatim
    }

    /// Something that varies: bytes of the English text.
    struct Hole: Sendable, Codable {
        var start: Int
        var end: Int
        /// Nothing where it is a name or a number.
        var phrase: Phrase?
        /// Which of its forms the place wants: `mid` in the middle of a sentence.
        var form: String?
        var mark: Mark?
    }

    /// How a hole stands out.
    enum Mark: String, Sendable, Codable { case strong, code, bold, shadedCritical, shadedWarning, live }

    package private(set) var english: String
    private(set) var holes: [Hole] = []
    private(set) var kind = Kind.words

    package init(stringLiteral words: String) { english = words }

    package init(stringInterpolation: StringInterpolation) {
        english = stringInterpolation.english
        holes = stringInterpolation.holes
    }

    private init(_ english: String, holes: [Hole] = [], kind: Kind = .words) {
        self.english = english
        self.holes = holes
        self.kind = kind
    }

    /// Not to be translated.
    package static func verbatim(_ text: some StringProtocol) -> Phrase { Phrase(String(text), kind: .verbatim) }
    /// Words that came from outside of the pages and may be among those that a language knows.
    package static func known(_ text: String) -> Phrase { Phrase(text, kind: .known) }
    /// A text that is stored with its values: `worker: events lost in the last hour, after their last retry: 3`.
    /// - Parameter form: after the bar in a language's file; what people write themselves is looked for under it alone.
    package static func told(_ text: String, as form: String) -> Phrase { Phrase(text, kind: .told).said(text, form: form) }

    /// `312 messages`
    static func counted(_ number: String, _ what: String) -> Phrase {
        Phrase("\(number) \(what)" as String, holes: [Hole(start: 0, end: number.utf8.count)])
    }

    /// English says it differently in the place of `phrase`, other languages may have a form of their own for it.
    func said(_ english: String, form: String) -> Phrase {
        Phrase(english, holes: [Hole(start: 0, end: english.utf8.count, phrase: self, form: form)])
    }

    /// The same words, for which other languages may need another form here.
    func form(_ name: String) -> Phrase { said(english, form: name) }

    package var isEmpty: Bool { english.isEmpty }
    /// Some part of it must stand out.
    var hasMarks: Bool { holes.contains { $0.mark != nil || $0.phrase?.hasMarks == true } }
}

// Two phrases are the same where English says the same.
extension Phrase: Hashable, Comparable {
    package static func < (a: Phrase, b: Phrase) -> Bool { a.english < b.english }
    package static func == (a: Phrase, b: Phrase) -> Bool { a.english == b.english }
    package func hash(into hasher: inout Hasher) { hasher.combine(english) }
}

extension Phrase {
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var english = ""
        fileprivate var holes: [Hole] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            english.reserveCapacity(literalCapacity + interpolationCount * 4)
            holes.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { english += literal }
        package mutating func appendInterpolation(_ phrase: Phrase) { append(phrase.english, phrase.kind == .verbatim ? nil : phrase) }
        @_disfavoredOverload package mutating func appendInterpolation(_ text: String) { append(text, nil) }
        @_disfavoredOverload package mutating func appendInterpolation(_ text: Substring) { append(String(text), nil) }
        package mutating func appendInterpolation(_ number: some BinaryInteger) { append(String(number), nil) }
        package mutating func appendInterpolation(strong phrase: Phrase) { append(phrase.english, phrase.kind == .verbatim ? nil : phrase, .strong) }
        package mutating func appendInterpolation(bold phrase: Phrase) { append(phrase.english, phrase.kind == .verbatim ? nil : phrase, .bold) }
        package mutating func appendInterpolation(code text: String) { append(text, nil, .code) }
        mutating func appendInterpolation(_ phrase: Phrase, as mark: Mark) { append(phrase.english, phrase, mark) }

        private mutating func append(_ text: String, _ phrase: Phrase?, _ mark: Mark? = nil) {
            let start = english.utf8.count
            english += text
            holes.append(Hole(start: start, end: english.utf8.count, phrase: phrase, mark: mark))
        }
    }

    package static func + (a: Phrase, b: Phrase) -> Phrase { "\(a)\(b)" }
    package static func += (a: inout Phrase, b: Phrase) { a = a + b }
}

extension Collection where Element == Phrase {
    package func joined(separator: Phrase = "") -> Phrase {
        guard count > 1 else { return first ?? "" }
        // One level, however many there are.
        var out = Phrase.StringInterpolation(literalCapacity: 0, interpolationCount: count * 2)
        for (index, phrase) in enumerated() {
            if index > 0 { out.appendInterpolation(separator) }
            out.appendInterpolation(phrase)
        }
        return Phrase(stringInterpolation: out)
    }
}
