import Signals
import Storage
import Telemetry

/// Whether this machine's clock is right: AWS refuses what is signed more than five minutes off, and points land in the wrong place before that.
struct ClockCheck: DoctorCheck {
    static let name = "clock"
    /// From here on points and alerts are noticeably off.
    private static let noticeable: Int64 = 30
    /// AWS's tolerance is 300 s; a minute is left for the way.
    private static let refused: Int64 = 240

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        let known = bench.accesses.compactMap { access in access.access.skew.map { (access: access, seconds: $0) } }
        if let worst = known.max(by: { abs($0.seconds) < abs($1.seconds) }) {
            let size = abs(worst.seconds), words = "\(Quantity.text(Double(size), .seconds)) \(worst.seconds > 0 ? "behind" : "ahead of") the clock of source '\(worst.access.source)' of \(worst.access.tenant)"
            findings.append(size >= Self.refused ? DoctorFinding(.failure, nil, "\(words): signed calls are refused from 5 min on. Set the clock (timedatectl set-ntp true).")
                : size >= Self.noticeable ? DoctorFinding(.warning, nil, "\(words). Set the clock (timedatectl set-ntp true).")
                : DoctorFinding(.ok, nil, size == 0 ? "the same second as the sources answer" : words))
        } else {
            findings.append(DoctorFinding(.note, nil, bench.isOffline ? "not compared: --offline asks nobody" : "not compared: no source answered with a time"))
        }
        do throws(StoreError) {
            if let last = try bench.store(at: bench.context.fleetStatePath)?.runs(limit: 1).first, last.startedAt > bench.now + Self.noticeable {
                findings.append(DoctorFinding(.failure, nil, "the last run (\(last.id)) is \(Quantity.text(Double(last.startedAt - bench.now), .seconds)) in the future: the clock went back, or that run had --now. Set the clock."))
            }
        } catch {
            // The database check says what is wrong with it.
        }
        return findings
    }
}
