import Telemetry

/// Made-up points of many resources: half of the signals count, half measure with fractions, as queues and functions do.
struct Fleet {
    static let signals = ["sent", "received", "deleted", "oldest_age", "duration.p50", "duration.p99"]
    static let storedPoints = 288
    /// Everything up to here is stored beforehand.
    static let start = Timestamp(seconds: 1_795_168_800)

    let resources: Int

    /// Recorded part by part, so that the benchmark's own points do not fill the memory.
    var parts: [Range<Int>] { stride(from: 0, to: resources, by: 500).map { $0..<min($0 + 500, resources) } }

    func id(_ index: Int) -> ResourceID { ResourceID(source: "aws", kind: .queue, name: "resource-\(index)") }

    func history(of part: Range<Int>) -> Harvest { harvest(of: part, from: -Self.storedPoints, to: 0) }

    /// The `step`-th point after the history, and the ones before it that are read again.
    func step(_ step: Int, window: Int) -> Harvest { harvest(of: 0..<resources, from: step + 1 - window, to: step + 1) }

    private func harvest(of part: Range<Int>, from first: Int, to end: Int) -> Harvest {
        var harvest = Harvest(window: TimeWindow(from: Self.start + Int64(first) * 300, to: Self.start + Int64(end) * 300))
        harvest.series.reserveCapacity(part.count * Self.signals.count)
        for index in part {
            let id = id(index)
            for (number, signal) in Self.signals.enumerated() {
                let samples = (first..<end).map { step in
                    Sample(Self.start + Int64(step) * 300, value(index, number, step), .final)
                }
                harvest.series.append(SeriesBatch(SeriesID(id, signal), period: 300, samples: samples))
            }
        }
        return harvest
    }

    private func value(_ resource: Int, _ signal: Int, _ step: Int) -> Double {
        var mixed = UInt64(bitPattern: Int64(resource &* 31 &+ signal &* 7_919 &+ step &* 104_729)) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 31
        return signal < 3 ? Double(mixed % 5_000) : Double(mixed % 1_000_003) / 7_919
    }
}
