import Signals
import Telemetry

/// Comparisons, arithmetic and logic: what may be compared with what, and which way each operand pushes the result.
extension ExpressionCompiler {
    mutating func binary(_ operation: Expression.Binary, _ token: Token, _ left: Expression, _ right: Expression, _ direction: Direction) -> Part {
        switch operation {
        case .and, .or:
            let a = condition(left, direction), b = condition(right, direction)
            return emit(operation == .and ? .and(a.register, b.register) : .or(a.register, b.register), .condition, isFixed: a.isFixed && b.isFixed)
        case .above, .atLeast: return comparison(operation, token, left, right, direction, direction.flipped)
        case .below, .atMost: return comparison(operation, token, left, right, direction.flipped, direction)
        case .equal, .unequal:
            if let text = settingComparison(operation, left, right) { return text }
            return comparison(operation, token, left, right, .either, .either)
        case .plus: return arithmetic(operation, token, value(left, direction), value(right, direction))
        case .minus: return arithmetic(operation, token, value(left, direction), value(right, direction.flipped))
        case .times: return arithmetic(operation, token, value(left, right.isPositiveNumber ? direction : .either), value(right, left.isPositiveNumber ? direction : .either))
        case .over: return arithmetic(operation, token, value(left, right.isPositiveNumber ? direction : .either), value(right, .either))
        }
    }

    private mutating func comparison(_ operation: Expression.Binary, _ token: Token, _ left: Expression, _ right: Expression,
                             _ leftDirection: Direction, _ rightDirection: Direction) -> Part {
        let a = value(left, leftDirection), b = value(right, rightDirection)
        guard let common = a.type.common(with: b.type) else {
            fail(token, mismatch(a.type, b.type, left, right, "compared"))
            return emit(.constant(.nan), .broken, isFixed: false)
        }
        let registers = (a.register, b.register)
        let instruction: Instruction = switch operation {
        case .above: .above(registers.0, registers.1)
        case .atLeast: .atLeast(registers.0, registers.1)
        case .below: .below(registers.0, registers.1)
        case .atMost: .atMost(registers.0, registers.1)
        case .equal: .equal(registers.0, registers.1)
        case .unequal, .or, .and, .plus, .minus, .times, .over: .unequal(registers.0, registers.1)
        }
        let part = emit(instruction, .condition, isFixed: a.isFixed && b.isFixed)
        if !part.isFixed {
            let unit: MetricUnit = if case .number(let unit) = common { unit } else { .count }
            // `15m < oldest_age` is about the age as well.
            comparisons[part.register] = a.isFixed ? (b.register, a.register, unit) : (a.register, b.register, unit)
        }
        return part
    }

    private mutating func settingComparison(_ operation: Expression.Binary, _ left: Expression, _ right: Expression) -> Part? {
        guard case .call(let token, let arguments) = left, token.source == "setting", case .text(let text, _) = right else { return nil }
        let part = setting(token, arguments)
        guard part.type == .text, case .setting(let setting, _) = program.instructions.last else {
            if part.type != .broken { fail(token, "this setting is \(part.type.words), not a text") }
            return emit(.constant(.nan), .broken, isFixed: true)
        }
        program.texts.append(text)
        let same = emit(.settingIs(setting, text: program.texts.count - 1), .condition, isFixed: true)
        return operation == .equal ? same : emit(.not(same.register), .condition, isFixed: true)
    }

    private mutating func arithmetic(_ operation: Expression.Binary, _ token: Token, _ a: Part, _ b: Part) -> Part {
        let isFixed = a.isFixed && b.isFixed
        switch operation {
        case .times, .over:
            guard let type = operation == .times ? a.type.times(b.type) : a.type.over(b.type) else {
                fail(token, "\(a.type.words) \(operation == .times ? "times" : "divided by") \(b.type.words) has no meaning here")
                return emit(.constant(.nan), .broken, isFixed: isFixed)
            }
            return emit(operation == .times ? .multiply(a.register, b.register) : .divide(a.register, b.register), type, isFixed: isFixed)
        case .plus, .minus, .or, .and, .above, .atLeast, .below, .atMost, .equal, .unequal:
            guard let type = a.type.common(with: b.type) else {
                fail(token, "\(a.type.words) and \(b.type.words) cannot be \(operation == .plus ? "added" : "subtracted")")
                return emit(.constant(.nan), .broken, isFixed: isFixed)
            }
            return emit(operation == .plus ? .add(a.register, b.register) : .subtract(a.register, b.register), type, isFixed: isFixed)
        }
    }

    private func mismatch(_ a: ValueType, _ b: ValueType, _ left: Expression, _ right: Expression, _ verb: String) -> String {
        let (unit, number): (ValueType, Expression) = a == .plain ? (b, left) : (a, right)
        if case .number(_, .none, let token) = number {
            switch unit {
            case .number(.seconds): return "\(unit.words) is \(verb) with \(token.source), which has no unit. Write \(token.source)s or \(token.source)m"
            case .number(.bytes): return "\(unit.words) is \(verb) with \(token.source), which has no unit. Write \(token.source)KiB or \(token.source)MiB"
            case .number(.count), .number(.ratio), .number(.perSecond), .plain, .zero, .condition, .text, .broken: break
            }
        }
        return "\(a.words) cannot be \(verb) with \(b.words)"
    }
}

private extension Expression {
    var isPositiveNumber: Bool {
        if case .number(let number, _, _) = self { number > 0 } else { false }
    }
}
