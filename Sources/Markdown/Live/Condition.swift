/// What an `[auto …]` step asks: comparisons of live values with numbers, joined by `and`.
struct Condition: Equatable {
    struct Comparison: Equatable {
        enum Relation: String, CaseIterable { case less = "<", atMost = "<=", more = ">", atLeast = ">=", equal = "=", notEqual = "!=" }

        var name: String
        var relation: Relation
        /// In the base unit of the value.
        var limit: Double
    }

    var comparisons: [Comparison]
}

/// Why a condition cannot be read, in words for its author.
struct ConditionMistake: Error, Equatable { var message: String }

extension Condition {
    /// Seconds, bytes and parts of 1, as the values themselves are.
    private static let units: [String: Double] = [
        "": 1, "%": 0.01, "ms": 0.001, "s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400,
        "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1_048_576, "GiB": 1_073_741_824,
    ]

    /// `name op number[unit]`, as in `queue.oldest_age < 15m and queue.visible = 0`.
    init(parsing text: String) throws(ConditionMistake) {
        var words = text.split(separator: " ")[...]
        var comparisons: [Comparison] = []
        repeat {
            let part = words.prefix { $0 != "and" }
            comparisons.append(try Self.comparison(part))
            words = words.dropFirst(part.count)
            if words.count == 1 { throw ConditionMistake(message: "nothing follows 'and'") }
            words = words.dropFirst()
        } while !words.isEmpty
        self.comparisons = comparisons
    }

    private static func comparison(_ words: ArraySlice<Substring>) throws(ConditionMistake) -> Comparison {
        let text = words.joined(separator: " ")
        guard let start = text.firstIndex(where: { "<>=!".contains($0) }) else {
            throw ConditionMistake(message: text.isEmpty ? "no condition is given" : "'\(text)' compares nothing")
        }
        let rest = text[start...]
        let sign = rest.prefix { "<>=!".contains($0) }
        guard let relation = sign == "==" ? .equal : Comparison.Relation(rawValue: String(sign)) else {
            throw ConditionMistake(message: "'\(sign)' is no comparison; there are < <= > >= = !=")
        }
        let name = text[..<start].trimmingSpaces
        guard Placeholder.isName(name) else {
            throw ConditionMistake(message: "'\(name)' is no name of a live value")
        }
        let amount = rest.dropFirst(sign.count).trimmingSpaces
        let digits = amount.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        let unit = amount.dropFirst(digits.count).trimmingSpaces
        guard let number = Double(digits), number.isFinite else {
            throw ConditionMistake(message: amount.isEmpty ? "no number follows '\(sign)'" : "'\(amount)' is no number")
        }
        guard let factor = units[unit] else {
            throw ConditionMistake(message: "'\(unit)' is no unit; there are \(units.keys.filter { !$0.isEmpty }.sorted().joined(separator: " "))")
        }
        return Comparison(name: name, relation: relation, limit: number * factor)
    }
}

/// How a step that the machine checks stands.
enum Holding: Equatable {
    case holds, fails
    /// There is no number for it now.
    case unknown
    /// Outside a tenant nothing is checked.
    case generic
    case noSuchName(String)
}

extension Condition {
    func holding(in live: some LiveValues) -> Holding {
        var result = Holding.holds
        for comparison in comparisons {
            switch live.value(named: comparison.name) {
            case nil: return .noSuchName(comparison.name)
            case .generic: result = .generic
            case .current(_, let number, _):
                guard let number, number.isFinite else {
                    if result == .holds { result = .unknown }
                    continue
                }
                if !comparison.relation.holds(number, comparison.limit), result == .holds || result == .unknown { result = .fails }
            }
        }
        return result
    }
}

private extension Condition.Comparison.Relation {
    func holds(_ value: Double, _ limit: Double) -> Bool {
        switch self {
        case .less: value < limit
        case .atMost: value <= limit
        case .more: value > limit
        case .atLeast: value >= limit
        case .equal: value == limit
        case .notEqual: value != limit
        }
    }
}

extension StringProtocol {
    var trimmingSpaces: String {
        var slice = Substring(self)
        while slice.first?.isWhitespace == true { slice.removeFirst() }
        while slice.last?.isWhitespace == true { slice.removeLast() }
        return String(slice)
    }
}
