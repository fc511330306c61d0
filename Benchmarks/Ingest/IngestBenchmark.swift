import Foundation
import Storage
import Telemetry

/// Measures what recording and reading cost in CPU, for blocks (the product's store) and for plain rows beside them:
/// `swift run -c release ingest-bench [resources] [folder] [blocks|rows]`; 20,000 resources of 6 signals and both layouts by default.
@main
enum IngestBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        let resources = arguments.count > 1 ? Int(arguments[1]) ?? 20_000 : 20_000
        let folder = arguments.count > 2 ? arguments[2] : NSTemporaryDirectory()
        let fleet = Fleet(resources: resources)
        print("\(resources) resources x \(Fleet.signals.count) signals, \(Fleet.storedPoints) points stored in each series; CPU = user + system")
        let blocks = folder + "/ingest-bench-blocks.sqlite", rows = folder + "/ingest-bench-rows.sqlite"
        for path in [blocks, rows] { remove(path) }
        defer { for path in [blocks, rows] { remove(path) } }
        let only = arguments.count > 3 ? arguments[3] : nil
        if only != "rows" { try measureBlocks(fleet, path: blocks) }
        if only != "blocks" { try measureRows(fleet, path: rows) }
    }

    private static func measureBlocks(_ fleet: Fleet, path: String) throws {
        var store: TenantStore? = try TenantStore(path: path)
        let points = fleet.resources * Fleet.signals.count
        var bulk = 0.0
        for part in fleet.parts {
            let harvest = fleet.history(of: part)
            bulk += try cpuSeconds { _ = try store?.record(harvest, at: Fleet.start) }
        }
        report("blocks", "bulk, a sample", bulk / Double(points * Fleet.storedPoints))
        for (step, window) in [(0, 1), (1, 1), (2, 3), (3, 3), (4, 12)] {
            let harvest = fleet.step(step, window: window)
            let now = Fleet.start + Int64(step + 1) * 300
            let seconds = try cpuSeconds {
                _ = try store?.record(harvest, at: now)
                // Closing writes the journal back: that belongs to a run's cost.
                store = nil
                store = try TenantStore(path: path)
            }
            report("blocks", "cycle, window of \(window), a new point", seconds / Double(points))
        }
        let day = TimeWindow(from: Fleet.start - 86_400, to: Fleet.start)
        for (resolution, what) in [(Resolution.raw, "read a day of one resource (\(Fleet.signals.count) signals), raw"), (.hour, "the same by the hour")] {
            var sum = 0.0
            let seconds = try cpuSeconds {
                for index in 0..<fleet.resources {
                    if let grid = try store?.grid(of: fleet.id(index), in: day, resolution: resolution) { sum += Double(grid.columns.count) }
                }
            }
            guard sum == Double(points) else { throw Mismatch() }
            report("blocks", what, seconds / Double(fleet.resources))
        }
        if let store { print("blocks  file \(store.byteSize / 1_000_000) MB") }
    }

    private static func measureRows(_ fleet: Fleet, path: String) throws {
        let table = try RowTable(path: path)
        let points = fleet.resources * Fleet.signals.count
        var bulk = 0.0
        for part in fleet.parts {
            let harvest = fleet.history(of: part)
            bulk += try cpuSeconds { try table.record(harvest, firstSeries: part.lowerBound * Fleet.signals.count) }
        }
        report("rows", "bulk, a sample", bulk / Double(points * Fleet.storedPoints))
        for (step, window) in [(0, 1), (1, 1), (2, 3), (3, 3), (4, 12)] {
            let harvest = fleet.step(step, window: window)
            let seconds = try cpuSeconds {
                try table.record(harvest, firstSeries: 0)
                try table.checkpoint()
            }
            report("rows", "cycle, window of \(window), a new point", seconds / Double(points))
        }
        let seconds = try cpuSeconds {
            var rows = 0
            for index in 0..<fleet.resources {
                for signal in Fleet.signals.indices {
                    rows += try table.read(series: index * Fleet.signals.count + signal, from: (Fleet.start - 86_400).seconds, to: Fleet.start.seconds)
                }
            }
            guard rows == points * Fleet.storedPoints else { throw Mismatch() }
        }
        report("rows", "read a day of one resource (\(Fleet.signals.count) signals), raw", seconds / Double(fleet.resources))
    }

    /// A layout gave back something else than was put in.
    struct Mismatch: Error {}

    private static func report(_ layout: String, _ what: String, _ seconds: Double) {
        let nanoseconds = Int((seconds * 1e9).rounded())
        print("\(layout.padding(toLength: 8, withPad: " ", startingAt: 0))\(what): \(Double(nanoseconds / 10) / 100) µs")
    }

    private static func remove(_ path: String) {
        for suffix in ["", "-wal"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    private static func cpuSeconds(_ body: () throws -> Void) rethrows -> Double {
        let before = cpuNow()
        try body()
        return cpuNow() - before
    }

    private static func cpuNow() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }
}
