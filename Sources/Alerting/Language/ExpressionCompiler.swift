import Signals
import Telemetry

/// Turns one parsed expression into a program: looks names up, checks units, and works out which values may be trusted early.
struct ExpressionCompiler {
    /// Whether a greater value makes the whole condition more true. Only then may a value that can still rise make it fire.
    enum Direction: Hashable {
        case rising, falling, either
        var flipped: Direction {
            switch self {
            case .rising: .falling
            case .falling: .rising
            case .either: .either
            }
        }
    }

    struct Part {
        var register: Int
        var type: ValueType
        /// Made of settings and constants alone.
        var isFixed: Bool
    }

    let kind: ResourceKind
    let vocabulary: SignalVocabulary
    var program = Program()
    var mistakes: [(offset: Int, message: String)] = []
    var forms: [SignalType] = []
    /// By register: the two numbers of a comparison.
    var comparisons: [Int: (value: Int, limit: Int, unit: MetricUnit)] = [:]
    var fixed: Set<Int> = []

    init(on kind: ResourceKind, vocabulary: SignalVocabulary) {
        self.kind = kind
        self.vocabulary = vocabulary
    }

    mutating func compile(_ expression: Expression) {
        let part = condition(expression, .rising)
        for conjunct in conjuncts(part.register) where fixed.contains(conjunct) { program.guards.append(conjunct) }
        program.branches = branches(part.register)
        if forms.isEmpty, mistakes.isEmpty {
            fail(expression.start, "the condition reads no signal, so it never changes")
        }
    }
}

extension ExpressionCompiler {
    mutating func fail(_ token: Token, _ message: String) { mistakes.append((token.offset, message)) }

    mutating func emit(_ instruction: Instruction, _ type: ValueType, isFixed: Bool) -> Part {
        program.instructions.append(instruction)
        let register = program.instructions.count - 1
        if isFixed { fixed.insert(register) }
        return Part(register: register, type: type, isFixed: isFixed)
    }

    func conjuncts(_ register: Int) -> [Int] {
        guard program.instructions.indices.contains(register), case .and(let a, let b) = program.instructions[register] else { return [register] }
        return conjuncts(a) + conjuncts(b)
    }

    /// The ways in which a condition can be true, in reading order; each with the numbers of its first comparison.
    func branches(_ register: Int) -> [Program.Branch] {
        guard program.instructions.indices.contains(register) else { return [] }
        switch program.instructions[register] {
        case .or(let a, let b): return branches(a) + branches(b)
        case .and(let a, let b):
            let left = branches(a), others = conjuncts(left.isEmpty ? a : b).count { !fixed.contains($0) }
            return (left.isEmpty ? branches(b) : left).map { branch in
                var branch = branch
                branch.results.append(register)
                branch.conditions += others
                return branch
            }
        case .constant, .load, .call, .setting, .hasSetting, .settingIs, .add, .subtract, .multiply, .divide, .negate, .above, .atLeast, .below, .atMost,
             .equal, .unequal, .not:
            guard let numbers = comparisons[register] else { return [] }
            return [Program.Branch(results: [register], value: numbers.value, limit: numbers.limit, unit: numbers.unit)]
        }
    }

    /// An operand of `and`, `or`, `not`, or the whole expression.
    mutating func condition(_ expression: Expression, _ direction: Direction) -> Part {
        let part = value(expression, direction)
        switch part.type {
        case .condition, .broken: return part
        case .text, .number, .plain, .zero:
            // A setting named where a condition stands asks whether it is there.
            if case .setting(let setting, _) = program.instructions.last {
                return emit(.hasSetting(setting), .condition, isFixed: true)
            }
            fail(expression.start, "\(part.type.words) stands where a condition is expected. Compare it with a limit, such as `\(expression.start.source) > \(example(of: part.type))`")
            return Part(register: part.register, type: .broken, isFixed: part.isFixed)
        }
    }

    func example(of type: ValueType) -> String {
        switch type {
        case .number(.seconds): "15m"
        case .number(.bytes): "512KiB"
        case .number(.ratio): "1%"
        case .number(.count), .number(.perSecond), .plain, .zero, .condition, .text, .broken: "0"
        }
    }

    mutating func value(_ expression: Expression, _ direction: Direction) -> Part {
        switch expression {
        case .number(let number, let unit, _):
            let type: ValueType = switch unit {
            case .none: number == 0 ? .zero : .plain
            case .percent: .number(.ratio)
            case .seconds: .number(.seconds)
            case .bytes: .number(.bytes)
            }
            return emit(.constant(number), type, isFixed: true)
        case .text(_, let token):
            fail(token, "a text in quotes stands alone. Texts are compared with settings: `setting(\"invoked_by\") = \"queue\"`")
            return emit(.constant(.nan), .broken, isFixed: true)
        case .signal(let name, let token): return signal(name, token, direction)
        case .other(let kindToken, let name, let signalToken): return other(kindToken, name, signalToken, direction)
        case .call(let token, let arguments):
            return token.source == "setting" ? setting(token, arguments) : call(token, arguments, direction)
        case .unary(.not, _, let operand):
            let inner = condition(operand, direction.flipped)
            return emit(.not(inner.register), inner.type, isFixed: inner.isFixed)
        case .unary(.minus, let token, let operand):
            let inner = value(operand, direction.flipped)
            if !inner.type.isNumber { fail(token, "a minus stands before \(inner.type.words)") }
            return emit(.negate(inner.register), inner.type.isNumber ? inner.type : .broken, isFixed: inner.isFixed)
        case .binary(let operation, let token, let left, let right):
            return binary(operation, token, left, right, direction)
        }
    }
}
