import AWS
import Foundation
import Storage
import Telemetry

/// What all checks of `doctor` look at: the site as it is configured, its databases where nobody else holds them, and what each source says.
struct DoctorBench: Sendable {
    struct Access: Sendable {
        var tenant: String
        var source: String
        var access: SourceAccess
    }

    let configuration: Configuration
    let context: RunContext
    /// Only those that were asked for.
    let tenants: [TenantConfiguration]
    /// Of those the ones whose file has a mistake.
    let broken: [Configuration.BrokenTenant]
    /// Whether the fleet's own matters are looked at too.
    let isWhole: Bool
    let lock: LockState
    /// Nobody was asked.
    let isOffline: Bool
    /// What sources with credentials answered.
    let accesses: [Access]

    var now: Timestamp { context.world.clock() }

    /// The database at a path, unless a run holds it, it is not there, or opening it would change it.
    func store(at path: String) throws(StoreError) -> TenantStore? {
        guard lock.holder == nil, FileManager.default.fileExists(atPath: path) else { return nil }
        if let header = StoreHeader(path: path), header.isOurs, header.isOlder { return nil }
        return try context.store(at: path)
    }

    /// Who holds the lock, and what the last holder left.
    struct LockState: Sendable {
        var holder: String?
        /// A run that died left its name: harmless, since the kernel gave the lock back.
        var remains: String?
        /// Runs that were skipped in a row.
        var skips = 0
    }
}

extension DoctorBench {
    /// Asks every source of the chosen tenants once, a few at a time.
    static func accesses(of tenants: [TenantConfiguration], context: RunContext, jobs: Int) async -> [Access] {
        let pacer = CallPacer(), directory = context.configuration.directory
        let all = tenants.filter { $0.disabled == nil }.flatMap { tenant in tenant.sources.map { (tenant.id, $0) } }
        return await withTaskGroup(of: Access?.self) { group in
            var waiting = all.makeIterator(), found: [Access] = []
            func start() -> Bool {
                guard let (tenant, source) = waiting.next() else { return false }
                group.addTask {
                    let surroundings = SourceSurroundings(tenant: tenant, directory: directory, world: context.world, pacer: pacer, deadline: context.deadline)
                    return await source.settings.access(in: surroundings).map { Access(tenant: tenant, source: source.key, access: $0) }
                }
                return true
            }
            for _ in 0..<max(1, jobs) where !start() { break }
            while let next = await group.next() {
                if let next { found.append(next) }
                _ = start()
            }
            return found.sorted { ($0.tenant, $0.source) < ($1.tenant, $1.source) }
        }
    }
}
