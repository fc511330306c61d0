/// Writes small records as bytes: whole numbers in as few bytes as they need, texts with their length before them.
struct Packer {
    private(set) var bytes: [UInt8] = []

    /// Closes the record with its checksum, seeded with what the record belongs to.
    func sealed(for owner: Int64) -> [UInt8] {
        withUnsafeBytes(of: Self.checksum(bytes, owner).littleEndian) { bytes + Array($0) }
    }

    mutating func add(_ value: Int) {
        // Zigzag, so that small negative numbers stay small.
        var rest = UInt64(bitPattern: Int64(value << 1 ^ value >> 63))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func add(_ value: Double) { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    mutating func add(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func add(_ value: String) {
        add(value.utf8.count)
        bytes.append(contentsOf: value.utf8)
    }

    mutating func add<Value>(_ value: Value?, _ write: (inout Packer, Value) -> Void) {
        add(value != nil)
        if let value { write(&self, value) }
    }

    mutating func add(_ value: String?) { add(value) { $0.add($1) } }
    mutating func add(_ value: Double?) { add(value) { $0.add($1) } }
    mutating func add(_ value: Int?) { add(value) { $0.add($1) } }

    mutating func add<Element>(_ list: [Element], _ write: (inout Packer, Element) -> Void) {
        add(list.count)
        for element in list { write(&self, element) }
    }

    mutating func add(_ texts: [String: String]) {
        add(texts.sorted { $0.key < $1.key }) {
            $0.add($1.key)
            $0.add($1.value)
        }
    }

    fileprivate static func checksum(_ bytes: [UInt8], _ owner: Int64) -> UInt32 {
        var sum = Checksum(seed: UInt64(bitPattern: owner))
        bytes.withUnsafeBytes { sum.add($0) }
        return sum.value
    }
}

/// Reads what `Packer` wrote, in the same order. Any surprise throws; nothing is guessed.
struct Unpacker {
    struct Damaged: Error {}

    private let bytes: [UInt8]
    private var offset = 0

    init(_ sealed: [UInt8], for owner: Int64) throws(Damaged) {
        guard sealed.count >= 4 else { throw Damaged() }
        bytes = Array(sealed.dropLast(4))
        let stored = sealed.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard stored == Packer.checksum(bytes, owner) else { throw Damaged() }
    }

    var isAtEnd: Bool { offset >= bytes.count }

    mutating func integer() throws(Damaged) -> Int {
        var result: UInt64 = 0
        for shift in stride(from: 0, through: 63, by: 7) {
            let byte = try byte()
            result |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte & 0x80 == 0 { return Int(truncatingIfNeeded: Int64(bitPattern: result >> 1) ^ -Int64(bitPattern: result & 1)) }
        }
        throw Damaged()
    }

    mutating func double() throws(Damaged) -> Double {
        var pattern: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 8) { pattern |= UInt64(try byte()) << shift }
        return Double(bitPattern: pattern)
    }

    mutating func bool() throws(Damaged) -> Bool { try byte() != 0 }

    mutating func text() throws(Damaged) -> String {
        let count = try integer()
        guard count >= 0, count <= bytes.count - offset else { throw Damaged() }
        defer { offset += count }
        return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    }

    mutating func optional<Value>(_ read: (inout Unpacker) throws(Damaged) -> Value) throws(Damaged) -> Value? {
        try bool() ? try read(&self) : nil
    }

    mutating func optionalText() throws(Damaged) -> String? { try bool() ? try text() : nil }
    mutating func optionalDouble() throws(Damaged) -> Double? { try bool() ? try double() : nil }
    mutating func optionalInteger() throws(Damaged) -> Int? { try bool() ? try integer() : nil }

    mutating func list<Element>(_ read: (inout Unpacker) throws(Damaged) -> Element) throws(Damaged) -> [Element] {
        let count = try integer()
        guard count >= 0, count <= bytes.count - offset else { throw Damaged() }
        var result: [Element] = []
        result.reserveCapacity(count)
        for _ in 0..<count { result.append(try read(&self)) }
        return result
    }

    mutating func texts() throws(Damaged) -> [String: String] {
        var result: [String: String] = [:]
        let count = try integer()
        guard count >= 0, count <= bytes.count - offset else { throw Damaged() }
        for _ in 0..<count {
            let key = try text()
            result[key] = try text()
        }
        return result
    }

    private mutating func byte() throws(Damaged) -> UInt8 {
        guard offset < bytes.count else { throw Damaged() }
        defer { offset += 1 }
        return bytes[offset]
    }
}
