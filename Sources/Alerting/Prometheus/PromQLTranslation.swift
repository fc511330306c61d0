import Signals
import Telemetry

/// An alert's query as a condition in the language of rules here: one kind of resource, signals, numbers with units.
package struct PromQLTranslation: Sendable, Equatable {
    package var condition: String
    package var kind: ResourceKind
    /// A glob of resources where the query names one.
    package var resources: String?
    /// Labels that name the resource, for summaries.
    package var identity: Set<String>

    package init(_ query: String) throws(PromQLRefusal) {
        do throws(PromQLMistake) {
            var reader = Reader()
            let part = try reader.part(try PromQLParser.parse(query))
            guard case .condition = part.shape else { throw PromQLMistake(offset: 0, message: "nothing is compared: a rule here needs a limit") }
            guard let kind = reader.kind else { throw PromQLMistake(offset: 0, message: "no signal is read: a rule here watches a resource") }
            condition = part.text
            self.kind = kind
            resources = reader.reach == Reader.all ? nil : reader.reach
            identity = reader.identity
        } catch {
            throw PromQLRefusal(offset: error.offset, reason: error.message)
        }
    }
}

/// Why a query does not translate, and where in it.
package struct PromQLRefusal: Error, Equatable, Sendable {
    /// Characters from the query's start.
    package var offset: Int
    package var reason: String
}

/// One piece of the translation.
private struct Part {
    enum Shape {
        /// A number without a signal; text is not used.
        case number(Double)
        /// A value in a base unit; what the query counts is `scale` of it.
        case value(MetricUnit, scale: Double)
        /// A condition, and the value that Prometheus would hand on where it holds.
        indirect case condition(of: Part?)
        /// The end of a certificate, from which the time must be taken away.
        case moment
        case time
    }

    var text: String
    var shape: Shape
    /// Binds as strongly as this operator: 1 or, 2 and, 3 comparison, 4 sum, 5 product, 9 alone.
    var strength = 9

    func inside(_ operation: Int) -> String { strength < operation ? "(\(text))" : text }
}

private struct Reader {
    /// What a selector without a matcher is about.
    static let all = "*"

    var kind: ResourceKind?
    /// The resources that all selectors are about, as a glob; nothing before the first.
    var reach: String?
    var identity: Set<String> = []

    mutating func part(_ query: PromQL) throws(PromQLMistake) -> Part {
        func refuse(_ message: String) -> PromQLMistake { PromQLMistake(offset: query.offset, message: message) }
        switch query.node {
        case .number(let number): return Part(text: "", shape: .number(number))
        case .text: throw refuse("a text is no condition")
        case .minus(let inner):
            guard case .number(let number) = try part(inner).shape else { throw refuse("a negative signal has no counterpart") }
            return Part(text: "", shape: .number(-number))
        case .subquery: throw refuse("a subquery or a moved time has no counterpart")
        case .selector(let selector):
            guard selector.range == nil else { throw refuse("a range outside a function") }
            return try value(selector, query.offset)
        case .call(let name, let arguments): return try call(name, arguments, query)
        case .aggregation(let name, let labels, let isWithout, let arguments): return try aggregation(name, labels, isWithout, arguments, query)
        case .binary(let operation, let matching, let left, let right):
            if matching.isBool { throw refuse("`bool` makes numbers of a condition, which a limit cannot be compared with") }
            if matching.isOn, matching.labels?.isEmpty == true { throw refuse("`on ()` joins all resources with all") }
            return try binary(operation, try part(left), try part(right), query)
        }
    }

    /// Takes note of the resource that a selector is about, and gives its signal.
    mutating func value(_ selector: PromQL.Selector, _ offset: Int) throws(PromQLMistake) -> Part {
        let metric = try PrometheusMetric.named(selector.metric, offset: offset)
        if selector.isMoved { throw PromQLMistake(offset: offset, message: "`offset` and `@` have no counterpart; delta() compares with earlier values") }
        if let kind, kind != metric.signal.kind { throw PromQLMistake(offset: offset, message: "joins a \(kind.rawValue) with a \(metric.signal.kind.rawValue): a rule here watches one kind") }
        kind = metric.signal.kind
        identity.formUnion(metric.identity)
        var own = Self.all
        for matcher in selector.matchers {
            // The job of an exporter tells nothing about the resource.
            if matcher.label == "job", !metric.identity.contains("job") { continue }
            guard metric.identity.contains(matcher.label), let glob = Self.glob(matcher) else {
                throw PromQLMistake(offset: offset, message: "the matcher \(matcher.label)\(matcher.comparison)\"\(matcher.value)\" has no counterpart")
            }
            if own != Self.all, own != glob { throw PromQLMistake(offset: offset, message: "names two resources, '\(own)' and '\(glob)'") }
            if glob != Self.all { own = glob }
        }
        // A rule has one list of resources for all of its condition.
        if let reach, reach != own { throw PromQLMistake(offset: offset, message: "is about '\(own)', and what comes before it about '\(reach)': a rule here watches the same resources in all of its condition") }
        reach = own
        return Part(text: metric.signal.name, shape: selector.metric == PrometheusMetric.certificateEnd ? .moment : .value(metric.unit, scale: metric.scale))
    }

    /// `=` and the simplest of regular expressions.
    static func glob(_ matcher: PromQL.Matcher) -> String? {
        switch matcher.comparison {
        case "=": return matcher.value.isEmpty || Glob.isPattern(matcher.value) ? nil : matcher.value
        case "=~":
            func text(_ any: String) -> String { matcher.value.replacing(".*", with: any).replacing(".+", with: any) }
            return !matcher.value.isEmpty && text("").allSatisfy({ $0.isLetter || $0.isNumber || "_-".contains($0) }) ? text("*") : nil
        default: return nil
        }
    }

    mutating func call(_ name: String, _ arguments: [PromQL], _ query: PromQL) throws(PromQLMistake) -> Part {
        func refuse(_ message: String) -> PromQLMistake { PromQLMistake(offset: query.offset, message: message) }
        let windows = ["avg_over_time": "avg_over", "max_over_time": "max_over", "min_over_time": "min_over", "sum_over_time": "sum_over", "delta": "delta", "last_over_time": "", "quantile_over_time": "quantile_over", "predict_linear": "predict"]
        switch name {
        case "time" where arguments.isEmpty: return Part(text: "", shape: .time)
        case "round", "floor", "ceil":
            guard let first = arguments.first else { throw refuse("\(name)() without a value") }
            return try part(first)
        case "absent", "absent_over_time": throw refuse("\(name)(): where nothing comes, `missing: breach` of a rule says so, and `silent()` of a counter")
        case "rate", "increase", "irate": throw refuse("\(name)() is for counters that only grow; CloudWatch's numbers are counts of a period: sum_over_time()")
        default: break
        }
        guard let ours = windows[name] else { throw refuse("\(name)() has no counterpart") }
        let series = name == "quantile_over_time" ? arguments.last : arguments.first
        guard let series, case .selector(let selector) = series.node, let range = selector.range else { throw refuse("\(name)() of something else than a series") }
        let value = try value(selector, series.offset)
        if ours.isEmpty { return value }
        var words = [value.text, Self.text(range, .seconds)]
        if name == "quantile_over_time" || name == "predict_linear" {
            guard arguments.count == 2, let other = arguments.first(where: { $0 != series }), case .number(let number) = try part(other).shape else { throw refuse("\(name)() with a number that is not written out") }
            words.append(Self.text(number, name == "predict_linear" ? .seconds : .ratio))
        }
        return Part(text: "\(ours)(\(words.joined(separator: ", ")))", shape: value.shape)
    }

    mutating func aggregation(_ name: String, _ labels: [String]?, _ isWithout: Bool, _ arguments: [PromQL], _ query: PromQL) throws(PromQLMistake) -> Part {
        guard ["sum", "max", "min", "avg"].contains(name), arguments.count == 1, let inner = arguments.first else { throw PromQLMistake(offset: query.offset, message: "\(name)() over several resources has no counterpart") }
        let part = try part(inner)
        // Of one resource there is one series here: to add it up changes nothing.
        guard reach.map({ !Glob.isPattern($0) }) ?? false || !isWithout && !(labels.map(Set.init) ?? []).isDisjoint(with: identity) else {
            throw PromQLMistake(offset: query.offset, message: "\(name)() makes one number of all resources; a rule here watches each by itself")
        }
        return part
    }

    func binary(_ operation: String, _ left: Part, _ right: Part, _ query: PromQL) throws(PromQLMistake) -> Part {
        func refuse(_ message: String) -> PromQLMistake { PromQLMistake(offset: query.offset, message: message) }
        switch operation {
        case "and", "or", "unless":
            guard case .condition(let value) = left.shape, case .condition = right.shape else { throw refuse("`\(operation)` joins something that is compared with nothing") }
            let strength = operation == "or" ? 1 : 2
            return Part(text: "\(left.inside(strength)) \(operation == "or" ? "or" : "and") \(operation == "unless" ? "not (\(right.text))" : right.inside(strength + 1))", shape: .condition(of: operation == "or" ? nil : value), strength: strength)
        case "==", "!=", ">", "<", ">=", "<=": return try comparison(operation, left, right, refuse)
        case "+", "-", "*", "/": return try arithmetic(operation, left, right, refuse)
        default: throw refuse("the operator \(operation) has no counterpart")
        }
    }

    func comparison(_ operation: String, _ left: Part, _ right: Part, _ refuse: (String) -> PromQLMistake) throws(PromQLMistake) -> Part {
        let word = operation == "==" ? "=" : operation
        switch (left.shape, right.shape) {
        case (.condition(.some(let value)), .number):
            // `3 <= x < 20`: what holds hands its value on.
            let second = try comparison(operation, value, right, refuse)
            return Part(text: "\(left.inside(2)) and \(second.text)", shape: .condition(of: value), strength: 2)
        case (.value(let unit, let scale), .number(let number)): return Part(text: "\(left.inside(4)) \(word) \(try limit(number * scale, unit, refuse))", shape: .condition(of: left), strength: 3)
        case (.number(let number), .value(let unit, let scale)): return Part(text: "\(try limit(number * scale, unit, refuse)) \(word) \(right.inside(4))", shape: .condition(of: right), strength: 3)
        case (.value(let a, let first), .value(let b, let second)) where a == b && first == second:
            return Part(text: "\(left.inside(4)) \(word) \(right.inside(4))", shape: .condition(of: left), strength: 3)
        default: throw refuse("these two cannot be compared here")
        }
    }

    func arithmetic(_ operation: String, _ left: Part, _ right: Part, _ refuse: (String) -> PromQLMistake) throws(PromQLMistake) -> Part {
        switch (operation, left.shape, right.shape) {
        case ("-", .moment, .time): return Part(text: left.text, shape: .value(.seconds, scale: 1))
        case (_, .number(let a), .number(let b)): return Part(text: "", shape: .number(operation == "+" ? a + b : operation == "-" ? a - b : operation == "*" ? a * b : a / b))
        // Whoever multiplies counts in smaller pieces: the limit takes it up.
        case ("*", .value(let unit, let scale), .number(let number)) where number > 0, ("*", .number(let number), .value(let unit, let scale)) where number > 0:
            var part = left
            if case .number = left.shape { part = right }
            part.shape = .value(unit, scale: scale / number)
            return part
        case ("/", .value(let unit, let scale), .number(let number)) where number > 0:
            var part = left
            part.shape = .value(unit, scale: scale * number)
            return part
        case ("/", .value(let a, let first), .value(let b, let second)) where a == b:
            return Part(text: "\(left.inside(5)) / \(right.inside(6))", shape: .value(.ratio, scale: first / second), strength: 5)
        case ("+", .value(let a, let first), .value(let b, let second)) where a == b && first == second, ("-", .value(let a, let first), .value(let b, let second)) where a == b && first == second:
            return Part(text: "\(left.inside(4)) \(operation) \(right.inside(5))", shape: .value(a, scale: first), strength: 4)
        case ("+", .value(let unit, let scale), .number(let number)), ("-", .value(let unit, let scale), .number(let number)):
            return Part(text: "\(left.inside(4)) \(operation) \(try limit(number * scale, unit, refuse))", shape: left.shape, strength: 4)
        default: throw refuse("this '\(operation)' has no counterpart here")
        }
    }

    func limit(_ value: Double, _ unit: MetricUnit, _ refuse: (String) -> PromQLMistake) throws(PromQLMistake) -> String {
        guard value.isFinite, abs(value) < 1e15 else { throw refuse("the number is too large") }
        return Self.text(value, unit)
    }

    /// A number as a person would write it in a rule.
    static func text(_ value: Double, _ unit: MetricUnit) -> String {
        if value < 0 { return "-" + text(-value, unit) }
        func digits(_ value: Double) -> String {
            let rounded = (value * 1e6).rounded() / 1e6
            return Int64(exactly: rounded).map(String.init) ?? "\(rounded)"
        }
        switch unit {
        case .seconds:
            for (size, word) in [(86_400.0, "d"), (3_600, "h"), (60, "m")] where value >= size && (value / size).rounded() == value / size { return digits(value / size) + word }
            return value == 0 ? "0s" : value < 1 ? digits(value * 1_000) + "ms" : digits(value) + "s"
        case .bytes:
            for (size, word) in [(1_073_741_824.0, "GiB"), (1_048_576, "MiB"), (1_024, "KiB")] where value >= size && (value / size).rounded() == value / size { return digits(value / size) + word }
            return digits(value) + "B"
        case .ratio: return digits(value * 100) + "%"
        case .count, .perSecond: return digits(value)
        }
    }
}
