/// Takes some members out of an object that comes piece by piece, so that a document with an entry for each of ten thousand is not held for
/// the few lines that are wanted. What is passed over is not judged, but the object must come to its end.
package struct JSONExcerpt {
    private enum Part { case key, value }

    private let wanted: [[UInt8]]
    private var taken = [UInt8(ascii: "{")]
    private var key: [UInt8] = []
    private var part = Part.key
    private var isWanted = false
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var hasEnded = false
    private var isBroken = false

    /// - Parameter members: plain names, which are written as they are.
    package init(_ members: [String]) { wanted = members.map { Array("\"\($0)\"".utf8) } }

    package mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        for byte in bytes {
            if isInString {
                keep(byte)
                if isEscaped { isEscaped = false } else if byte == UInt8(ascii: "\\") { isEscaped = true } else if byte == UInt8(ascii: "\"") { isInString = false }
                continue
            }
            switch byte {
            case 0x20, 0x0A, 0x0D, 0x09: if part == .value { keep(byte) }
            case _ where hasEnded: isBroken = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth > 0 { keep(byte) } else if byte == UInt8(ascii: "[") { isBroken = true }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth > 0 { keep(byte); break }
                if depth < 0 || byte == UInt8(ascii: "]") { isBroken = true }
                endMember()
                hasEnded = true
            case UInt8(ascii: ",") where depth == 1: endMember()
            case UInt8(ascii: ":") where depth == 1 && part == .key: endKey()
            case UInt8(ascii: "\""):
                isInString = true
                keep(byte)
            default: keep(byte)
            }
        }
    }

    /// The wanted members that were there.
    /// - Throws: `JSONError` where the object did not end, or what was taken is no JSON.
    package func value() throws(JSONError) -> JSONValue {
        guard hasEnded, !isBroken else { throw JSONError(offset: 0, reason: "the document is no whole object") }
        return try JSONValue(parsing: taken + [UInt8(ascii: "}")])
    }

    private mutating func keep(_ byte: UInt8) {
        if depth == 0 { isBroken = true } else if part == .value { if isWanted { taken.append(byte) } } else if depth == 1 { key.append(byte) }
    }

    private mutating func endKey() {
        isWanted = wanted.contains(key)
        if isWanted {
            if taken.count > 1 { taken.append(UInt8(ascii: ",")) }
            taken += key
            taken.append(UInt8(ascii: ":"))
        }
        key = []
        part = .value
    }

    private mutating func endMember() {
        // An empty object has neither; a word without a value is no member.
        if !key.isEmpty { isBroken = true }
        part = .key
    }
}
