extension JSONValue {
    /// The document as UTF-8: members in the order given, numbers in the shortest form that reads back the same, and
    /// `<`, `>`, `&`, U+2028 and U+2029 escaped so that it is safe wherever it is pasted. With `pretty`, two spaces a level.
    package func bytes(pretty: Bool = false) -> [UInt8] {
        var out: [UInt8] = []
        write(into: &out, indent: pretty ? 0 : nil)
        if pretty { out.append(UInt8(ascii: "\n")) }
        return out
    }

    package func text(pretty: Bool = false) -> String { String(decoding: bytes(pretty: pretty), as: UTF8.self) }

    func write(into out: inout [UInt8], indent: Int?) {
        switch self {
        case .null: out += "null".utf8
        case .bool(let value): out += (value ? "true" : "false").utf8
        case .number(let value): out += Self.number(value).utf8
        case .string(let text): Self.write(text, into: &out)
        case .array(let items):
            Self.write(items, between: "[", "]", into: &out, indent: indent) { item, out, indent in item.write(into: &out, indent: indent) }
        case .object(let members):
            Self.write(members, between: "{", "}", into: &out, indent: indent) { member, out, indent in
                Self.write(member.key, into: &out)
                out += (indent == nil ? ":" : ": ").utf8
                member.value.write(into: &out, indent: indent)
            }
        }
    }

    private static func write<Item>(_ items: [Item], between open: String, _ close: String, into out: inout [UInt8], indent: Int?,
                                    each: (Item, inout [UInt8], Int?) -> Void) {
        out += open.utf8
        let inner = indent.map { $0 + 1 }
        for (index, item) in items.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            if let inner { newline(inner, into: &out) }
            each(item, &out, inner)
        }
        if let indent, !items.isEmpty { newline(indent, into: &out) }
        out += close.utf8
    }

    static func newline(_ level: Int, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        for _ in 0..<level * 2 { out.append(UInt8(ascii: " ")) }
    }

    /// JSON has no NaN and no infinity: they become `null`.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if let whole = Int64(exactly: value), abs(value) < 9_007_199_254_740_992 { return String(whole) }
        return "\(value)"
    }

    static func write(_ text: String, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            // Stretches without anything to escape are copied whole.
            var copied = 0
            for at in bytes.indices where needsEscape(bytes, at) {
                out += bytes[copied..<at]
                copied = at + escape(bytes, at, into: &out)
            }
            out += bytes[copied...]
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
        switch bytes[at] {
        case 0..<0x20, 0x22, 0x26, 0x3C, 0x3E, 0x5C, 0x7F: true
        // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
        case 0xE2: at + 2 < bytes.count && bytes[at + 1] == 0x80 && bytes[at + 2] & 0xFE == 0xA8
        default: false
        }
    }

    /// Gives the number of bytes that were escaped.
    private static func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, into out: inout [UInt8]) -> Int {
        switch bytes[at] {
        case 0x22: out += "\\\"".utf8
        case 0x5C: out += "\\\\".utf8
        case 0x0A: out += "\\n".utf8
        case 0x0D: out += "\\r".utf8
        case 0x09: out += "\\t".utf8
        case 0xE2:
            out += (bytes[at + 2] == 0xA8 ? "\\u2028" : "\\u2029").utf8
            return 3
        default:
            let digits = Array("0123456789abcdef".utf8)
            out += "\\u00".utf8
            out.append(digits[Int(bytes[at] >> 4)])
            out.append(digits[Int(bytes[at] & 15)])
        }
        return 1
    }
}
