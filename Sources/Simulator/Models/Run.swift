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
    package var requestID: String
    /// `1-<8 hex>-<24 hex>`.
    package var traceID: String

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
    package var dice: Dice

    package init(warm: Quantiles, dice: Dice) {
        self.warm = warm
        self.dice = dice
    }

    package func run(event: Int64, attempt: Int = 1, minute: Int64) -> Run {
        let number = Int64(attempt)
        let isCold = dice.named("cold").hits(coldShare, event, number)
        let extra = isCold ? coldExtra.value(at: dice.named("extra").unit(event, number)) : 0
        let start = Double(minute) * 60 + dice.named("second").unit(event) * 57
        return Run(
            event: event, attempt: attempt, start: start,
            duration: warm.value(at: dice.named("duration").unit(event, number)) + extra,
            initDuration: isCold ? initialisation.value(at: dice.named("init").unit(event, number)) : nil,
            memoryUsed: memory.lowerBound + Int(dice.named("memory").word(event, number) % UInt64(memory.count)),
            // Retries of an asynchronous event keep its request id; that is how attempts are counted.
            requestID: dice.uuid(event),
            traceID: traceID(event: event, start: start)
        )
    }

    private func traceID(event: Int64, start: Double) -> String {
        let epoch = String(Int64(exactly: start.rounded(.down)) ?? 0, radix: 16)
        return "1-\(epoch)-\(dice.named("trace").hexDigits(24, event))"
    }
}
