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

    /// Lower-case hexadecimal text of 4 to 16 digits a word.
    package func hexDigits(_ count: Int, _ a: Int64, _ b: Int64 = 0) -> String {
        var text = ""
        var part: Int64 = 0
        while text.utf8.count < count {
            let digits = String(Self.mixed(word(a, b) &+ UInt64(bitPattern: part)), radix: 16)
            text += String(repeating: "0", count: 16 - digits.utf8.count) + digits
            part += 1
        }
        return String(text.prefix(count))
    }

    /// A version-4 UUID as Lambda uses for request ids.
    package func uuid(_ a: Int64, _ b: Int64 = 0) -> String {
        let digits = Array(hexDigits(32, a, b))
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        return "\(part(0..<8))-\(part(8..<12))-4\(part(13..<16))-a\(part(17..<20))-\(part(20..<32))"
    }

    /// The finaliser of SplitMix64 (https://prng.di.unimi.it/splitmix64.c).
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
