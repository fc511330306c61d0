import Foundation
import Telemetry

/// Whether a run is under way, and whether runs were skipped because of it.
struct LockCheck: DoctorCheck {
    static let name = "lock"

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        let skipped = bench.lock.skips > 0 ? " \(count(bench.lock.skips, "run")) \(bench.lock.skips == 1 ? "was" : "were") skipped in a row because of it." : ""
        if let holder = bench.lock.holder {
            return [DoctorFinding(bench.lock.skips > 2 ? .failure : .warning, nil,
                                  "held by \(holder.isEmpty ? "another run" : holder), so the databases were not looked at.\(skipped)"
                                      + (bench.lock.skips > 2 ? " Look whether that process still works; end it if not, or raise the interval." : ""))]
        }
        let remains = bench.lock.remains.map { " The last holder (\($0)) did not end cleanly; the next run goes on from there." } ?? ""
        return [DoctorFinding(remains.isEmpty ? .ok : .note, nil, "free.\(remains)\(skipped)")]
    }
}

/// The lock as it is found, taken where it is free so that no run begins meanwhile.
struct LockLook {
    let state: DoctorBench.LockState
    private let lock: RunLock?

    /// - Throws: `RunLock.Failed` where state/ cannot be used at all.
    init(directory: String) throws {
        let folder = directory + "/state", files = FileManager.default
        guard files.fileExists(atPath: folder) else {
            lock = nil
            state = DoctorBench.LockState()
            return
        }
        let text = files.contents(atPath: folder + "/lock").map { String(decoding: $0.prefix(200), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
        let skips = (try? files.attributesOfItem(atPath: folder + "/skips")[.size] as? Int).flatMap { $0 } ?? 0
        do {
            lock = try RunLock(stateDirectory: folder, owner: "doctor", countsSkip: false)
            state = DoctorBench.LockState(remains: text.isEmpty ? nil : printable(text), skips: skips)
        } catch let held as RunLock.Held {
            lock = nil
            state = DoctorBench.LockState(holder: printable(held.owner), skips: skips)
        }
    }
}
