import Alerting
import Collectors
import Foundation
import Signals
import Storage
import Telemetry

/// A site with its databases in hand, for verbs that look back. Databases have one owner at a time, so it holds the lock as long as it lives.
struct SiteHistory {
    let loaded: LoadedSite
    let context: RunContext
    /// Only those that were asked for.
    let tenants: [TenantConfiguration]
    private let lock: RunLock?
    /// Where nothing was ever stored, there is nothing to lock.
    var isLocked: Bool { lock != nil }

    /// - Parameter locks: false where the caller has the lock already.
    /// - Throws: `ConfigurationError`, or `RunLock.Held` while a run is under way.
    init(directory: String, world: World, tenants wanted: Set<String>, now: Timestamp?, owner: String, locks: Bool = true) throws {
        loaded = try LoadedSite(directory: directory, world: world)
        let known = loaded.configuration.tenants.map(\.id) + loaded.configuration.brokenTenants.map(\.id)
        let unknown = wanted.subtracting(known).sorted()
        guard unknown.isEmpty else { throw ConfigurationError(unknown.map { Diagnostic(file: "tenants/", message: "no tenant is called '\(printable($0))' (--tenant)") }) }
        var options = RunOptions()
        options.now = now
        context = RunContext(loaded, world: world, options: options)
        tenants = loaded.configuration.tenants.filter { wanted.isEmpty || wanted.contains($0.id) }
        let state = loaded.configuration.directory + "/state"
        lock = locks && FileManager.default.fileExists(atPath: state) ? try RunLock(stateDirectory: state, owner: owner, countsSkip: false) : nil
    }

    /// The tenant's database; nothing where it was never read.
    func store(of tenant: TenantConfiguration) throws -> TenantStore? {
        let path = context.statePath(tenant.id)
        return FileManager.default.fileExists(atPath: path) ? try context.store(at: path) : nil
    }

    /// Looks at one tenant after the other. A database that cannot be read is said, and the others have their turn.
    /// - Throws: what `body` throws, unless it is the store's.
    func forEachStore(_ body: (TenantConfiguration, TenantStore) throws -> Void) throws -> HistoryNotes {
        var notes = HistoryNotes()
        for tenant in tenants {
            do {
                if let store = try store(of: tenant) { try body(tenant, store) } else { notes.texts.append("\(tenant.id): nothing is stored yet. Let 'tidewatch run' read it first.") }
            } catch let error as StoreError {
                notes.leaveOut(tenant.id, error)
            }
        }
        return notes
    }

    /// The rules of a tenant; with an id only those of that id.
    /// - Throws: `ConfigurationError` where no rule has it.
    func rules(for tenant: TenantConfiguration, id: String?) throws(ConfigurationError) -> [CompiledRule] {
        let rules = context.rules(for: tenant)
        guard let id else { return rules }
        // A tenant may have switched the rule off: then it has none of it.
        guard loaded.configuration.rules.contains(where: { $0.id == id }) else { throw Self.unknown(id, loaded.configuration.rules.map(\.id)) }
        return rules.filter { $0.id == id }
    }

    static func unknown(_ rule: String, _ known: [String]) -> ConfigurationError {
        let near = nearestWord(to: rule, among: known).map { " Did you mean '\($0)'?" } ?? " 'tidewatch validate' reads them all; docs/rules.md lists the built-in ones."
        return ConfigurationError([Diagnostic(file: "rules/", message: "no rule is called '\(printable(rule))'.\(near)")])
    }

    /// What is looked at: to the end of what can be known now.
    func window(_ seconds: Int64, grain: Int64) -> TimeWindow {
        let end = CollectionWindow.end(now: context.now, period: grain)
        return TimeWindow(from: (end - seconds).floored(to: grain), to: end)
    }
}

/// What stands in the way of a better answer.
package struct HistoryNotes: Sendable {
    /// A sentence each.
    package var texts: [String] = []
    /// False where a tenant had to be left out.
    package var isWhole = true

    package init(texts: [String] = []) { self.texts = texts }

    mutating func leaveOut(_ name: String, _ error: StoreError) {
        texts.append("\(name): \(error)")
        isWhole = false
    }
}

extension TenantStore {
    /// On how many of the last days, of 24 hours each, something was measured at all.
    func measuredDays(_ days: Int, until end: Timestamp) throws(StoreError) -> Int {
        let windows = (0..<Int64(max(0, days))).reversed().map { TimeWindow(from: end - ($0 + 1) * 86_400, to: end - $0 * 86_400) }
        return Set(try statusHistory(of: windows, until: end).filter { $0.status != .noData }.map(\.day)).count
    }
}
