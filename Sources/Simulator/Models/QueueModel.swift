import Telemetry

/// An SQS queue whose counters and gauges follow from two running totals, so that sent = deleted + moved + waiting at any time.
package struct QueueModel: Sendable {
    package var name: String
    /// Seconds.
    package var retention: Int64 = 345_600
    /// Seconds.
    package var visibilityTimeout = 30
    package var delay = 0
    package var longPoll = 0
    package var contentBasedDeduplication = false
    package var deadLetterQueue: String?
    package var maxReceiveCount = 3
    package var createdDaysAgo = 220

    /// Messages that ever came in before the minute begins.
    package var arrived: @Sendable (_ minute: Int64) -> Int64
    /// Messages that were deleted by consumers, or moved away, before the minute begins.
    package var departed: @Sendable (_ minute: Int64) -> Int64
    /// Of the departed ones, those that went to the dead-letter queue.
    package var movedAway: @Sendable (_ minute: Int64) -> Int64 = { _ in 0 }
    package var received: (@Sendable (_ minute: Int64) -> Int64)?
    /// Messages being worked on at the end of the minute; never more than wait.
    package var inFlight: @Sendable (_ minute: Int64) -> Int64 = { _ in 0 }
    /// Seconds since the oldest waiting message came, asked only while one waits.
    package var oldestAge: @Sendable (_ minute: Int64) -> Double = { _ in 2 }
    package var emptyReceives: @Sendable (_ minute: Int64) -> Double = { _ in 3 }
    /// FIFO: message groups with a message in flight at some time of the minute; nothing: at most one, as with a constant group id.
    package var groups: (@Sendable (_ minute: Int64) -> Int64)?
    package var deduplicated: (@Sendable (_ minute: Int64) -> Int64)?
    /// Redriven messages do not count as sent.
    package var countsArrivalsAsSent = true
    /// SQS stops reporting about six hours after the last activity.
    package var isAwake: @Sendable (_ minute: Int64) -> Bool = { _ in true }

    package init(_ name: String, arrived: @escaping @Sendable (Int64) -> Int64, departed: @escaping @Sendable (Int64) -> Int64) {
        self.name = name
        self.arrived = arrived
        self.departed = departed
    }

    package var isFIFO: Bool { name.hasSuffix(".fifo") }

    /// Messages in the queue at the end of the minute, in flight or not.
    package func held(_ minute: Int64) -> Int64 {
        let expired = arrived(minute + 1 - retention / 60)
        return max(0, arrived(minute + 1) - max(departed(minute + 1), expired))
    }

    package func flying(_ minute: Int64) -> Int64 { min(held(minute), inFlight(minute)) }
    package func visible(_ minute: Int64) -> Int64 { held(minute) - flying(minute) }
    package func age(_ minute: Int64) -> Double { held(minute) > 0 ? min(oldestAge(minute), Double(retention)) : 0 }

    /// Adds the AWS/SQS series of this queue.
    package func report(to board: inout MetricBoard) {
        let queue = self
        func add(_ metric: String, _ nature: MetricSeries.Nature, _ value: @escaping @Sendable (Int64) -> Double) {
            board.add("AWS/SQS", metric, ["QueueName": queue.name], nature) { queue.isAwake($0) ? MetricPoint(value($0)) : nil }
        }
        add("ApproximateNumberOfMessagesVisible", .reading) { Double(queue.visible($0)) }
        add("ApproximateNumberOfMessagesNotVisible", .reading) { Double(queue.flying($0)) }
        add("ApproximateNumberOfMessagesDelayed", .reading) { _ in 0 }
        add("ApproximateAgeOfOldestMessage", .reading) { queue.age($0) }
        add("NumberOfMessagesSent", .counter) { queue.countsArrivalsAsSent ? Double(queue.arrived($0 + 1) - queue.arrived($0)) : 0 }
        add("NumberOfMessagesDeleted", .counter) { queue.deleted($0) }
        add("NumberOfMessagesReceived", .counter) { minute in queue.received.map { Double($0(minute)) } ?? queue.deleted(minute) }
        add("NumberOfEmptyReceives", .counter) { queue.emptyReceives($0) }
        guard queue.isFIFO else { return }
        add("NumberOfDeduplicatedSentMessages", .counter) { Double(queue.deduplicated?($0) ?? 0) }
        add("ApproximateNumberOfGroupsWithInflightMessages", .reading) { Double(queue.groups?($0) ?? min(1, queue.flying($0))) }
    }

    private func deleted(_ minute: Int64) -> Double {
        Double(departed(minute + 1) - departed(minute) - movedAway(minute + 1) + movedAway(minute))
    }
}

extension QueueModel {
    /// A queue whose consumer keeps up: at most a message or two wait at the end of a minute.
    package init(_ name: String, flow: Flow, dice: Dice) {
        let residue = dice.named("residue")
        self.init(name, arrived: { flow.total(before: $0) }, departed: { minute in
            let newest = flow.count(in: minute - 1)
            return flow.total(before: minute) - min(newest, newest > 3 ? Int64(residue.word(minute) % 3) : 0)
        })
        let age = dice.named("age")
        oldestAge = { (1 + 8 * age.unit($0)).rounded() }
    }
}
