import Foundation

/// Whether anything is kept of tenants whose file is gone: no run looks at it any more, and whoever could read its pages still can.
struct OrphanCheck: DoctorCheck {
    static let name = "orphans"

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        guard bench.isWhole else { return [] }
        let files = FileManager.default, site = bench.configuration.directory
        func names(_ folder: String) -> [String] { (try? files.contentsOfDirectory(atPath: site + "/" + folder)) ?? [] }
        let databases = names("state").filter { $0.hasSuffix(".sqlite") }.map { String($0.dropLast(".sqlite".count)) }
        let trees = names("public").filter { files.fileExists(atPath: "\(site)/public/\($0)/build.json") }
        let gone = Set(databases + trees).subtracting(bench.configuration.tenantIDs).filter { isIdentifier($0) && reservedTenantIDs[$0] == nil }.sorted()
        guard !gone.isEmpty else { return [DoctorFinding(.ok, nil, "nothing is kept of tenants without a file")] }
        return gone.map { id in
            let kept = ["state/\(id).sqlite", "public/\(id)"].filter { files.fileExists(atPath: site + "/" + $0) }.joined(separator: " and ")
            return DoctorFinding(.warning, id, "\(kept) without a tenants/\(id).yaml: no run touches them. Remove them with 'tidewatch tenant remove \(id)', or put the file back.")
        }
    }
}
