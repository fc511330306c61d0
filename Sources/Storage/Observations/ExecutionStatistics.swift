import Telemetry

/// How the executions of a function went over some time, from its own report lines. Adds up over hours.
package struct ExecutionStatistics: Hashable, Sendable {
    /// Durations in seconds of executions that began with an initialisation.
    package var cold = LogHistogram()
    /// Durations in seconds of the others.
    package var warm = LogHistogram()
    /// Seconds of the initialisations themselves.
    package var initialisation = LogHistogram()
    /// By what the report says: `timeout`, `error`, `out_of_memory`.
    package var failures: [String: Int] = [:]
    /// Billed seconds, added up.
    package var billed = 0.0
    /// Bytes: the most that one execution used.
    package var memoryUsed: Double?
    /// Bytes: what the function may use, as the newest hour states it.
    package var memorySize: Double?

    package init() {}

    package var coldCount: Int { cold.total }
    package var count: Int { cold.total + warm.total }
    package var failureCount: Int { failures.values.reduce(0) { $0.adding($1) } }

    package mutating func add(_ execution: Execution) {
        if let initDuration = execution.initDuration {
            cold.add(execution.duration)
            initialisation.add(initDuration)
        } else {
            warm.add(execution.duration)
        }
        if let failure = execution.failure { failures[failure, default: 0] += 1 }
        if let seconds = execution.billed, seconds.isFinite { billed += seconds }
        if let used = execution.memoryUsed, used.isFinite { memoryUsed = max(memoryUsed ?? 0, used) }
        if let size = execution.memorySize, size.isFinite { memorySize = size }
    }

    /// Adds what came later.
    package mutating func add(_ later: ExecutionStatistics) {
        cold.add(later.cold)
        warm.add(later.warm)
        initialisation.add(later.initialisation)
        failures.merge(later.failures) { $0.adding($1) }
        billed += later.billed
        if let used = later.memoryUsed { memoryUsed = max(memoryUsed ?? 0, used) }
        memorySize = later.memorySize ?? memorySize
    }
}

extension ExecutionStatistics {
    func packed(for key: BlockKey) -> [UInt8] {
        var packer = Packer()
        for histogram in [cold, warm, initialisation] {
            packer.add(histogram.counts.sorted { $0.key < $1.key }) {
                $0.add($1.key)
                $0.add($1.value)
            }
        }
        packer.add(failures.sorted { $0.key < $1.key }) {
            $0.add($1.key)
            $0.add($1.value)
        }
        packer.add(billed)
        packer.add(memoryUsed)
        packer.add(memorySize)
        return packer.sealed(for: key.raw)
    }

    init(packed: [UInt8], for key: BlockKey) throws(Unpacker.Damaged) {
        var reader = try Unpacker(packed, for: key.raw)
        cold = try Self.histogram(&reader)
        warm = try Self.histogram(&reader)
        initialisation = try Self.histogram(&reader)
        for (word, count) in try reader.list({ reader throws(Unpacker.Damaged) in (try reader.text(), try reader.integer()) }) { failures[word] = count }
        billed = try reader.double()
        memoryUsed = try reader.optionalDouble()
        memorySize = try reader.optionalDouble()
    }

    private static func histogram(_ reader: inout Unpacker) throws(Unpacker.Damaged) -> LogHistogram {
        let bins = try reader.list { reader throws(Unpacker.Damaged) in (try reader.integer(), try reader.integer()) }
        return LogHistogram(counts: Dictionary(bins) { $0.adding($1) })
    }
}
