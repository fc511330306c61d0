import JSON
import Telemetry

/// Walks over JSON bytes value by value without building anything. Every read is checked against the end, which reads as byte 0.
struct JSONScanner {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        // A byte-order mark is no JSON, but some writers put one.
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { at = 3 }
    }

    @inline(__always) private func byte(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    /// The first byte of what comes next; 0 at the end.
    @inline(__always) mutating func peek() -> UInt8 {
        var here = byte(at)
        while here == 0x20 || here == 0x0A || here == 0x0D || here == 0x09 {
            at += 1
            here = byte(at)
        }
        return here
    }

    @inline(__always) mutating func take(_ wanted: UInt8) -> Bool {
        guard peek() == wanted, at < bytes.count else { return false }
        at += 1
        return true
    }

    func failure(_ reason: String) -> JSONError { JSONError(offset: at, reason: reason) }

    /// After an element: true where another follows, false at the closing bracket.
    @inline(__always) mutating func another(before close: UInt8) throws(JSONError) -> Bool {
        if take(UInt8(ascii: ",")) { return true }
        if take(close) { return false }
        throw failure("expected ',' or the end of a list")
    }

    /// The bytes of a string as they stand, escapes and all.
    mutating func rawString() throws(JSONError) -> Range<Int> {
        guard take(UInt8(ascii: "\"")) else { throw failure("expected a text in quotes") }
        let start = at
        while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        guard at < bytes.count else { throw failure("the document ends inside a text") }
        at += 1
        return start..<(at - 1)
    }

    mutating func key() throws(JSONError) -> Range<Int> {
        let key = try rawString()
        guard take(UInt8(ascii: ":")) else { throw failure("expected ':'") }
        return key
    }

    func matches(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            var index = 0
            while index < letters.count {
                if byte(range.lowerBound + index) != letters[index] { return false }
                index += 1
            }
            return true
        }
    }

    /// The text of a string; nothing where the value is something else, which is passed over.
    mutating func text() throws(JSONError) -> String? {
        guard peek() == UInt8(ascii: "\"") else { try skip(); return nil }
        let range = try rawString()
        let raw = UnsafeBufferPointer(rebasing: bytes[range])
        guard raw.contains(UInt8(ascii: "\\")) else { return String(decoding: raw, as: UTF8.self) }
        return (try? JSONValue(parsing: bytes[(range.lowerBound - 1)...range.upperBound]))?.string
    }

    /// Passes over one value, however deep.
    mutating func skip() throws(JSONError) {
        var depth = 0
        repeat {
            switch peek() {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1; at += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { throw failure("expected a value") }
                depth -= 1
                at += 1
            case UInt8(ascii: "\""): _ = try rawString()
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw failure("expected a value") }
                at += 1
            case 0: throw failure("the document ends inside a value")
            default:
                let start = at
                while isWordByte(byte(at)) { at += 1 }
                guard at > start else { throw failure("expected a value") }
            }
        } while depth > 0
    }

    /// Letters, digits, signs: numbers and bare words such as `null` and `NaN`.
    private func isWordByte(_ byte: UInt8) -> Bool {
        (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 122) || byte == 43 || byte == 45 || byte == 46
    }
}

extension JSONScanner {
    /// A number, also one in quotes. Everything else is NaN and is passed over, so that lists keep their pairs.
    @inline(__always) mutating func number() throws(JSONError) -> Double {
        let first = peek()
        if first &- 48 < 10 || first == UInt8(ascii: "-") { return try digits() }
        guard first == UInt8(ascii: "\"") else { try skip(); return .nan }
        return try text().flatMap(Double.init) ?? .nan
    }

    /// A time as seconds since 1970: a number or RFC 3339.
    @inline(__always) mutating func time() throws(JSONError) -> Double {
        guard peek() == UInt8(ascii: "\"") else { return try number() }
        guard let text = try text() else { return .nan }
        return Double(text) ?? Timestamp.epoch(rfc3339: text) ?? .nan
    }

    /// Most numbers have at most 19 digits and a small exponent: those are exact with one multiplication or division
    /// (W. D. Clinger, "How to read floating point numbers accurately", 1990). The rest goes to the standard library.
    private mutating func digits() throws(JSONError) -> Double {
        let start = at
        var here = byte(at)
        let isNegative = here == UInt8(ascii: "-")
        if isNegative { at += 1; here = byte(at) }
        var mantissa: UInt64 = 0, count = 0, scale = 0
        while here &- 48 < 10 {
            mantissa = mantissa &* 10 &+ UInt64(here &- 48)
            count += 1
            at += 1
            here = byte(at)
        }
        if here == UInt8(ascii: ".") {
            at += 1
            here = byte(at)
            while here &- 48 < 10 {
                mantissa = mantissa &* 10 &+ UInt64(here &- 48)
                count += 1
                scale -= 1
                at += 1
                here = byte(at)
            }
        }
        var isPlain = count > 0 && count <= 19 && mantissa < 1 << 53
        if here | 0x20 == UInt8(ascii: "e") {
            at += 1
            here = byte(at)
            let isMinus = here == UInt8(ascii: "-")
            if isMinus || here == UInt8(ascii: "+") { at += 1; here = byte(at) }
            var exponent = 0, length = 0
            while here &- 48 < 10 {
                if exponent < 10_000 { exponent = exponent * 10 + Int(here &- 48) }
                length += 1
                at += 1
                here = byte(at)
            }
            isPlain = isPlain && length > 0
            scale += isMinus ? -exponent : exponent
        }
        if isWordByte(here) {
            // Not a number after all, such as 12abc or -Infinity: passed over as one word.
            while isWordByte(byte(at)) { at += 1 }
            return .nan
        }
        if isPlain, scale >= -22, scale <= 22 {
            let whole = Double(mantissa)
            let value = scale < 0 ? whole / powersOfTen[-scale] : whole * powersOfTen[scale]
            return isNegative ? -value : value
        }
        let value = Double(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<at]), as: UTF8.self)) ?? .nan
        return value.isFinite ? value : .nan
    }
}

private let powersOfTen: [Double] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
                                     1e20, 1e21, 1e22]
