/// How a line of a function states what a dependency answered: `status code {status}`.
package struct AnswerPattern: Hashable, Sendable {
    package static let mark = "{status}"

    /// What stands before the three digits, and after them.
    private let before: String
    private let after: String

    /// Nothing where the mark is missing or nothing stands before it: any number would do.
    package init?(_ text: String) {
        guard let place = text.firstRange(of: Self.mark), place.lowerBound > text.startIndex else { return nil }
        before = String(text[..<place.lowerBound])
        after = String(text[place.upperBound...])
    }

    /// What a filter of the service can look for.
    package var term: String { before.trimmed }

    package func status(in line: String) -> Int? {
        var rest = Substring(line)
        while let place = rest.firstRange(of: before) {
            rest = rest[place.upperBound...]
            let digits = rest.prefix(3)
            guard digits.utf8.count == 3, let status = Int(digits), (100..<600).contains(status) else { continue }
            let tail = rest.dropFirst(3)
            if tail.first?.isNumber != true, tail.hasPrefix(after) { return status }
        }
        return nil
    }
}

private extension String {
    var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
