extension Program {
    /// A plain comparison of an own signal with a number, as charts draw it: a line.
    package struct Limit: Hashable, Sendable {
        /// Without the kind.
        package var signal: String
        package var value: Double
    }

    /// The program's plain comparisons, in the order in which they are written. Conditions of any other shape have no line.
    package var plainLimits: [Limit] {
        branches.compactMap { branch in
            guard instructions.indices.contains(branch.value), instructions.indices.contains(branch.limit),
                  case .load(let column, _) = instructions[branch.value], case .constant(let value) = instructions[branch.limit],
                  columns.indices.contains(column), columns[column].owner == .own else { return nil }
            return Limit(signal: columns[column].signal, value: value)
        }
    }

    /// Where a zero only asks whether there is anything at all (`visible > 0 and …`): how many conditions hold together, of the longest such way.
    /// Nothing where a zero by itself is the limit.
    package var conditionsBesideZero: Int? {
        branches.filter { instructions.indices.contains($0.limit) && instructions[$0.limit] == .constant(0) }.map(\.conditions).max().flatMap { $0 > 1 ? $0 : nil }
    }
}
