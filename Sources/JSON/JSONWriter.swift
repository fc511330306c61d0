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

    private func write(into out: inout [UInt8], indent: Int?) {
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

    private static func newline(_ level: Int, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        for _ in 0..<level * 2 { out.append(UInt8(ascii: " ")) }
    }

    /// JSON has no NaN and no infinity: they become `null`.
    private static func number(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        if let whole = Int64(exactly: value), abs(value) < 9_007_199_254_740_992 { return String(whole) }
        return "\(value)"
    }

    private static func write(_ text: String, into out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: out += "\\\"".utf8
            case 0x5C: out += "\\\\".utf8
            case 0x0A: out += "\\n".utf8
            case 0x0D: out += "\\r".utf8
            case 0x09: out += "\\t".utf8
            case 0..<0x20, 0x3C, 0x3E, 0x26, 0x7F, 0x2028, 0x2029:
                let hex = String(scalar.value, radix: 16)
                out += ("\\u" + String(repeating: "0", count: 4 - hex.count) + hex).utf8
            default: out += UTF8.encode(scalar).map(Array.init) ?? []
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}
