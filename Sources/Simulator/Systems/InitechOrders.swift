import Telemetry

/// Completed orders on their way from the bus through the queue: most are counted, some fail three times and move away.
struct InitechOrders: Sendable {
    let dice: Dice
    /// The minute of the first failure: 5 h 29 min before the anchor.
    let firstFailure: Int64
    private let lastHour: Int64
    private let flow: Flow
    private let shape: RunShape
    private let isHealthy: Bool

    init(_ circumstances: Circumstances) {
        dice = circumstances.dice("initech orders")
        firstFailure = circumstances.anchor.minute - 329
        lastHour = circumstances.anchor.minute - 60
        isHealthy = circumstances.isHealthy
        var flow = circumstances.flow("initech orders", perMinute: 12)
        // An even flow: in every minute more messages leave than move away.
        flow.evenness = 0.5
        self.flow = flow
        shape = RunShape(warm: Quantiles(0.05, p50: 0.3, p95: 2.2, p99: 11.4, most: 13), dice: dice)
    }

    func matched(_ minute: Int64) -> Int { flow.events(in: minute).count }
    func arrived(_ minute: Int64) -> Int64 { flow.total(before: minute) }
    func departed(_ minute: Int64) -> Int64 { flow.total(before: minute) - Int64(dice.named("residue").word(minute) % 3) }

    /// 174 until an hour before the anchor, 38 in the last hour, and on at that pace.
    func moved(_ minute: Int64) -> Int64 {
        guard !isHealthy, minute > firstFailure else { return 0 }
        if minute <= lastHour { return 174 * (minute - firstFailure) / 269 }
        return 174 + 38 * (minute - lastHour) / 60
    }

    /// Orders that were counted in the table.
    func completed(_ minute: Int64) -> Int { Int(clamping: departed(minute + 1) - departed(minute) - moved(minute + 1) + moved(minute)) }

    /// Batches of two; a batch with a failing message succeeds all the same, because it reports the failure item by item.
    func runs(_ minute: Int64) -> [Run] {
        let tries = arrived(minute + 1) - arrived(minute) + 2 * (moved(minute + 1) - moved(minute))
        return (0..<((tries + 1) / 2)).map { shape.run(event: minute * 100 + $0, minute: minute) }
    }
}
