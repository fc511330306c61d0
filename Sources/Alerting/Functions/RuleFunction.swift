import Signals
import Telemetry

/// A function of the rule language: one file each, with the examples that its test runs and the manual prints.
package struct RuleFunction: Sendable {
    package enum Parameter: Hashable, Sendable {
        /// A signal of the resource or of another one.
        case signal
        /// `slo` in a rule on objectives, or `"service/id"` anywhere: its bad events, with the allowed ones beside them.
        case objective
        /// How far back, or ahead: a duration above zero.
        case duration
        /// A share between 0 % and 100 %.
        case share
    }

    /// What comes out, so that units can be checked.
    package enum Result: Hashable, Sendable { case sameUnit, perSecond, share, plain, condition }

    package var name: String
    /// `delta(signal, window)`.
    package var signature: String
    package var sentence: String
    package var parameters: [Parameter]
    package var result: Result
    /// Only events can be added up.
    package var countersOnly = false
    /// Greater values of the signal give a greater result, so a value that can only rise may be trusted early.
    package var followsSignal = false
    /// Read where no signal is among the parameters; the function then belongs to this kind alone.
    package var impliedSignal: Signal?
    /// Seconds: with a shorter window it could never know anything.
    package var leastWindow = 0.0
    /// Seconds before the step that it reads.
    package var lookback: @Sendable (_ arguments: [Double], _ settings: [Setting: SettingValue]) -> Int64
    /// The value at the input's row; NaN where it is not known. Conditions are 1 and 0.
    package var value: @Sendable (FunctionInput) -> Double
    /// Where one pass over the series is cheaper than a look back at every step: the value of each row, from that row and earlier ones alone.
    package var sweep: (@Sendable (FunctionInput) -> [Double])?
    /// Asked where the value is not known: the share of the past that was needed and is there. Below 1 the function is still learning.
    package var learned: (@Sendable (FunctionInput) -> Double)?
    package var examples: [FunctionExample]

    /// In the order of the manual.
    package static let all: [RuleFunction] = [
        rate, delta, sumOver, averageOver, maximumOver, minimumOver, quantileOver, predict, baseline, novel, burnRate, silent, missedSchedule,
    ]

    package static func named(_ name: String) -> RuleFunction? { all.first { $0.name == name } }
}

/// What a function may look at: one signal up to one step, and the resource's settings.
package struct FunctionInput {
    /// NaN where there is no value; nothing where the signal has no point in the whole window.
    var values: [Double]
    /// The second signal of functions that read two, on the same rows.
    var companion: [Double] = []
    var hasColumn: Bool
    var row: Int
    /// The end of the row: the moment of which the rule speaks.
    var time: Timestamp
    var period: Int64
    /// Durations and shares, in the order of the signature.
    var arguments: [Double]
    var settings: [Setting: SettingValue]
    var absence: AbsenceReason?

    /// The rows of the last `seconds`, the newest last.
    func rows(_ seconds: Double) -> Range<Int> {
        let wanted = Int64(exactly: (seconds / Double(max(1, period))).rounded(.up)) ?? 1
        let end = min(row + 1, values.count)
        let first = Int(max(0, min(Int64(end), Int64(row) + 1 - max(1, wanted))))
        return first..<max(first, end)
    }

    /// The known values of the last `seconds`.
    func known(_ seconds: Double) -> [Double] { values[rows(seconds)].filter { !$0.isNaN } }

    func argument(_ index: Int) -> Double { arguments.indices.contains(index) ? arguments[index] : .nan }
}

/// A rule on a small series and what it must say at the last step: documentation that is tested.
package struct FunctionExample: Sendable {
    package var expression: String
    package var on: ResourceKind
    /// Five-minute steps; nothing where there is no point.
    package var series: [String: [Double?]]
    package var settings: [Setting: SettingValue]
    /// The end of the last step.
    package var ends: Timestamp
    package var fires: Bool
    package var because: String

    init(_ expression: String, on kind: ResourceKind, _ series: [String: [Double?]], settings: [Setting: SettingValue] = [:],
         ends: Timestamp = Timestamp(seconds: 1_795_168_800), fires: Bool, _ because: String) {
        self.expression = expression
        on = kind
        self.series = series
        self.settings = settings
        self.ends = ends
        self.fires = fires
        self.because = because
    }
}

extension RuleFunction {
    /// The look-back of functions whose first duration is their window.
    static let window: @Sendable ([Double], [Setting: SettingValue]) -> Int64 = { arguments, _ in
        arguments.first.flatMap { Int64(exactly: $0.rounded(.up)) } ?? 0
    }
}
