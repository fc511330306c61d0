import Signals
import Storage
import Telemetry

/// Whether runs come when they should, end well, and leave room before the next.
struct LastRunsCheck: DoctorCheck {
    static let name = "runs"
    private static let looked = 12

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        guard bench.isWhole, bench.lock.holder == nil else { return [] }
        let runs: [RunRecord]
        do throws(StoreError) {
            guard let store = try bench.store(at: bench.context.fleetStatePath) else { return [DoctorFinding(.note, nil, "none is on record. Add 'tidewatch run' to a crontab or a timer (docs/operating.md).")] }
            runs = try store.runs(limit: Self.looked)
        } catch {
            return [DoctorFinding(.failure, nil, error.description)]
        }
        guard let last = runs.first else { return [DoctorFinding(.note, nil, "none is on record")] }
        var findings: [DoctorFinding] = []
        let interval = bench.configuration.site.interval, age = bench.now - last.startedAt
        func span(_ seconds: Int64) -> String { Quantity.text(Double(max(0, seconds)), .seconds) }
        let code = last.exit.map { "ended with \($0)" } ?? "did not come to its end"
        findings.append(age > 3 * interval ? DoctorFinding(.failure, nil, "the last began \(span(age)) ago (\(last.startedAt.rfc3339)) and \(code); every \(span(interval)) one is due. Look at the crontab or timer.")
            : DoctorFinding(.ok, nil, "the last began \(span(age)) ago and \(code)"))
        let bad = runs.prefix { ![ExitCode.done, .warning, .critical].map { Int($0.rawValue) }.contains($0.exit ?? -1) }.count
        if bad > 0 { findings.append(DoctorFinding(.warning, nil, "\(count(bad, "run")) in a row did not end with 0; 'tidewatch run -v' says why")) }
        let took = runs.compactMap { run in run.finishedAt.map { $0 - run.startedAt } }
        if let longest = took.max() {
            findings.append(longest * 10 > interval * 8 ? DoctorFinding(.warning, nil, "the longest of \(took.count) took \(span(longest)) of \(span(interval)). Raise the interval, or spread tenants over two sites.")
                : DoctorFinding(.ok, nil, "the longest of \(took.count) took \(span(longest)) of \(span(interval))"))
        }
        return findings
    }
}
