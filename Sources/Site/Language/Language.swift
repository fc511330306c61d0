import Synchronization

/// What another language, or a fleet that wants words of its own, says instead of the English phrases. English as it is shipped has none:
/// then nothing is looked up. A class, because every piece of markup carries it.
package final class Language: Sendable {
    /// `de`, as `lang` of a page says it (RFC 5646).
    package let tag: String
    private let entries: [String: Saying]
    /// By their form: sentences that are filled in elsewhere.
    private let tellings: [String: [Telling]]
    /// Phrases that were wanted and are not there; for tests, which say what is left to translate.
    private let missing: Mutex<Set<String>>?

    init(tag: String, entries: [String: Saying], recordsMissing: Bool = false) {
        self.tag = tag
        self.entries = entries
        tellings = Telling.all(entries)
        missing = recordsMissing ? Mutex([]) : nil
    }

    /// The same, noting each phrase that it lacks.
    package func recording() -> Language { Language(tag: tag, entries: entries, recordsMissing: true) }
    package var missingPhrases: [String] { missing?.withLock { $0.sorted() } ?? [] }

    /// How a phrase is said; nothing where English stands for it.
    func saying(_ key: String, form: String?, isOwn: Bool) -> Saying? {
        if let form, let found = entries["\(key)|\(form)"] { return found }
        if let found = entries[key] { return found }
        if isOwn { missing?.withLock { _ = $0.insert(key) } }
        return nil
    }
}

extension Language {
    /// What a filled-in text says, and the values in it; nothing where English stands for it.
    func telling(_ text: String, form: String) -> (saying: Saying, values: [Int: String])? {
        if let saying = entries["\(Phrase.normal(text))|\(form)"] { return (saying, [:]) }
        for telling in tellings[form] ?? [] {
            if let values = telling.values(in: text) { return (telling.saying, values) }
        }
        return nil
    }
}

/// One translated phrase, taken apart once: texts, and holes by their number in English.
struct Saying: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        case hole(Int, form: String?)
    }

    var parts: [Part]

    /// `{0} of {1|dative} need attention`. Braces that hold no number are text.
    init(_ template: String) {
        var parts: [Part] = [], text = "", rest = Substring(template)
        while let open = rest.firstIndex(of: "{") {
            let inner = rest[rest.index(after: open)...].prefix { $0 != "}" }
            text += rest[..<open]
            let halves = inner.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
            guard inner.endIndex < rest.endIndex, let first = halves.first, let number = Int(first), number >= 0 else {
                text += "{"
                rest = rest[rest.index(after: open)...]
                continue
            }
            if !text.isEmpty { parts.append(.text(text)); text = "" }
            parts.append(.hole(number, form: halves.count > 1 ? String(halves[1]) : nil))
            rest = rest[inner.endIndex...].dropFirst()
        }
        text += rest
        if !text.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    var holes: Set<Int> { Set(parts.compactMap { if case .hole(let number, _) = $0 { number } else { nil } }) }
}

extension Phrase {
    /// A stretch of a phrase on its way to the page.
    enum Piece {
        case text(Substring)
        case open(Mark)
        case close(Mark)
    }

    /// The phrase in a language, piece by piece.
    func say(in language: Language?, form: String? = nil, _ emit: (Piece) -> Void) {
        guard kind != .verbatim else { return emit(.text(english[...])) }
        guard let language else { return sayEnglish(nil, emit) }
        if kind == .told { return tell(english, in: language, as: form ?? "", emit) }
        let (before, key, after) = lookup
        guard Self.hasLetters(key), let saying = language.saying(key, form: form, isOwn: kind == .words) else { return sayEnglish(language, emit) }
        if !before.isEmpty { emit(.text(before)) }
        for part in saying.parts {
            switch part {
            case .text(let text): emit(.text(text[...]))
            case .hole(let number, let form): if holes.indices.contains(number) { say(holes[number], in: language, form: form, emit) }
            }
        }
        if !after.isEmpty { emit(.text(after)) }
    }

    /// As a text of its own: titles, labels that are measured.
    package func text(in language: Language?) -> String {
        guard language != nil else { return english }
        var out = ""
        say(in: language) { if case .text(let text) = $0 { out += text } }
        return out
    }

    private func tell(_ text: String, in language: Language, as form: String, _ emit: (Piece) -> Void) {
        let parts = text.split(separator: "; ").map(String.init)
        if parts.count > 1, parts.allSatisfy({ language.telling($0, form: form) != nil }) {
            for (index, part) in parts.enumerated() {
                if index > 0 { emit(.text("; ")) }
                tell(part, in: language, as: form, emit)
            }
            return
        }
        guard let (saying, values) = language.telling(text, form: form) else { return emit(.text(text[...])) }
        for part in saying.parts {
            switch part {
            case .text(let words): emit(.text(words[...]))
            case .hole(let number, let form):
                guard let value = values[number] else { continue }
                if let form { tell(value, in: language, as: form, emit) } else { emit(.text(value[...])) }
            }
        }
    }

    private func sayEnglish(_ language: Language?, _ emit: (Piece) -> Void) {
        let utf8 = english.utf8
        var at = 0
        for hole in holes {
            if hole.start > at { emit(.text(slice(at, hole.start))) }
            say(hole, in: language, form: nil, emit)
            at = hole.end
        }
        if at < utf8.count { emit(.text(slice(at, utf8.count))) }
    }

    private func say(_ hole: Hole, in language: Language?, form: String?, _ emit: (Piece) -> Void) {
        if let mark = hole.mark { emit(.open(mark)) }
        // In English the text around a phrase may have changed it.
        if let phrase = hole.phrase, language != nil || phrase.hasMarks { phrase.say(in: language, form: form ?? hole.form, emit) } else { emit(.text(slice(hole.start, hole.end))) }
        if let mark = hole.mark { emit(.close(mark)) }
    }

    private func slice(_ start: Int, _ end: Int) -> Substring {
        let utf8 = english.utf8
        return english[utf8.index(utf8.startIndex, offsetBy: start)..<utf8.index(utf8.startIndex, offsetBy: end)]
    }

    /// The key of the phrase, `{0} of {1} need attention`, and the spaces around it, which no file has to repeat.
    var lookup: (before: Substring, key: String, after: Substring) {
        var key = "", at = 0
        for (number, hole) in holes.enumerated() {
            key += slice(at, hole.start)
            key += "{\(number)}"
            at = hole.end
        }
        key += slice(at, english.utf8.count)
        let isSpace = { (letter: Character) in letter == " " || letter == "\u{A0}" }
        let before = key.prefix(while: isSpace), rest = key.dropFirst(before.count)
        let trimmed = rest.lastIndex { !isSpace($0) }.map { rest[...$0] } ?? rest[..<rest.startIndex]
        return (before, Self.normal(trimmed), rest[trimmed.endIndex...])
    }

    /// Keys are written with plain spaces.
    static func normal(_ key: some StringProtocol) -> String { key.contains("\u{A0}") ? String(key.map { $0 == "\u{A0}" ? " " : $0 }) : String(key) }

    /// `{0}, {1}` says nothing of its own.
    static func hasLetters(_ key: String) -> Bool { key.utf8.contains { ($0 | 0x20) >= UInt8(ascii: "a") && ($0 | 0x20) <= UInt8(ascii: "z") } }
}
