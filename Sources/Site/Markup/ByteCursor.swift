/// Writes into memory of a known size: a byte costs a comparison and a store, where appending to an array costs ten times that.
/// What does not fit is left out, so that no number can write outside.
struct ByteCursor {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        guard count < buffer.count else { return }
        buffer[count] = byte
        count += 1
    }

    @inline(__always)
    mutating func number(_ value: Int) {
        if value < 0 { put(UInt8(ascii: "-")) }
        magnitude(value.magnitude)
    }

    /// A number in tenths, without a trailing zero: `1234` is `123.4`, `1230` is `123`.
    @inline(__always)
    mutating func tenths(_ value: Int) {
        if value < 0 { put(UInt8(ascii: "-")) }
        let all = value.magnitude
        magnitude(all / 10)
        fraction(all % 10, 1)
    }

    /// A number in hundredths, without trailing zeros.
    mutating func hundredths(_ value: Int) {
        if value < 0 { put(UInt8(ascii: "-")) }
        let all = value.magnitude, rest = all % 100
        magnitude(all / 100)
        if rest % 10 == 0 { fraction(rest / 10, 1) } else { fraction(rest, 2) }
    }

    @inline(__always)
    private mutating func fraction(_ rest: UInt, _ digits: Int) {
        guard rest > 0 else { return }
        put(UInt8(ascii: "."))
        if digits == 2 { digit(rest / 10) }
        digit(rest % 10)
    }

    // Nearly every number in a chart is under 10,000. Dividing by constants is a multiplication; dividing by a variable is not,
    // and this is the innermost loop of all pages.
    @inline(__always)
    private mutating func magnitude(_ value: UInt) {
        if value >= 10_000 { long(value); return }
        if value >= 1_000 { digit(value / 1_000) }
        if value >= 100 { digit(value / 100 % 10) }
        if value >= 10 { digit(value / 10 % 10) }
        digit(value % 10)
    }

    private mutating func long(_ value: UInt) {
        if value >= 10 { long(value / 10) }
        digit(value % 10)
    }

    @inline(__always)
    private mutating func digit(_ digit: UInt) { put(UInt8(truncatingIfNeeded: 48 &+ digit)) }
}

extension Markup {
    /// Lets `body` write at most `count` bytes of our own markup: for loops over many numbers.
    @inline(__always)
    mutating func write(atMost count: Int, _ body: (inout ByteCursor) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, count)) { buffer in
            var cursor = ByteCursor(buffer)
            body(&cursor)
            append(UnsafeBufferPointer(rebasing: buffer[..<cursor.count]))
        }
    }
}
