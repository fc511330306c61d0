import Signals

/// What an expression stands for, as far as it can be told without data.
enum ValueType: Hashable {
    case number(MetricUnit)
    /// A number written without a unit: fits counts, shares and rates, never seconds or bytes.
    case plain
    /// Nought needs no unit.
    case zero
    case condition
    case text
    /// A mistake was reported already: fits everything, so that it is told once.
    case broken

    var words: String {
        switch self {
        case .number(.seconds): "a duration"
        case .number(.bytes): "a size"
        case .number(.count): "a count"
        case .number(.ratio): "a share"
        case .number(.perSecond): "a rate"
        case .plain, .zero: "a plain number"
        case .condition: "a condition"
        case .text: "a text"
        case .broken: "something else"
        }
    }

    var isNumber: Bool {
        switch self {
        case .number, .plain, .zero, .broken: true
        case .condition, .text: false
        }
    }

    /// Whether both can be compared or added, and as what.
    func common(with other: ValueType) -> ValueType? {
        switch (self, other) {
        case (.broken, _), (_, .broken): .broken
        case (.number(let a), .number(let b)): a == b ? self : nil
        case (.zero, let type), (let type, .zero): type.isNumber ? type : nil
        case (.plain, .plain): .plain
        case (.plain, .number(let unit)), (.number(let unit), .plain): unit == .seconds || unit == .bytes ? nil : .number(unit)
        case (.condition, _), (_, .condition), (.text, _), (_, .text): nil
        }
    }

    func times(_ other: ValueType) -> ValueType? {
        switch (self, other) {
        case (.broken, _), (_, .broken): .broken
        case (.plain, let type), (let type, .plain), (.zero, let type), (let type, .zero): type.isNumber ? type : nil
        case (.number(.ratio), .number), (.number, .number(.ratio)): self == .number(.ratio) ? other : self
        case (.number(.perSecond), .number(.seconds)), (.number(.seconds), .number(.perSecond)): .number(.count)
        case (.number, .number), (.condition, _), (_, .condition), (.text, _), (_, .text): nil
        }
    }

    func over(_ other: ValueType) -> ValueType? {
        switch (self, other) {
        case (.broken, _), (_, .broken): .broken
        case (.number, .plain), (.number, .number(.ratio)), (.plain, .plain), (.zero, .plain), (.zero, .number): self
        case (.number(let a), .number(let b)):
            a == b ? .number(.ratio)
                : a == .count && b == .seconds ? .number(.perSecond)
                : a == .count && b == .perSecond ? .number(.seconds) : nil
        case (.plain, .number), (_, .zero), (.condition, _), (_, .condition), (.text, _), (_, .text): nil
        }
    }
}
