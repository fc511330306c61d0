import Alerting
import Collectors
import Digests
import Foundation
import Notifiers
import Publishers
import Storage
import Telemetry

/// What all tenants of a run share: nothing in it belongs to one of them.
struct RunContext: Sendable {
    let configuration: Configuration
    let world: World
    /// What is evaluated and rendered as the present.
    let now: Timestamp
    let runID: String
    /// Sources are read again from here on; nothing: from where the last run stopped.
    let since: Timestamp?
    /// Real time after which no new call is made.
    let deadline: Timestamp
    let library: ContentLibrary
    let receivers: [any Receiver]
    private let themeDigest: String
    private let sharedRules: [CompiledRule]
    private let ownRules: [String: [CompiledRule]]

    init(_ loaded: LoadedSite, world: World, options: RunOptions) {
        let configuration = loaded.configuration, rules = loaded.rules
        self.configuration = configuration
        self.world = world
        library = loaded.library
        themeDigest = loaded.themeDigest
        now = options.now ?? world.clock()
        since = options.since
        runID = now.rfc3339.filter { $0.isNumber || $0 == "T" || $0 == "Z" }.lowercased()
        deadline = world.clock() + (options.deadline ?? configuration.site.deadline)
        receivers = configuration.site.receivers.map { $0.receiver(transport: world.transport, mail: world.mail) }
        sharedRules = rules.shared
        ownRules = rules.own
    }

    func rules(for tenant: TenantConfiguration) -> [CompiledRule] { ownRules[tenant.id] ?? sharedRules }

    /// What mutes alerts of the tenant, with recurring windows around the present.
    func silences(for tenant: TenantConfiguration) -> Silences {
        Silences(tenant: tenant.id, all: configuration.silences.filter { $0.concerns(tenant.id) }.map { $0.silence(around: now) })
    }

    var isOutOfTime: @Sendable () -> Bool {
        let deadline = deadline, world = world
        return { world.stop.raised != nil || world.clock() >= deadline }
    }

    func statePath(_ tenant: String) -> String { configuration.directory + "/state/" + tenant + ".sqlite" }

    /// The tree that is served, and its shadow beside the databases: nothing unfinished lies where a server looks.
    func tree(_ name: String) -> SwitchedTree {
        SwitchedTree(live: configuration.directory + "/public/" + name, shadow: configuration.directory + "/state/shadow/" + name)
    }

    /// Changes when a template, an asset, a text or the tenant's configuration changes.
    func inputDigest(of tenant: TenantConfiguration) -> String {
        themeDigest + hex(fastHash(world.files.readFile(configuration.directory + "/" + tenant.file) ?? []))
            + hex(fastHash(world.files.readFile(configuration.directory + "/tidewatch.yaml") ?? []))
    }

    func store(at path: String) throws(StoreError) -> TenantStore {
        let kept = configuration.site.retention
        return try TenantStore(path: path, grain: configuration.site.grain, retention: Retention(raw: kept.raw, fiveMinutes: kept.fiveMinutes, hour: kept.hour))
    }

    func source(for source: SourceConfiguration, tenant: TenantConfiguration) -> any Source {
        source.settings.source(in: SourceSurroundings(tenant: tenant.id, directory: configuration.directory, world: world, deadline: deadline))
    }
}

/// The rules of all tenants, understood.
package struct CompiledRuleBook: Sendable {
    var shared: [CompiledRule]
    /// Of tenants that override some.
    var own: [String: [CompiledRule]]
}
