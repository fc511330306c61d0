import Collectors
import Foundation
import JSON
import Testing

/// Cold starts that lambda-perf measured day by day. They lie beside the repository and are not part of it.
private enum LambdaPerf {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../../shared/data/metrics/lambda-perf").standardizedFileURL
    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { $0.hasSuffix(".json") }.sorted()
    static func runtimes(_ file: String) -> [JSONValue] {
        (try? Data(contentsOf: folder.appendingPathComponent(file))).flatMap { try? JSONValue(parsing: Array($0)) }?["runtimeData"]?.array ?? []
    }
}

@Suite(.enabled(if: !LambdaPerf.files.isEmpty, "needs ../shared/data/metrics/lambda-perf")) struct `Cold starts of lambda-perf` {
    /// Each measured start as the line that Lambda writes about it.
    private func report(_ initialisation: Double, memory: Int, used: Int) -> ReportLine? {
        let line = "REPORT RequestId: 7c1f3a52-0d3e-4d53-9e2c-5b1b0f0d5a10\tDuration: 4.02 ms\tBilled Duration: 5 ms\tMemory Size: \(memory) MB\tMax Memory Used: \(used) MB\tInit Duration: \(initialisation) ms\t"
        guard case .report(let report)? = PlatformLine(line) else { return nil }
        return report
    }

    @Test func `what is read has the mean that the file states, for every runtime of every day`() {
        var starts = 0, runtimes = 0
        for file in LambdaPerf.files {
            for runtime in LambdaPerf.runtimes(file) {
                // Later files say it in short: i, acd, m, mu.
                let durations = ((runtime["initDurations"] ?? runtime["i"])?.array ?? []).compactMap(\.double), memory = (runtime["memorySize"] ?? runtime["m"])?.integer ?? 128
                let reports = durations.compactMap { report($0, memory: memory, used: 29) }
                let read = reports.compactMap(\.initDuration)
                #expect(read.count == durations.count && reports.allSatisfy { $0.memorySize == Double(memory) * 1_048_576 }, "\(file)")
                guard let stated = (runtime["averageColdStartDuration"] ?? runtime["acd"])?.double, !read.isEmpty else { continue }
                // Rounded to thousandths or hundredths of a millisecond.
                #expect(abs(read.reduce(0, +) / Double(read.count) * 1_000 - stated) <= 0.0051, "\(file)")
                starts += read.count
                runtimes += 1
            }
        }
        #expect(LambdaPerf.files.count == 105 && starts == 113_524, "\(runtimes) runtimes")
    }
}
