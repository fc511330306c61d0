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
    private(set) var program = Program()
    private(set) var mistakes: [(offset: Int, message: String)] = []
    private(set) var forms: [SignalType] = []
    /// By register: the two numbers of a comparison.
    private var comparisons: [Int: (value: Int, limit: Int, unit: MetricUnit)] = [:]
    private var fixed: Set<Int> = []

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

private extension ExpressionCompiler {
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
            let left = branches(a)
            return (left.isEmpty ? branches(b) : left).map { branch in
                var branch = branch
                branch.results.append(register)
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

// MARK: Names

private extension ExpressionCompiler {
    mutating func signal(_ name: String, _ token: Token, _ direction: Direction) -> Part {
        // `queue.oldest_age` says the same as `oldest_age` in a rule on queues.
        let prefix = kind.rawValue + "."
        let short = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
        if let type = vocabulary.type(of: Signal(kind, short)) {
            return load(ColumnReference(owner: .own, signal: short), type, direction)
        }
        if KnownSettings.forms[Setting(rawValue: name)] == .flag {
            return emit(.hasSetting(index(of: Setting(rawValue: name))), .condition, isFixed: true)
        }
        fail(token, unknownSignal(short, of: kind))
        return emit(.constant(.nan), .broken, isFixed: false)
    }

    mutating func other(_ kindToken: Token, _ name: String?, _ signalToken: Token, _ direction: Direction) -> Part {
        guard let kind = ResourceKind(rawValue: kindToken.source), let type = vocabulary.type(of: Signal(kind, signalToken.source)) else {
            fail(signalToken, unknownSignal(signalToken.source, of: ResourceKind(rawValue: kindToken.source) ?? kind))
            return emit(.constant(.nan), .broken, isFixed: false)
        }
        return load(ColumnReference(owner: name.map { .named(kind, $0) } ?? .namesake(kind), signal: signalToken.source), type, direction)
    }

    func unknownSignal(_ name: String, of kind: ResourceKind) -> String {
        let known = vocabulary.allNames(of: kind)
        if let near = nearestWord(to: name, among: known) { return "unknown signal '\(name)' of \(kind.rawValue). Did you mean '\(near)'?" }
        if RuleFunction.named(name) != nil { return "'\(name)' is a function: write `\(name)(…)`" }
        return "unknown signal '\(name)' of \(kind.rawValue). It has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
    }

    mutating func index(of reference: ColumnReference) -> Int {
        if let known = program.columns.firstIndex(of: reference) { return known }
        program.columns.append(reference)
        return program.columns.count - 1
    }

    mutating func index(of setting: Setting) -> Int {
        if let known = program.settings.firstIndex(of: setting) { return known }
        program.settings.append(setting)
        return program.settings.count - 1
    }

    mutating func load(_ reference: ColumnReference, _ type: SignalType, _ direction: Direction) -> Part {
        forms.append(type)
        return emit(.load(column: index(of: reference), trustsLate: type.onlyRises && direction == .rising), .number(type.unit), isFixed: false)
    }

    /// `setting("timeout")`, or with a second argument that holds where the provider stated nothing.
    mutating func setting(_ token: Token, _ arguments: [Expression]) -> Part {
        guard case .text(let name, let nameToken)? = arguments.first, arguments.count <= 2 else {
            fail(token, "setting() takes the name of a setting in quotes, and a value for where it is not known: `setting(\"timeout\", 3s)`")
            return emit(.constant(.nan), .broken, isFixed: true)
        }
        let setting = Setting(rawValue: name)
        guard let form = KnownSettings.forms[setting] else {
            let near = nearestWord(to: name, among: KnownSettings.names).map { "Did you mean '\($0)'?" }
            fail(nameToken, "unknown setting '\(name)'. \(near ?? "Known are \(KnownSettings.names.joined(separator: ", "))")")
            return emit(.constant(.nan), .broken, isFixed: true)
        }
        switch form {
        case .flag: return emit(.hasSetting(index(of: setting)), .condition, isFixed: true)
        case .text: return emit(.setting(index(of: setting), fallback: .nan), .text, isFixed: true)
        case .number(let unit):
            guard arguments.count == 2 else { return emit(.setting(index(of: setting), fallback: .nan), .number(unit), isFixed: true) }
            let fallback = value(arguments[1], .either)
            guard case .constant(let number) = program.instructions[fallback.register], fallback.type.common(with: .number(unit)) != nil else {
                fail(arguments[1].start, "the second argument of setting(\"\(name)\") must be a number like \(example(of: .number(unit)))")
                return emit(.constant(.nan), .broken, isFixed: true)
            }
            return emit(.setting(index(of: setting), fallback: number), .number(unit), isFixed: true)
        }
    }

    mutating func call(_ token: Token, _ arguments: [Expression], _ direction: Direction) -> Part {
        let broken = Instruction.constant(.nan)
        guard let index = RuleFunction.all.firstIndex(where: { $0.name == token.source }) else {
            let names = RuleFunction.all.map(\.name) + ["setting"]
            let near = nearestWord(to: token.source, among: names).map { " Did you mean '\($0)'?" } ?? ""
            fail(token, "unknown function '\(token.source)'.\(near) There are \(names.joined(separator: ", "))")
            return emit(broken, .broken, isFixed: false)
        }
        let function = RuleFunction.all[index]
        guard arguments.count == function.parameters.count else {
            fail(token, "\(function.name)() takes \(function.parameters.count) arguments and got \(arguments.count): `\(function.signature)`")
            return emit(broken, .broken, isFixed: false)
        }
        var reference: ColumnReference?, type = SignalType(.count, .counter), constants: [Double] = [], isSound = true
        if let implied = function.impliedSignal {
            if implied.kind == kind {
                reference = ColumnReference(owner: .own, signal: implied.name)
                type = vocabulary.type(of: implied) ?? type
            } else {
                fail(token, "\(function.name)() belongs to rules on \(implied.kind.rawValue), this one is on \(kind.rawValue)")
                isSound = false
            }
        }
        for (parameter, argument) in zip(function.parameters, arguments) {
            switch parameter {
            case .signal:
                guard let found = signalArgument(argument, of: function) else { isSound = false; continue }
                reference = found.reference
                type = found.type
            case .duration:
                if case .number(let number, .seconds, _) = argument, number > 0, number <= 35 * 86_400 { constants.append(number) } else {
                    fail(argument.start, "`\(function.signature)` expects a duration between 1s and 35d here, such as 15m")
                    isSound = false
                }
            case .share:
                if case .number(let number, let unit, _) = argument, unit == .percent || unit == .none, number >= 0, number <= 1 { constants.append(number) } else {
                    fail(argument.start, "`\(function.signature)` expects a share between 0% and 100% here")
                    isSound = false
                }
            }
        }
        guard isSound, let reference else { return emit(broken, .broken, isFixed: false) }
        if function.countersOnly, type.form != .counter {
            fail(token, "\(function.name)() adds up events, and '\(reference.signal)' is a level, not a count of events. Use avg_over() or max_over()")
            return emit(broken, .broken, isFixed: false)
        }
        forms.append(type)
        program.calls.append(Program.Call(function: index, column: self.index(of: reference), arguments: constants,
                                          trustsLate: function.followsSignal && type.onlyRises && direction == .rising))
        let result: ValueType = switch function.result {
        case .sameUnit: .number(type.unit)
        case .perSecond: .number(.perSecond)
        case .condition: .condition
        }
        return emit(.call(program.calls.count - 1), result, isFixed: false)
    }

    mutating func signalArgument(_ argument: Expression, of function: RuleFunction) -> (reference: ColumnReference, type: SignalType)? {
        let before = program
        let part = value(argument, .either)
        guard case .load(let column, _) = program.instructions.last else {
            if part.type != .broken { fail(argument.start, "\(function.name)() reads one signal over time: `\(function.signature)`") }
            return nil
        }
        let reference = program.columns[column]
        // Reading the signal at the step itself was only a way to look its name up.
        program = before
        guard let type = forms.popLast() else { return nil }
        return (reference, type)
    }
}

// MARK: Operators

private extension ExpressionCompiler {
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

    mutating func comparison(_ operation: Expression.Binary, _ token: Token, _ left: Expression, _ right: Expression,
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

    mutating func settingComparison(_ operation: Expression.Binary, _ left: Expression, _ right: Expression) -> Part? {
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

    mutating func arithmetic(_ operation: Expression.Binary, _ token: Token, _ a: Part, _ b: Part) -> Part {
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

    func mismatch(_ a: ValueType, _ b: ValueType, _ left: Expression, _ right: Expression, _ verb: String) -> String {
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
