import Signals

/// A part whose own failures or own time are in excess of what it calls, with the numbers that speak against it.
package struct Suspect: Sendable, Equatable {
    /// What is compared: two kinds of trouble have two kinds of causes.
    package enum Trouble: Sendable, CaseIterable { case failures, time }

    /// Its place among the parts.
    package var part: Int
    package var trouble: Trouble
    /// Failures or seconds more than before, over the whole stretch.
    package var excess: Double
    /// What is left of it without the excess of what it calls.
    package var own: Double
    /// Nine of ten stretches of the past were not farther off than this.
    package var usual: Double
    /// In the stretch.
    package var calls: Double
    /// Failures or seconds in the stretch.
    package var amount: Double
    /// Failures or seconds a call before it.
    package var level: Double
    /// Seconds of the stretch.
    package var span: Double

    /// `34 of 153 calls failed in 15 min, where 0 would be expected. What it calls explains 2 of them.`
    package var evidence: String {
        let span = Quantity.text(self.span, .seconds), explained = excess - own
        switch trouble {
        case .failures:
            let expected = Self.number(level * calls)
            let what = calls >= amount ? "\(Self.number(amount)) of \(Self.number(calls)) calls failed in \(span), where \(expected) would be expected"
                : "\(Self.number(amount)) calls failed in \(span), where \(expected) would be expected"
            return explained < 0.5 ? "\(what). Nothing that it calls explains them." : "\(what). What it calls explains \(Self.number(explained)) of them."
        case .time:
            let each = calls > 0 ? 1 / calls : 0
            let what = "A call took \(Quantity.text(amount * each, .seconds)) in \(span), \(Quantity.text(level, .seconds)) before it"
            return explained * each < 0.0005 ? "\(what). Nothing that it calls explains that." : "\(what). What it calls explains \(Quantity.text(explained * each, .seconds)) of that."
        }
    }

    private static func number(_ value: Double) -> String { Quantity.text(value.rounded(), .count) }
}
