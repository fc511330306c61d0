import Foundation
import Signals

/// Whether state/ and public/ can be written, are closed to strangers, and how much room is left.
struct FolderCheck: DoctorCheck {
    static let name = "folders"
    /// Below this a run may stop half way.
    private static let leastFree: Int64 = 256 << 20

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        let files = FileManager.default, site = bench.configuration.directory
        var findings: [DoctorFinding] = []
        for name in ["state", "public"] {
            let path = site + "/" + name
            guard files.fileExists(atPath: path) else {
                let isPossible = files.isWritableFile(atPath: site)
                findings.append(isPossible ? DoctorFinding(.note, name, "not there yet; the first run makes it")
                    : DoctorFinding(.failure, name, "not there, and \(site) cannot be written. Make it, owned by the user that runs tidewatch."))
                continue
            }
            if !files.isWritableFile(atPath: path) { findings.append(DoctorFinding(.failure, name, "\(path) cannot be written by this user. Give it to the user that runs tidewatch.")) }
            if name == "state", let mode = (try? files.attributesOfItem(atPath: path)[.posixPermissions] as? Int).flatMap({ $0 }), mode & 0o007 != 0 {
                findings.append(DoctorFinding(.warning, name, "\(path) can be \(mode & 0o002 != 0 ? "written" : "read") by everybody on this machine, and holds what all tenants' systems say. Take that away: chmod o-rwx."))
            }
        }
        if let free = (try? files.attributesOfFileSystem(forPath: site)[.systemFreeSize] as? NSNumber).flatMap({ $0 })?.int64Value {
            findings.append(free < Self.leastFree ? DoctorFinding(.failure, nil, "\(Quantity.bytes(Double(free))) free on the disk of \(site). Free some space, or shorten the retention and 'tidewatch prune --compact'.")
                : DoctorFinding(.ok, nil, "\(Quantity.bytes(Double(free))) free on the disk of \(site)"))
        }
        return findings
    }
}
