import Signals
import Telemetry

/// One step of a program. Its result goes to the register with its own index; operands are earlier registers.
/// Conditions are 1 and 0, and NaN where nothing is known: three-valued logic as in SQL.
enum Instruction: Hashable, Sendable {
    case constant(Double)
    /// A column's value at the step. `trustsLate`: a later read can only make the condition more true.
    case load(column: Int, trustsLate: Bool)
    case call(Int)
    case setting(Int, fallback: Double)
    /// Present, and neither false nor zero.
    case hasSetting(Int)
    /// The setting's text, or one of its comma-separated words, is the text.
    case settingIs(Int, text: Int)
    case add(Int, Int), subtract(Int, Int), multiply(Int, Int), divide(Int, Int), negate(Int)
    case above(Int, Int), atLeast(Int, Int), below(Int, Int), atMost(Int, Int), equal(Int, Int), unequal(Int, Int)
    case and(Int, Int), or(Int, Int), not(Int)
}

/// A signal that a program reads.
struct ColumnReference: Hashable, Sendable {
    enum Owner: Hashable, Sendable {
        case own
        /// The resource of that kind with the same name: the log of a function.
        case namesake(ResourceKind)
        case named(ResourceKind, String)
    }

    var owner: Owner
    var signal: String
}

/// A rule's condition, flat: no closures, no tree, no allocation while it runs.
package struct Program: Hashable, Sendable {
    struct Call: Hashable, Sendable {
        /// Index into `RuleFunction.all`.
        var function: Int
        var column: Int
        /// The second column of functions that read two.
        var companion: Int?
        var arguments: [Double]
        var trustsLate: Bool
    }

    /// One way in which the condition can be true, and the numbers that say so.
    struct Branch: Hashable, Sendable {
        /// Registers that all hold when it is this branch that makes the condition true.
        var results: [Int]
        var value: Int
        var limit: Int
        var unit: MetricUnit
        /// Conditions on signals that hold together in it, the one with the numbers among them; what settings say of the resource is not counted.
        var conditions = 1
    }

    var instructions: [Instruction] = []
    var columns: [ColumnReference] = []
    var settings: [Setting] = []
    var texts: [String] = []
    var calls: [Call] = []
    /// Conditions on settings alone that must hold for the rule to concern a resource at all.
    var guards: [Int] = []
    var branches: [Branch] = []

    /// The unit of value and limit, as far as one can be named.
    package var unit: MetricUnit? { branches.first?.unit }

    /// Seconds before a step that must be read.
    func lookback(_ settings: [Setting: SettingValue]) -> Int64 {
        calls.map { RuleFunction.all[$0.function].lookback($0.arguments, settings) }.max() ?? 0
    }
}
