/// A sentence that another place fills in, `{0}: oldest message {1} (limit {2}), {3} wait|summary`, found again by the words between its values:
/// alerts and findings are stored as they were said, and pages say them in their own language.
struct Telling: Sendable {
    let saying: Saying
    private let parts: [Saying.Part]
    /// Letters of its words: the more, the surer.
    private let weight: Int

    /// By form; of one form those with the most words first.
    static func all(_ entries: [String: Saying]) -> [String: [Telling]] {
        var all: [String: [(key: String, telling: Telling)]] = [:]
        for (key, saying) in entries {
            guard let bar = key.lastIndex(of: "|"), let telling = Telling(String(key[..<bar]), saying) else { continue }
            all[String(key[key.index(after: bar)...]), default: []].append((key, telling))
        }
        return all.mapValues { $0.sorted { ($1.telling.weight, $0.key) < ($0.telling.weight, $1.key) }.map(\.telling) }
    }

    /// Nothing where it has no values, or two that nothing tells apart.
    private init?(_ english: String, _ saying: Saying) {
        self.saying = saying
        parts = Saying(english).parts
        weight = parts.reduce(0) { if case .text(let words) = $1 { $0 + words.utf8.count } else { $0 } }
        let isHole = parts.map { if case .hole = $0 { true } else { false } }
        guard weight > 0, isHole.contains(true), !zip(isHole, isHole.dropFirst()).contains(where: { $0 && $1 }) else { return nil }
    }

    /// The values by the number of their hole; nothing where the text says something else.
    func values(in text: String) -> [Int: String]? {
        var values: [Int: String] = [:], rest = text.utf8[...], open: Int?
        for (index, part) in parts.enumerated() {
            switch part {
            case .hole(let number, _): open = number
            case .text(let words):
                guard let number = open else {
                    guard rest.starts(with: words.utf8) else { return nil }
                    rest = rest.dropFirst(words.utf8.count)
                    continue
                }
                // The last words stand at the end, others where they come first.
                let isLast = index == parts.count - 1
                guard let found = isLast ? Self.end(of: rest, words) : rest.firstRange(of: words.utf8), found.lowerBound > rest.startIndex else { return nil }
                values[number] = String(text[rest.startIndex..<found.lowerBound])
                rest = rest[found.upperBound...]
                open = nil
            }
        }
        guard let number = open else { return rest.isEmpty ? values : nil }
        guard !rest.isEmpty else { return nil }
        values[number] = String(text[rest.startIndex...])
        return values
    }

    private static func end(of text: Substring.UTF8View, _ words: String) -> Range<String.Index>? {
        let tail = text.suffix(words.utf8.count)
        return tail.elementsEqual(words.utf8) ? tail.startIndex..<tail.endIndex : nil
    }
}
