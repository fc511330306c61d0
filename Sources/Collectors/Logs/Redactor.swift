/// Takes out of foreign text what could identify a person or open a door, before anything is stored. It cannot know every secret, so log
/// lines go through `shape(of:)`, which keeps words and drops every value.
package enum Redactor {
    /// Longer text is cut: one line of a log may hold a whole document.
    package static let inputLimit = 16_384

    /// Words stay; keys, tokens, passwords, addresses, ids and query strings become placeholders. For messages of exceptions and services.
    package static func redacted(_ text: some StringProtocol, limit: Int = 500) -> String {
        rewritten(text, limit: limit, keepsNumbers: true)
    }

    /// The shape of a line: like `redacted`, and numbers, times and quoted texts are gone as well, so that lines that say the same are the same.
    package static func shape(of text: some StringProtocol, limit: Int = 300) -> String {
        rewritten(text, limit: limit, keepsNumbers: false)
    }

    private static func rewritten(_ text: some StringProtocol, limit: Int, keepsNumbers: Bool) -> String {
        var words = RedactedWords(Array(text.utf8.prefix(inputLimit)), keepsNumbers: keepsNumbers)
        return cut(words.text(), to: limit)
    }

    private static func cut(_ text: String, to limit: Int) -> String {
        text.unicodeScalars.count <= limit ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit - 1))) + "…"
    }
}

/// One pass over the bytes of a text, word by word.
private struct RedactedWords {
    private let bytes: [UInt8]
    private let keepsNumbers: Bool
    private var at = 0
    private var out: [UInt8] = []
    /// The value that comes next belongs to a name such as `password`.
    private var hidesNext = false
    /// What the words before say about the next one.
    private var expects = SecretExpectation.nothing

    init(_ bytes: [UInt8], keepsNumbers: Bool) {
        self.bytes = bytes
        self.keepsNumbers = keepsNumbers
    }

    mutating func text() -> String {
        while at < bytes.count {
            let here = bytes[at]
            if isWordByte(here) {
                word()
            } else if !keepsNumbers || hidesNext || (expects.isValueInQuotes && out.last.map(SecretExpectation.opens) == true), here == UInt8(ascii: "\"") || here == UInt8(ascii: "'") || here == UInt8(ascii: "`"), let end = closing(here) {
                quoted(to: end)
            } else if here <= 0x20 || here == 0x7F {
                // Control characters have no place in a line; runs of them are one space.
                if out.last != 0x20, !out.isEmpty { out.append(0x20) }
                at += 1
            } else {
                if here == UInt8(ascii: ";") || here == UInt8(ascii: ",") || here == UInt8(ascii: "}") { hidesNext = false }
                if !SecretExpectation.opens(here) { expects = .nothing }
                out.append(here)
                at += 1
            }
        }
        while out.last == 0x20 { out.removeLast() }
        return String(decoding: out, as: UTF8.self)
    }

    /// Letters of a word, also those that hold addresses, keys and paths together.
    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, 0x80...: true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "%"),
             UInt8(ascii: "~"), UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: ":"), UInt8(ascii: "="): true
        default: false
        }
    }

    /// Where the quote that opens here ends; nothing for an apostrophe.
    private func closing(_ quote: UInt8) -> Int? {
        if quote == UInt8(ascii: "'"), let last = out.last, SecretShape.isAlphanumeric(last) { return nil }
        var index = at + 1
        while index < bytes.count, index - at <= 4_096 {
            if bytes[index] == UInt8(ascii: "\\") { index += 2; continue }
            if bytes[index] == quote { return index }
            index += 1
        }
        return nil
    }

    private mutating func quoted(to end: Int) {
        // A quoted name before a colon is a key and says something; everything else in quotes is a value.
        var next = end + 1
        while next < bytes.count, bytes[next] == 0x20 { next += 1 }
        let isKey = next < bytes.count && bytes[next] == UInt8(ascii: ":") && end - at <= 64
        if isKey {
            let name = bytes[(at + 1)..<end]
            out += name
            hidesNext = SecretShape.isSecretName(name)
        } else {
            out += (hidesNext || expects.isValueInQuotes ? "<secret>" : "<text>").utf8
            hidesNext = false
        }
        expects = .nothing
        at = end + 1
    }

    private mutating func word() {
        let start = at
        while at < bytes.count, isWordByte(bytes[at]) { at += 1 }
        var word = bytes[start..<at]
        let before = expects
        expects = .nothing
        while let mark = word.first, mark == UInt8(ascii: ":") || mark == UInt8(ascii: "=") {
            out.append(mark)
            word = word.dropFirst()
            if before.makesValueOfMarked { hidesNext = true }
        }
        if word.isEmpty { return }
        if hidesNext, word.contains(where: SecretShape.isAlphanumeric) {
            out += "<secret>".utf8
            // "Authorization: Bearer abc" has two words of value.
            hidesNext = SecretShape.isScheme(word)
            return
        }
        if let range = SecretShape.scheme(of: word) { return address(word, afterScheme: range) }
        switch before.verdict(on: word) {
        case .value:
            out += "<secret>".utf8
            return
        case .link:
            out += word
            expects = before
            return
        case .harmless: break
        }
        // NAME=value and name:value are two words; a value of an environment dump is dropped whatever it is.
        while let cut = word.firstIndex(where: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }), !SecretShape.isWhole(word) {
            let name = word[..<cut]
            let value = word[(cut + 1)...]
            piece(name)
            out.append(word[cut])
            let isAssignment = word[cut] == UInt8(ascii: "=")
            if SecretShape.isSecretName(name) || before.isCompleted(by: name) || (isAssignment && !name.isEmpty && !keepsNumbers) || (isAssignment && SecretShape.isEnvironmentName(name)) {
                if !value.isEmpty { out += "<secret>".utf8 }
                hidesNext = value.isEmpty ? SecretShape.isSecretName(name) || before.isCompleted(by: name) : SecretShape.isScheme(value)
                return
            }
            word = value
        }
        piece(word)
        expects = SecretExpectation(after: word, before)
    }

    private mutating func piece(_ word: ArraySlice<UInt8>) {
        guard !word.isEmpty else { return }
        if let placeholder = SecretShape.placeholder(for: word, keepsNumbers: keepsNumbers) {
            out += placeholder.utf8
        } else if keepsNumbers {
            out += word
        } else {
            SecretShape.appendWithoutNumbers(word, to: &out)
        }
    }

    /// `https://user:pass@host/path?query`: scheme, host and path stay, ids in the path become placeholders.
    private mutating func address(_ word: ArraySlice<UInt8>, afterScheme: Int) {
        out += word[..<afterScheme]
        var rest = word[afterScheme...]
        if let cut = rest.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) { rest = rest[..<cut] }
        let hostEnd = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        if let user = rest[..<hostEnd].lastIndex(of: UInt8(ascii: "@")) { rest = rest[(user + 1)...] }
        for (index, part) in rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).enumerated() {
            if index > 0 { out.append(UInt8(ascii: "/")) }
            if index == 0, let colon = part.firstIndex(of: UInt8(ascii: ":")) {
                piece(part[..<colon])
                out += part[colon...]
            } else {
                piece(part)
            }
        }
    }
}
