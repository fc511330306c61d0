import Foundation
import JSON

/// Which tenants reached one of their `limits:` in the last whole run, or were left out of it for what their work did.
struct LimitsCheck: DoctorCheck {
    static let name = "limits"

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        guard let bytes = FileManager.default.contents(atPath: bench.configuration.directory + "/public/fleet/build.json"), let build = try? JSONValue(parsing: Array(bytes)) else { return [] }
        let wanted = Set(bench.tenants.map(\.id))
        var findings: [DoctorFinding] = []
        for tenant in build["tenants"]?.array ?? [] {
            guard let id = tenant["tenant"]?.string, wanted.contains(id) else { continue }
            if let reason = tenant["quarantined"]?.string {
                findings.append(DoctorFinding(.warning, id, "left out of the last run \(reason). Run it alone to see what hurts: tidewatch run --tenant \(id) -v"))
            }
            for words in tenant["limits"]?.array.compactMap(\.string) ?? [] { findings.append(DoctorFinding(.warning, id, "\(words) Watch less, or raise it in tenants/\(id).yaml.")) }
        }
        return findings.isEmpty ? [DoctorFinding(.ok, nil, "no tenant reached one in the last run")] : findings
    }
}
