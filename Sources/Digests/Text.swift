/// The bytes as lower-case hexadecimal digits.
package func hex(_ bytes: some Collection<UInt8>) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { text in
        var at = 0
        for byte in bytes {
            text[at] = digit(byte >> 4)
            text[at + 1] = digit(byte & 15)
            at += 2
        }
        return at
    }
}

/// The same for a 64-bit hash: always 16 digits.
package func hex(_ value: UInt64) -> String {
    hex((0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) })
}

private func digit(_ value: UInt8) -> UInt8 { value < 10 ? 48 + value : 87 + value }

/// The bytes as base64 with padding (RFC 4648, section 4).
package func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    out.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
        for place in 0..<4 {
            out.append(place <= group.count ? alphabet[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: out, as: UTF8.self)
}

/// Reads base64 of either alphabet, with or without padding; white space is skipped. Nothing where another byte turns up,
/// or where what remains is no whole byte.
package func base64Decoded(_ text: some StringProtocol) -> [UInt8]? {
    var out: [UInt8] = []
    var word: UInt32 = 0, bits = 0, padding = 0
    for byte in text.utf8 {
        let value: UInt8
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
        case UInt8(ascii: "="): padding += 1; continue
        case 0x20, 0x0A, 0x0D, 0x09: continue
        default: return nil
        }
        guard padding == 0 else { return nil }
        word = word << 6 | UInt32(value)
        bits += 6
        if bits >= 8 {
            bits -= 8
            out.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            word &= (1 << UInt32(bits)) - 1
        }
    }
    // Left-over bits must be the zeros that fill the last letter.
    guard bits < 6, word == 0, padding == 0 || padding * 2 == bits else { return nil }
    return out
}
