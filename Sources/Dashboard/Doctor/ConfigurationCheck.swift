/// Whether every tenant's file can be used: one with a mistake is left out of each run, and its last pages stay where they are.
struct ConfigurationCheck: DoctorCheck {
    static let name = "configuration"

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        let broken = bench.broken.flatMap { tenant in tenant.diagnostics.map { DoctorFinding(.failure, tenant.id, "left out of every run: \($0)") } }
        let mute = bench.isWhole ? bench.configuration.brokenSilences.map { DoctorFinding(.warning, nil, "\($0) (this file mutes nothing)") } : []
        return broken.isEmpty && mute.isEmpty ? [DoctorFinding(.ok, nil, "\(bench.tenants.count) of \(bench.tenants.count) files of tenants can be used")] : broken + mute
    }
}
