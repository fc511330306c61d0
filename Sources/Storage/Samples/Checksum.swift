/// A 32-bit checksum over whole words: a block whose stored sum differs was changed by the disk, not by us.
/// Every step is a bijection of the state, so a change in any one word always changes the 64-bit state.
struct Checksum {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 ^ 0x5449_4445_5741_5443 }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 8 <= bytes.count {
            add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        add(rest)
        add(UInt64(bytes.count))
    }

    private mutating func add(_ word: UInt64) {
        state = (state ^ word) &* 0xFF51_AFD7_ED55_8CCD
        state ^= state >> 32
    }

    var value: UInt32 {
        let mixed = (state ^ (state >> 29)) &* 0xC4CE_B9FE_1A85_EC53
        return UInt32(truncatingIfNeeded: mixed >> 32)
    }

    /// Of a few short texts, for rows that give other rows their identity.
    static func of(_ id: Int64, _ texts: String...) -> Int64 {
        var sum = Checksum(seed: UInt64(bitPattern: id))
        for text in texts {
            var text = text
            text.withUTF8 { sum.add(UnsafeRawBufferPointer($0)) }
        }
        return Int64(sum.value)
    }
}
