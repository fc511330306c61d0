/// Looks for many words at once: each place of a text is compared by its first eight bytes, and only what agrees there is compared whole.
struct WordSearch: Sendable {
    /// Shorter words would be found by chance.
    static let shortest = 8

    private let words: [[UInt8]]
    /// An account's number is no part of a longer number, nor of a fraction such as 0.333333333333.
    private let isNumber: [Bool]
    /// By their first eight bytes; numbers of words.
    private let byStart: [UInt64: [Int]]
    /// A bit for each start that occurs, by the upper bits of a product: almost every place of a text ends here.
    private let filter: [Bool]

    private static let bits: UInt64 = 20
    @inline(__always)
    private static func slot(_ start: UInt64) -> Int { Int(truncatingIfNeeded: (start &* 0x9E37_79B1_85EB_CA87) &>> (64 &- bits)) }

    /// - Parameter words: those that are too short are never found.
    init(_ words: [[UInt8]]) {
        self.words = words
        isNumber = words.map { $0.allSatisfy(Self.isDigit) }
        var byStart: [UInt64: [Int]] = [:], filter = [Bool](repeating: false, count: 1 << Self.bits)
        for (number, word) in words.enumerated() where word.count >= Self.shortest {
            let start = word.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
            byStart[start, default: []].append(number)
            filter[Self.slot(start)] = true
        }
        self.byStart = byStart
        self.filter = filter
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

    /// Numbers of the words that a text holds.
    func found(in text: [UInt8]) -> Set<Int> {
        var found: Set<Int> = []
        guard text.count >= Self.shortest, !byStart.isEmpty else { return found }
        text.withUnsafeBytes { bytes in
            filter.withUnsafeBufferPointer { filter in
                var at = 0
                let last = bytes.count &- Self.shortest
                while at <= last {
                    let start = bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    if filter[Self.slot(start)], let numbers = byStart[start] {
                        for number in numbers where !found.contains(number) {
                            let word = words[number]
                            guard word.count <= bytes.count - at, bytes[at..<at + word.count].elementsEqual(word) else { continue }
                            if isNumber[number], at > 0 && (Self.isDigit(bytes[at - 1]) || bytes[at - 1] == UInt8(ascii: ".")) || at + word.count < bytes.count && Self.isDigit(bytes[at + word.count]) { continue }
                            found.insert(number)
                        }
                    }
                    at &+= 1
                }
            }
        }
        return found
    }
}
