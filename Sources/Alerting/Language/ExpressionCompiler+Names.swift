import Signals
import Telemetry

/// Looks up what an expression names: signals of any resource, and settings.
extension ExpressionCompiler {
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
        // A log is named like the function or API that writes it; nothing else has one.
        if name == nil, kind == .log, ![.function, .api, .httpAPI, .log].contains(self.kind) {
            fail(kindToken, "a \(self.kind.rawValue) writes no log. Name whose log is meant: log(\"name\").\(signalToken.source)")
            return emit(.constant(.nan), .broken, isFixed: false)
        }
        return load(ColumnReference(owner: name.map { .named(kind, $0) } ?? .namesake(kind), signal: signalToken.source), type, direction)
    }

    private func unknownSignal(_ name: String, of kind: ResourceKind) -> String {
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

    private mutating func index(of setting: Setting) -> Int {
        if let known = program.settings.firstIndex(of: setting) { return known }
        program.settings.append(setting)
        return program.settings.count - 1
    }

    private mutating func load(_ reference: ColumnReference, _ type: SignalType, _ direction: Direction) -> Part {
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
}
