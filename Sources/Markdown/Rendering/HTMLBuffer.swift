/// The HTML in the making. What comes from a text goes through one of the escaping functions; it stops growing at its limit.
struct HTMLBuffer {
    private(set) var bytes: [UInt8] = []
    /// Set for good once something did not fit.
    private(set) var isFull = false
    let limit: Int

    /// Our own markup.
    mutating func raw(_ markup: StaticString) { markup.withUTF8Buffer { append($0) } }

    /// Markup that was made safe elsewhere.
    mutating func trusted(_ markup: String) { append(markup.utf8) }

    mutating func number(_ value: Int) { append(String(value).utf8) }

    /// For text and for quoted attributes alike.
    mutating func escaped(_ text: some Sequence<UInt8>) { replacing(in: text, where: Self.isTextSpecial, with: Self.entity) }

    mutating func escaped(_ text: String) { escaped(text.utf8) }

    /// For `href` and `src`: what no URL may hold is percent-encoded, what is encoded already stays.
    mutating func escaped(url: some Sequence<UInt8>) {
        replacing(in: URLBytes.whole(Array(url)), where: { !URLBytes.isAllowed($0) }, with: { $0 == UInt8(ascii: "&") ? Self.entity($0) : URLBytes.encoded($0) })
    }

    private static func isTextSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"") || byte < 32 && isForbidden(byte) || byte == 127
    }

    /// Control characters that no HTML may hold.
    private static func isForbidden(_ byte: UInt8) -> Bool { byte != UInt8(ascii: "\t") && byte != UInt8(ascii: "\n") && byte != 12 && byte != UInt8(ascii: "\r") }

    private static func entity(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "<"): less
        case UInt8(ascii: ">"): more
        case UInt8(ascii: "\""): quote
        case UInt8(ascii: "&"): ampersand
        default: replacement
        }
    }

    private static let ampersand = Array("&amp;".utf8), less = Array("&lt;".utf8), more = Array("&gt;".utf8), quote = Array("&quot;".utf8), replacement = Array("\u{FFFD}".utf8)

    private mutating func replacing(in text: some Sequence<UInt8>, where isSpecial: (UInt8) -> Bool, with replacement: (UInt8) -> [UInt8]) {
        guard room() else { return }
        if text.withContiguousStorageIfAvailable({ copy($0, isSpecial, replacement) }) == nil {
            Array(text).withUnsafeBufferPointer { copy($0, isSpecial, replacement) }
        }
    }

    // What lies between the replaced bytes goes over in one piece: most texts have none. Asking first keeps the loop over plain bytes free of arrays.
    @inline(__always)
    private mutating func copy(_ text: UnsafeBufferPointer<UInt8>, _ isSpecial: (UInt8) -> Bool, _ replacement: (UInt8) -> [UInt8]) {
        var start = 0
        for at in text.indices where isSpecial(text[at]) {
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<at]))
            bytes.append(contentsOf: replacement(text[at]))
            start = at + 1
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    /// Begins a new line unless one has begun.
    mutating func startLine() {
        if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    }

    private mutating func append(_ more: some Collection<UInt8>) {
        guard room(for: more.count) else { return }
        bytes.append(contentsOf: more)
    }

    // A literal is at most six times the input's limit, so looking at its start is enough.
    private mutating func room(for count: Int = 0) -> Bool {
        if bytes.count + count > limit { isFull = true }
        return !isFull
    }
}

/// Which bytes stand for themselves in a URL.
enum URLBytes {
    static func isAllowed(_ byte: UInt8) -> Bool { allowed[Int(byte)] }

    private static let allowed = (0...UInt8.max).map { isUnreserved($0) || "!#$%'()*+,/:;=?@".utf8.contains($0) }

    /// A percent sign that begins no code stands for itself.
    static func whole(_ url: [UInt8]) -> [UInt8] {
        guard url.contains(UInt8(ascii: "%")) else { return url }
        func isHex(_ at: Int) -> Bool { url.indices.contains(at) && Character(UnicodeScalar(url[at])).isHexDigit && url[at] < 128 }
        return url.indices.flatMap { url[$0] == UInt8(ascii: "%") && !(isHex($0 + 1) && isHex($0 + 2)) ? encoded(url[$0]) : [url[$0]] }
    }

    /// RFC 3986, 2.3.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
             UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }

    static func encoded(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    /// A value as one piece of a URL.
    static func encoded(_ value: String) -> [UInt8] { value.utf8.flatMap { isUnreserved($0) ? [$0] : encoded($0) } }
}
