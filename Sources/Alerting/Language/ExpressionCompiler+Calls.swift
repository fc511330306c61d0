import Signals
import Telemetry

/// Calls of functions: which there are, and whether their arguments are what the signature says.
extension ExpressionCompiler {
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
        var reference: ColumnReference?, companion: ColumnReference?, type = SignalType(.count, .counter), constants: [Double] = [], isSound = true
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
            case .objective:
                guard let owner = objectiveArgument(argument, of: function) else { isSound = false; continue }
                reference = ColumnReference(owner: owner, signal: "bad")
                companion = ColumnReference(owner: owner, signal: "allowed")
            case .duration:
                if case .number(let number, .seconds, _) = argument, number > 0, number <= 35 * 86_400 {
                    constants.append(number)
                    guard number < function.leastWindow else { continue }
                    fail(argument.start, "\(function.name)() needs a window of \(Int64(exactly: function.leastWindow / 86_400) ?? 0)d or more: in a shorter one there is nothing to compare with")
                    isSound = false
                } else {
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
        program.calls.append(Program.Call(function: index, column: self.index(of: reference), companion: companion.map { self.index(of: $0) }, arguments: constants,
                                          trustsLate: function.followsSignal && type.onlyRises && direction == .rising))
        let result: ValueType = switch function.result {
        case .sameUnit: .number(type.unit)
        case .perSecond: .number(.perSecond)
        case .share: .number(.ratio)
        case .plain: .plain
        case .condition: .condition
        }
        return emit(.call(program.calls.count - 1), result, isFixed: false)
    }

    private mutating func objectiveArgument(_ argument: Expression, of function: RuleFunction) -> ColumnReference.Owner? {
        switch argument {
        case .signal("slo", _) where kind == .slo: return .own
        case .text(let name, _) where name.contains("/"): return .named(.slo, name)
        case .signal, .text, .number, .other, .call, .unary, .binary:
            fail(argument.start, kind == .slo ? "`\(function.signature)` expects slo, the rule's own objective, or \"service/id\" here"
                : "`\(function.signature)` expects an objective in quotes here, such as \"checkout/availability\"; slo alone is for rules on slo")
            return nil
        }
    }

    private mutating func signalArgument(_ argument: Expression, of function: RuleFunction) -> (reference: ColumnReference, type: SignalType)? {
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
