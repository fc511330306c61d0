/// The words of a template between `{{#t}}` and `{{/t}}`, said in a language before the template is read: pages pay nothing for it.
struct TemplateWords {
    private enum Part {
        case markup(Substring)
        /// `All times {0}, {1}` with the tags that stand for the numbers.
        case words(key: String, source: Substring, tags: [Substring])
    }

    private static let open = "{{#t}}", close = "{{/t}}"
    private var parts: [Part] = []

    init(_ template: String, file: String) throws(TemplateError) {
        var rest = Substring(template), line = 1
        while let start = rest.firstRange(of: Self.open) {
            parts.append(.markup(rest[..<start.lowerBound]))
            line += rest[..<start.upperBound].utf8.count { $0 == 10 }
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: Self.close) else { throw TemplateError(file: file, line: line, message: "'{{#t}}' is not closed; put '{{/t}}' behind the words") }
            let words = rest[..<end.lowerBound]
            guard !words.contains("<"), !words.contains("{{#"), !words.contains("{{^"), !words.contains("{{/") else {
                throw TemplateError(file: file, line: line, message: "between '{{#t}}' and '{{/t}}' stand words and values alone; put tags and sections outside")
            }
            parts.append(Self.words(words))
            line += words.utf8.count { $0 == 10 }
            rest = rest[end.upperBound...]
        }
        parts.append(.markup(rest))
    }

    private static func words(_ source: Substring) -> Part {
        var key = "", tags: [Substring] = [], rest = source
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            // Three braces are closed by three.
            let end = rest[close.upperBound...].first == "}" ? rest.index(after: close.upperBound) : close.upperBound
            key += rest[..<open.lowerBound] + "{\(tags.count)}"
            tags.append(rest[open.lowerBound..<end])
            rest = rest[end...]
        }
        return .words(key: Phrase.normal(key + rest), source: source, tags: tags)
    }

    var phrases: [String] { parts.compactMap { if case .words(let key, _, _) = $0 { key } else { nil } } }

    func text(in language: Language?) -> String {
        var out = ""
        for part in parts {
            switch part {
            case .markup(let markup): out += markup
            case .words(let key, let source, let tags):
                guard let saying = language?.saying(key, form: nil, isOwn: true) else { out += source; continue }
                for piece in saying.parts {
                    switch piece {
                    case .text(let words):
                        var markup = Markup()
                        markup.text(words)
                        out += markup.string
                    case .hole(let number, _): if tags.indices.contains(number) { out += tags[number] }
                    }
                }
            }
        }
        return out
    }
}

/// The few words of the script: its texts in double quotes that a language knows and that have a space, which no name of the page's has.
enum ScriptWords {
    static func bytes(of script: [UInt8], in language: Language) -> [UInt8] {
        var out = "", rest = Substring(String(decoding: script, as: UTF8.self))
        while let open = rest.firstIndex(of: "\""), let close = rest[rest.index(after: open)...].firstIndex(of: "\"") {
            let inner = rest[rest.index(after: open)..<close], text = String(inner).replacing("\\u00a0", with: "\u{A0}")
            out += rest[...open]
            let said = text.contains { $0 == " " || $0 == "\u{A0}" } ? Phrase.known(text).text(in: language) : text
            out += said == text ? String(inner) : said.replacing("\\", with: "").replacing("\"", with: "").replacing("\u{A0}", with: "\\u00a0").replacing("<", with: "\\u003c")
            out += "\""
            rest = rest[rest.index(after: close)...]
        }
        return Array((out + rest).utf8)
    }
}
