import Foundation

extension SiteHistory {
    /// The database files there are: those of the tenants, also of those whose file has a mistake, and the fleet's where all were asked for. By name.
    func databases(_ wanted: Set<String>) -> [(name: String, path: String)] {
        let ids = loaded.configuration.tenantIDs.filter { isIdentifier($0) && (wanted.isEmpty || wanted.contains($0)) }
        let all = ids.map { (name: $0, path: context.statePath($0)) } + (wanted.isEmpty ? [(name: "fleet", path: context.fleetStatePath)] : [])
        return all.filter { FileManager.default.fileExists(atPath: $0.path) }.sorted { $0.name < $1.name }
    }
}
