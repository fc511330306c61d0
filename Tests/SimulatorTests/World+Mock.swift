import Telemetry
@testable import Simulator

/// Friday, 20 November 2026, 10:00 UTC: where the tests place the faults.
let dayZero = Timestamp(year: 2026, month: 11, day: 20, hour: 10)

extension SimulatedWorld {
    static func mock(seed: UInt64 = 7, isHealthy: Bool = false, faults: FaultPlan = FaultPlan()) -> SimulatedWorld {
        SimulatedWorld(seed: seed, anchor: dayZero, isHealthy: isHealthy, faults: faults)
    }
}

extension SimulatedSystem {
    /// One settled bucket that ends at the anchor unless told otherwise.
    func point(_ namespace: String, _ name: String, _ dimensions: [String: String], minutes: Int64 = 60, endingAt end: Timestamp = dayZero,
               now: Timestamp = dayZero + 7_200) -> MetricPoint? {
        metrics.series[MetricKey(namespace, name, dimensions)]?.point(from: end.minute - minutes, to: end.minute, now: now)
    }

    func sum(_ namespace: String, _ name: String, _ dimensions: [String: String], minutes: Int64 = 60, endingAt end: Timestamp = dayZero) -> Double {
        point(namespace, name, dimensions, minutes: minutes, endingAt: end)?.sum ?? 0
    }

    func queue(_ name: String) -> QueueModel? { queues.first { $0.name == name } }
}
