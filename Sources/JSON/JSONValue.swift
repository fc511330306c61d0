/// A JSON document as it was written: keys keep their order, of a repeated key the first wins, numbers are doubles.
/// Made for answers of strangers: a wrong type reads as nothing, so one bad element never costs the others.
package indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: JSONValue
        package init(_ key: String, _ value: JSONValue) { self.key = key; self.value = value }
    }

    package subscript(_ key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var number: Double? { if case .number(let value) = self { value } else { nil } }
    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var array: [JSONValue] { if case .array(let items) = self { items } else { [] } }
    package var members: [Member] { if case .object(let members) = self { members } else { [] } }
    package var isNull: Bool { if case .null = self { true } else { false } }

    /// A whole number, also where the source wrote it as a string (SQS attributes do).
    package var integer: Int? {
        switch self {
        case .number(let value): Int(exactly: value.rounded(.towardZero))
        case .string(let text): Int(text)
        default: nil
        }
    }

    /// A finite number, also where the source wrote it as a string.
    package var double: Double? {
        switch self {
        case .number(let value): value.isFinite ? value : nil
        case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(Double(value)) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
    package init(nilLiteral: ()) { self = .null }

    package init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
    package init(_ value: Int) { self = .number(Double(value)) }
    package init(_ value: Int?) { self = value.map { .number(Double($0)) } ?? .null }
    package init(_ value: Int64) { self = .number(Double(value)) }
    package init(_ value: Double?) { self = value.map(JSONValue.number) ?? .null }
}
