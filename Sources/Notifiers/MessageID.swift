import Digests

/// Ids of messages: a digest of what the message is about, never of the clock, so that a run that is repeated after a crash makes the same id.
package enum MessageID {
    /// 26 characters of base32 (RFC 4648, lower case) over the SHA-256 of the parts. No dot: the signature's text uses dots.
    package static func make(_ parts: String...) -> String {
        // A length before each part keeps ("ab", "c") apart from ("a", "bc").
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var out: [UInt8] = [], word: UInt32 = 0, bits: UInt32 = 0
        for byte in sha256(text) {
            word = word << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                out.append(alphabet[Int(word >> bits & 31)])
            }
        }
        return String(decoding: out.prefix(26), as: UTF8.self)
    }
}
