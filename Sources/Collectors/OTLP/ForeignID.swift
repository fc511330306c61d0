import Digests
import JSON

/// Ids of traces and spans as other writers state them, brought to the form that is stored and that becomes a path: 32 and 16 hex digits.
enum ForeignID {
    /// An id of OTLP/JSON: hex digits, or the base64 that protobuf's own JSON writes for bytes. All zeros is no id.
    static func otlp(trace value: JSONValue?) -> String? { otlp(value, bytes: 16) }
    static func otlp(span value: JSONValue?) -> String? { otlp(value, bytes: 8) }

    /// An id of Jaeger: up to as many hex digits, without leading zeros. Test data and old tracers write any word, which gets digits of its own.
    static func jaeger(trace value: JSONValue?) -> String? { jaeger(value, digits: 32) }
    static func jaeger(span value: JSONValue?) -> String? { jaeger(value, digits: 16) }

    private static func otlp(_ value: JSONValue?, bytes: Int) -> String? {
        guard let text = value?.string, text.utf8.count <= 64 else { return nil }
        if text.utf8.count == bytes * 2, text.utf8.allSatisfy(isHex) { return unlessZero(text.lowercased()) }
        guard let decoded = base64Decoded(text), decoded.count == bytes else { return nil }
        return unlessZero(hex(decoded))
    }

    private static func jaeger(_ value: JSONValue?, digits: Int) -> String? {
        guard let text = value?.string, !text.isEmpty else { return nil }
        if text.utf8.count <= digits, text.utf8.allSatisfy(isHex) { return unlessZero(padded(text.lowercased(), to: digits)) }
        let first = padded(String(digest(text, seed: 0xCBF2_9CE4_8422_2325), radix: 16), to: 16)
        return digits == 16 ? first : first + padded(String(digest(text, seed: 0x8422_2325_CBF2_9CE4), radix: 16), to: 16)
    }

    /// FNV-1a: the same word is the same id in every file.
    private static func digest(_ text: String, seed: UInt64) -> UInt64 { text.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }

    private static func padded(_ text: String, to count: Int) -> String { String(repeating: "0", count: max(0, count - text.utf8.count)) + text }
    private static func unlessZero(_ text: String) -> String? { text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } ? nil : text }
    private static func isHex(_ byte: UInt8) -> Bool { byte &- 48 < 10 || (byte | 0x20) &- 97 < 6 }
}
