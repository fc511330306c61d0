/// A DynamoDB table: calls that reached it, and those that were turned away for want of capacity.
package struct TableModel: Sendable {
    package var name: String
    /// Read and write units; nothing where the table is on demand.
    package var provisioned: (read: Int, write: Int)?
    package var createdDaysAgo = 300
    package var writes: @Sendable (_ minute: Int64) -> Int
    package var reads: @Sendable (_ minute: Int64) -> Int = { _ in 0 }
    package var throttledWrites: @Sendable (_ minute: Int64) -> Int = { _ in 0 }
    package var dice: Dice

    package init(_ name: String, dice: Dice, writes: @escaping @Sendable (Int64) -> Int) {
        self.name = name
        self.dice = dice.named(name)
        self.writes = writes
    }

    /// Adds the AWS/DynamoDB series: a counter that did not count is not reported at all.
    package func report(to board: inout MetricBoard) {
        let table = self, latency = Quantiles(2.1, p50: 3.4, p95: 7.8, p99: 12, most: 24)
        let dimensions = ["TableName": name]
        func counter(_ metric: String, _ dimensions: [String: String], _ value: @escaping @Sendable (Int64) -> Int) {
            board.add("AWS/DynamoDB", metric, dimensions, .counter) { minute in
                let count = value(minute)
                return count > 0 ? MetricPoint(Double(count)) : nil
            }
        }
        counter("ConsumedWriteCapacityUnits", dimensions, table.writes)
        counter("ConsumedReadCapacityUnits", dimensions, table.reads)
        counter("WriteThrottleEvents", dimensions, table.throttledWrites)
        counter("ThrottledRequests", dimensions.merging(["Operation": "PutItem"]) { old, _ in old }, table.throttledWrites)
        for (operation, calls) in [("PutItem", table.writes), ("GetItem", table.reads)] {
            board.add("AWS/DynamoDB", "SuccessfulRequestLatency", dimensions.merging(["Operation": operation]) { old, _ in old },
                      .reading) { minute in
                MetricPoint((0..<calls(minute)).map { latency.value(at: table.dice.unit(minute, Int64($0))) })
            }
        }
    }
}
