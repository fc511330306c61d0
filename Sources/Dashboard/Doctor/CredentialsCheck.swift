/// Whether each source lets us in, and as whom.
struct CredentialsCheck: DoctorCheck {
    static let name = "credentials"

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        if bench.isOffline { return [DoctorFinding(.note, nil, "not tried: --offline asks nobody")] }
        if bench.accesses.isEmpty { return [DoctorFinding(.ok, nil, "no source needs any")] }
        return bench.accesses.map { DoctorFinding($0.access.isGranted ? .ok : .failure, "\($0.tenant)/\($0.source)", $0.access.words) }
    }
}
