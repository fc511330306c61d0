/// Chance without state: the same seed, label and numbers always give the same value.
package struct Dice: Hashable, Sendable {
    private var state: UInt64

    package init(seed: UInt64, _ label: String) {
        // FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) spreads the label; the mixer below does the rest.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ Self.mixed(seed)
        for byte in label.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        state = Self.mixed(hash)
    }

    /// Independent dice for a part of the same thing.
    package func named(_ label: String) -> Dice { Dice(seed: state, label) }

    package func word(_ a: Int64, _ b: Int64 = 0) -> UInt64 {
        Self.mixed(Self.mixed(state &+ UInt64(bitPattern: a) &* 0x9E37_79B9_7F4A_7C15) ^ UInt64(bitPattern: b) &* 0xD1B5_4A32_D192_ED03)
    }

    /// From 0 up to, not including, 1.
    package func unit(_ a: Int64, _ b: Int64 = 0) -> Double { Double(word(a, b) >> 11) * 0x1p-53 }

    package func hits(_ probability: Double, _ a: Int64, _ b: Int64 = 0) -> Bool { unit(a, b) < probability }

    /// Lower-case hexadecimal text; each 16 digits are a word of their own.
    package func hexDigits(_ count: Int, _ a: Int64, _ b: Int64 = 0) -> String {
        String(decoding: digits(count, a, b), as: UTF8.self)
    }

    /// A version-4 UUID as Lambda uses for request ids.
    package func uuid(_ a: Int64, _ b: Int64 = 0) -> String {
        var text = digits(32, a, b)
        text[12] = UInt8(ascii: "4")
        text[16] = UInt8(ascii: "a")
        for place in [20, 16, 12, 8] { text.insert(UInt8(ascii: "-"), at: place) }
        return String(decoding: text, as: UTF8.self)
    }

    private func digits(_ count: Int, _ a: Int64, _ b: Int64) -> [UInt8] {
        let first = word(a, b)
        return (0..<count).map { place in
            let digit = UInt8(truncatingIfNeeded: Self.mixed(first &+ UInt64(place / 16)) >> UInt64(60 - place % 16 * 4)) & 15
            return digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        }
    }

    /// The finaliser of SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
