import Telemetry

/// A value in a query: a text, a number, or nothing.
enum InsightsValue: Hashable, Sendable {
    case none, number(Double), text(String)

    var number: Double? {
        switch self {
        case .none: nil
        case .number(let value): value
        case .text(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        }
    }

    var text: String? {
        switch self {
        case .none: nil
        case .number(let value): Int64(exactly: value).map(String.init) ?? "\(value)"
        case .text(let text): text
        }
    }

    var isTrue: Bool { (number ?? 0) != 0 }
    init(_ truth: Bool) { self = .number(truth ? 1 : 0) }
}

/// One record: a line, and what the service finds in it by itself.
struct InsightsRecord: Sendable {
    var time: Int64
    var fields: [String: InsightsValue]
}

/// A term or a condition of the query language, as far as dashboards use it.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
indirect enum InsightsExpression: Sendable {
    case constant(InsightsValue)
    case field(String)
    case call(String, [InsightsExpression])
    case binary(String, InsightsExpression, InsightsExpression)
    /// Steps of time, in milliseconds.
    case bin(Int64)
    case everything

    func value(in record: InsightsRecord) -> InsightsValue {
        switch self {
        case .constant(let value): return value
        case .field(let name): return record.fields[name] ?? .none
        case .everything: return .number(1)
        case .bin(let step): return .text(Self.stamp(record.time - ((record.time % step) + step) % step))
        case .call(let name, let arguments): return Self.call(name, arguments.map { $0.value(in: record) })
        case .binary(let mark, let left, let right): return Self.compare(mark, left.value(in: record), right.value(in: record))
        }
    }

    private static func call(_ name: String, _ values: [InsightsValue]) -> InsightsValue {
        switch name {
        case "strcontains": return InsightsValue(values.count == 2 && values[0].text.flatMap { text in values[1].text.map { text.contains($0) } } == true)
        case "greatest": return values.compactMap(\.number).max().map { .number($0) } ?? .none
        case "ispresent": return InsightsValue(values.first.map { $0 != .none } ?? false)
        default: return .none
        }
    }

    private static func compare(_ mark: String, _ left: InsightsValue, _ right: InsightsValue) -> InsightsValue {
        switch mark {
        case "and": return InsightsValue(left.isTrue && right.isTrue)
        case "or": return InsightsValue(left.isTrue || right.isTrue)
        case "like": return InsightsValue(left.text.flatMap { text in right.text.map { text.contains($0) } } ?? false)
        case "=": return InsightsValue(left != .none && left.text == right.text)
        case "!=": return InsightsValue(left.text != right.text)
        default:
            guard let a = left.number, let b = right.number else { return InsightsValue(false) }
            return InsightsValue(mark == "<" ? a < b : mark == ">" ? a > b : mark == "<=" ? a <= b : a >= b)
        }
    }

    /// `2026-11-20 10:05:00.000`.
    static func stamp(_ milliseconds: Int64) -> String {
        let text = FunctionModel.stamp(Double(milliseconds) / 1_000)
        return text.replacing("T", with: " ").replacing("Z", with: "")
    }
}
