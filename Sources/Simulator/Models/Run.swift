/// One invocation of a function: metrics, log lines and traces all tell of the same runs.
package struct Run: Sendable {
    package enum Outcome: Equatable, Sendable {
        case success
        /// The handler threw; the type and text as the runtime logs them.
        case error(type: String, message: String)
        case timeout
    }

    /// The number of the event in its flow: what stays the same over retries.
    package var event: Int64
    /// 1 is the first try.
    package var attempt: Int
    /// Seconds since the epoch.
    package var start: Double
    /// Seconds of the handler.
    package var duration: Double
    /// Seconds; nothing on a warm start.
    package var initDuration: Double?
    package var outcome: Outcome = .success
    /// MB.
    package var memoryUsed: Int
    /// Seconds since the epoch at which its trace began.
    package var traceStart: Double
    // Identities are texts that most readers of a run never look at; they are made when asked for.
    fileprivate var names: Dice
    fileprivate var traceNames: Dice

    /// Retries of an asynchronous event keep its request id; that is how attempts are counted.
    package var requestID: String { names.uuid(event) }
    /// `1-<8 hex>-<24 hex>`.
    package var traceID: String {
        let epoch = String(Int64(exactly: traceStart.rounded(.down)) ?? 0, radix: 16)
        return "1-\(epoch)-\(traceNames.hexDigits(24, event))"
    }

    package var isFailed: Bool { outcome != .success }
    package var end: Double { start + (initDuration ?? 0) + duration }
}

/// Makes runs of one function that look alike: how long, how cold, how much memory.
package struct RunShape: Sendable {
    package var warm: Quantiles
    /// Added to the handler's time of a cold run.
    package var coldExtra = Quantiles(0.03, p50: 0.06, p95: 0.12, p99: 0.2, most: 0.25)
    package var initialisation = Quantiles(0.15, p50: 0.3, p95: 0.42, p99: 0.5, most: 0.6)
    package var coldShare = 0.01
    package var memory = 60...80
    /// Seconds after the event at which this function starts.
    package var offset = 0.0
    package let dice: Dice
    private let rolls: Rolls

    /// - Parameter origin: shared by all functions that one event passes: they agree on its second and its trace.
    package init(warm: Quantiles, dice: Dice, origin: Dice? = nil) {
        self.warm = warm
        self.dice = dice
        rolls = Rolls(dice, origin: origin ?? dice)
    }

    /// - Parameter arrival: the minute of the event itself, where this is a later attempt.
    package func run(event: Int64, attempt: Int = 1, minute: Int64, arrival: Int64? = nil) -> Run {
        let number = Int64(attempt)
        let isCold = rolls.cold.hits(coldShare, event, number)
        let second = rolls.second.unit(event) * 52
        return Run(
            event: event, attempt: attempt, start: Double(minute) * 60 + second + offset,
            duration: warm.value(at: rolls.duration.unit(event, number)) + (isCold ? coldExtra.value(at: rolls.extra.unit(event, number)) : 0),
            initDuration: isCold ? initialisation.value(at: rolls.initialisation.unit(event, number)) : nil,
            memoryUsed: memory.lowerBound + Int(rolls.memory.word(event, number) % UInt64(memory.count)),
            traceStart: Double(arrival ?? minute) * 60 + second, names: dice, traceNames: rolls.trace)
    }
}

/// The dice of a shape, labelled once and not for every run.
private struct Rolls: Sendable {
    let cold, extra, duration, initialisation, memory, second, trace: Dice

    init(_ dice: Dice, origin: Dice) {
        cold = dice.named("cold")
        extra = dice.named("extra")
        duration = dice.named("duration")
        initialisation = dice.named("init")
        memory = dice.named("memory")
        second = origin.named("second")
        trace = origin.named("trace")
    }
}
