import Foundation
import Storage
import Telemetry

/// 2026-11-20T10:00:00Z.
let ten = Timestamp(seconds: 1_795_168_800)
let orders = ResourceID(source: "aws", kind: .queue, name: "orders")
let checkout = ResourceID(source: "aws", kind: .function, name: "checkout")

func window(_ from: Int64, _ to: Int64) -> TimeWindow { TimeWindow(from: ten + from, to: ten + to) }

/// Points at seconds from ten o'clock.
func batch(_ points: [(Int64, Double)], _ quality: Quality = .final, period: Int64 = 300) -> SeriesBatch {
    batch(orders, "sent", points, quality, period: period)
}

func batch(_ resource: ResourceID, _ name: String, _ points: [(Int64, Double)], _ quality: Quality = .final, period: Int64 = 300) -> SeriesBatch {
    SeriesBatch(SeriesID(resource, name), period: period, samples: points.map { Sample(ten + $0.0, $0.1, quality) })
}

func harvest(_ batches: SeriesBatch...) -> Harvest {
    var harvest = Harvest(window: window(0, 3_600))
    harvest.series = batches
    return harvest
}

extension TenantStore {
    /// Present values of a raw series as "seconds from ten o'clock: value", for comparing whole.
    func points(_ resource: ResourceID = orders, _ name: String = "sent", in span: TimeWindow = window(-86_400, 86_400),
                resolution: Resolution = .raw) throws -> [Int64: Double] {
        let grid = try grid(of: resource, in: span, resolution: resolution)
        var points: [Int64: Double] = [:]
        for row in 0..<grid.count {
            if let value = grid[name, row] { points[grid.time(row) - ten] = value }
        }
        return points
    }
}

/// A folder that is gone when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/tidewatch-storage-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    var database: String { path + "/tenant.sqlite" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
