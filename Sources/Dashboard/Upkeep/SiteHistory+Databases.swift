import Foundation

extension SiteHistory {
    /// The database files there are: those of the tenants, and the fleet's where all were asked for. By name.
    func databases(_ wanted: Set<String>) -> [(name: String, path: String)] {
        let all = tenants.map { (name: $0.id, path: context.statePath($0.id)) } + (wanted.isEmpty ? [(name: "fleet", path: context.fleetStatePath)] : [])
        return all.filter { FileManager.default.fileExists(atPath: $0.path) }.sorted { $0.name < $1.name }
    }
}
