import Telemetry

/// Bytes of HTML or SVG in the making. Everything foreign goes through `text`, which escapes for text and for quoted attributes alike.
package struct Markup: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// What its phrases are said in; nothing: English.
    package let language: Language?

    package init(_ language: Language? = nil, reserving count: Int = 0) {
        self.language = language
        if count > 0 { bytes.reserveCapacity(count) }
    }

    package init(_ raw: String) {
        language = nil
        bytes = Array(raw.utf8)
    }

    package var isEmpty: Bool { bytes.isEmpty }
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether a stretch without a space outside of tags is too long for a column of a table.
    var hasLongWord: Bool {
        guard bytes.count > Self.longWord else { return false }
        var length = 0, isInTag = false
        for byte in bytes {
            if byte == UInt8(ascii: "<") { isInTag = true; length = 0 } else if byte == UInt8(ascii: ">") { isInTag = false }
            else if byte == UInt8(ascii: " ") { length = 0 } else if !isInTag { length += 1 }
            if length > Self.longWord { return true }
        }
        return false
    }
    static let longWord = 32

    /// Our own markup, as it is.
    package mutating func raw(_ markup: StaticString) {
        markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    package mutating func append(_ other: Markup) { bytes.append(contentsOf: other.bytes) }

    /// Markup that was made safe elsewhere: rendered Markdown, a finished block.
    package mutating func trusted(_ markup: String) { bytes.append(contentsOf: markup.utf8) }

    /// Words in the language of the page, escaped.
    package mutating func text(_ phrase: Phrase) {
        guard language != nil || phrase.hasMarks else { return text(phrase.english) }
        phrase.say(in: language) { piece in
            switch piece {
            case .text(let words): text(String(words))
            case .open(let mark): open(mark)
            case .close(let mark): close(mark)
            }
        }
    }

    private mutating func open(_ mark: Phrase.Mark) {
        switch mark {
        case .strong: raw("<strong>")
        case .code: raw("<code>")
        case .bold: raw("<b>")
        case .shadedCritical: raw("<span class=\"x-crit\">")
        case .shadedWarning: raw("<span class=\"x-warn\">")
        case .live: raw("<span class=\"live\">")
        }
    }

    private mutating func close(_ mark: Phrase.Mark) {
        switch mark {
        case .strong: raw("</strong>")
        case .code: raw("</code>")
        case .bold: raw("</b>")
        case .shadedCritical, .shadedWarning, .live: raw("</span>")
        }
    }

    /// Foreign or generated text, escaped. Control characters that HTML forbids become U+FFFD.
    @_disfavoredOverload package mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { source in
            // Stretches without anything to escape are copied whole.
            var copied = 0
            for at in source.indices {
                var escape = Self.escape(source[at]), next = at + 1
                // U+0080 to U+009F, which HTML forbids: C2 and a byte below A0.
                if escape == nil, source[at] == 0xC2, next < source.count, source[next] < 0xA0 { escape = "\u{FFFD}"; next += 1 }
                guard let escape else { continue }
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[copied..<at]))
                raw(escape)
                copied = next
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[copied...]))
        }
    }

    @inline(__always)
    private static func escape(_ byte: UInt8) -> StaticString? {
        // Letters and all that is beyond ASCII: nearly everything.
        if byte > 62, byte != 127 { return nil }
        return switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        case 0..<9, 11, 12, 14..<32, 127: "\u{FFFD}"
        default: nil
        }
    }

    /// `2026-11-20T10:05:00Z`
    package mutating func time(_ time: Timestamp) { time.appendRFC3339(to: &bytes) }

    /// Bytes of our own markup.
    mutating func append(_ markup: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: markup) }

    package mutating func number(_ value: Int) { write(atMost: 24) { $0.number(value) } }

    /// A number in tenths, without a trailing zero: `1234` is `123.4`, `1230` is `123`.
    package mutating func tenths(_ value: Int) { write(atMost: 24) { $0.tenths(value) } }

    /// A number in hundredths, without trailing zeros.
    package mutating func hundredths(_ value: Int) { write(atMost: 24) { $0.hundredths(value) } }

    /// A share of the width as `12.34%`.
    package mutating func percent(_ share: Double) {
        hundredths(scaled(share, by: 10_000))
        bytes.append(UInt8(ascii: "%"))
    }
}

/// `value × factor` as a whole number; NaN is 0 and what does not fit is cut off, so that no input can trap.
package func scaled(_ value: Double, by factor: Double) -> Int {
    let product = (value * factor).rounded()
    guard product.isFinite else { return product.isNaN ? 0 : (product > 0 ? 1_000_000_000_000 : -1_000_000_000_000) }
    return Int(max(-1e12, min(1e12, product)))
}
