import Signals

/// The smallest piece of an expression, with its place: characters from the expression's start.
struct Token: Hashable {
    enum Kind: Hashable {
        case number(Double, NumberUnit)
        /// A word, or words joined by dots: `oldest_age`, `duration.p99`.
        case name(String)
        case text(String)
        case symbol(Symbol)
        case end
    }

    var kind: Kind
    var offset: Int
    /// As it was written, for messages.
    var source: String
}

/// What was written behind a number.
enum NumberUnit: Hashable {
    case none, percent, seconds, bytes
}

enum Symbol: String, CaseIterable {
    // Longest first: the lexer takes the first that fits.
    case atLeast = ">=", atMost = "<=", equalTwice = "==", unequal = "!="
    case above = ">", below = "<", equal = "=", plus = "+", minus = "-", times = "*", over = "/", open = "(", close = ")", comma = ",", dot = "."
}
