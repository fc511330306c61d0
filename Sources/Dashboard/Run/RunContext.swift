import AWS
import Alerting
import Collectors
import Digests
import Foundation
import Notifiers
import Publishers
import Storage
import Telemetry
import Theme

/// What all tenants of a run share: nothing in it belongs to one of them.
struct RunContext: Sendable {
    let configuration: Configuration
    let world: World
    /// What is evaluated and rendered as the present.
    let now: Timestamp
    let runID: String
    /// The time was given, so that the same bytes come out again: nothing is written that only this run knows, such as how long it took.
    let isRepeatable: Bool
    /// Where pages of the past go.
    let out: String?
    /// Sources are read again from here on; nothing: from where the last run stopped.
    let since: Timestamp?
    /// Real time after which no new call is made.
    let deadline: Timestamp
    /// One for all tenants: several of them may read the same account.
    let pacer = CallPacer()
    /// Seconds that a run of several tenants waits for one of them; nothing where it is alone.
    let share: Int64?
    let library: ContentLibrary
    let files: ThemeFiles
    let receivers: [any Receiver]
    private let themeDigest: String
    private let lookDigests: [String: String]
    private let fileHashes: [String: UInt64]
    private let sharedDigest: String
    /// Changes when any silence does.
    let silenceDigest: String
    /// Of tenants that override none.
    let sharedRules: [CompiledRule]
    private let sharedFingerprint: String
    private let ownRules: [String: [CompiledRule]]

    init(_ loaded: LoadedSite, world: World, options: RunOptions) {
        let configuration = loaded.configuration, rules = loaded.rules
        self.configuration = configuration
        self.world = world
        library = loaded.library
        files = loaded.files
        themeDigest = loaded.themeDigest
        lookDigests = loaded.lookDigests
        fileHashes = loaded.fileHashes
        func digest(_ isMeant: (String) -> Bool) -> String {
            hex(fastHash(Array(loaded.fileHashes.filter { isMeant($0.key) }.map { "\($0.key) \(hex($0.value))" }.sorted().joined(separator: "\n").utf8)))
        }
        sharedDigest = digest { $0 == "tidewatch.yaml" || $0.hasPrefix("rules/") }
        silenceDigest = digest { $0.hasPrefix("silences/") }
        now = options.now ?? options.present ?? world.clock()
        isRepeatable = options.now != nil
        out = options.out
        since = options.since
        runID = now.compact
        let time = options.deadline ?? configuration.site.deadline
        deadline = world.clock() + time
        let tenants = options.tenants.isEmpty ? configuration.tenantIDs.count : options.tenants.count
        share = options.share ?? (tenants > 1 ? max(30, time / 4) : nil)
        receivers = configuration.site.receivers.map { $0.receiver(world) }
        sharedRules = rules.shared
        sharedFingerprint = rules.shared.fingerprint
        ownRules = rules.own
    }

    func rules(for tenant: TenantConfiguration) -> [CompiledRule] { ownRules[tenant.id] ?? sharedRules }

    /// Changes with whatever decides when a rule of the tenant fires.
    func rulesFingerprint(for tenant: TenantConfiguration) -> String { ownRules[tenant.id]?.fingerprint ?? sharedFingerprint }

    /// What mutes alerts of the tenant, with recurring windows around the present.
    func silences(for tenant: TenantConfiguration) -> Silences {
        Silences(tenant: tenant.id, all: configuration.silences.filter { $0.concerns(tenant.id) }.map { $0.silence(around: now) })
    }

    /// When a tenant that begins now stops asking: after a quarter of the run's time, so that a slow one holds up neither who waits for its
    /// place nor the pages of those that are done.
    func deadline(ofTenantFrom start: Timestamp) -> Timestamp { share.map { min(deadline, start + $0) } ?? deadline }

    func isOutOfTime(by deadline: Timestamp) -> @Sendable () -> Bool {
        let world = world
        return { world.stop.raised != nil || world.clock() >= deadline }
    }

    /// What belongs to no tenant: runs, and what is known of the receivers.
    var fleetStatePath: String { configuration.directory + "/state/fleet.sqlite" }

    func statePath(_ tenant: String) -> String { configuration.directory + "/state/" + tenant + ".sqlite" }

    /// The tree that is served, and its shadow beside the databases: nothing unfinished lies where a server looks.
    func tree(_ name: String) -> SwitchedTree {
        if let out { return SwitchedTree(live: out + "/" + name, shadow: out + "/.next/" + name) }
        return SwitchedTree(live: configuration.directory + "/public/" + name, shadow: configuration.directory + "/state/shadow/" + name)
    }

    func writer(_ name: String) throws(PublishError) -> TreeWriter { try tree(name).writer(at: now, compressing: configuration.site.compress, sweeping: isSweepDue(of: name)) }

    /// What somebody else put among the pages is looked for in two runs of an hour, one after the other, because two trees take turns. Looking
    /// through a tree in each run would cost more than to write what changed. Which runs follows from the name and the time alone.
    private func isSweepDue(of name: String) -> Bool {
        let interval = max(1, configuration.site.interval), runs = max(1, 3_600 / interval), turn = now.seconds / interval % runs
        let slot = Int64(clamping: fastHash(Array(name.utf8)) % UInt64(runs))
        return turn == slot || turn == (slot + 1) % runs
    }

    /// Changes when a template, an asset, a text, a rule or the tenant's configuration changes. It is of the files as this run read them: what
    /// is edited while it runs counts in the next.
    func inputDigest(of tenant: TenantConfiguration) -> String { (lookDigests[tenant.id] ?? themeDigest) + hex(fileHashes[tenant.file] ?? 0) + sharedDigest }

    /// The database at a path, for whoever the file is called after. One that is somebody else's shows nobody anything.
    func store(at path: String) throws(StoreError) -> TenantStore {
        let kept = configuration.site.retention, name = path.split(separator: "/").last ?? "", owner = name.split(separator: ".").first.map(String.init)
        return try TenantStore(path: path, grain: configuration.site.grain, retention: Retention(raw: kept.raw, fiveMinutes: kept.fiveMinutes, hour: kept.hour), owner: owner)
    }

    /// The fleet's own database remembers runs, receivers and places. One that is damaged, or a tenant's, is set aside before anybody needs it, so
    /// that it stops nobody.
    /// - Returns: what is to be said of it; nothing where it is sound.
    func setAsideUselessFleetStore() -> RunProblem? {
        guard FileManager.default.fileExists(atPath: fleetStatePath) else { return nil }
        func setAside(_ what: String, as word: String) -> RunProblem {
            let words = (try? TenantStore.setAside(path: fleetStatePath, as: word)).map { "was set aside as \($0). A new one begins now: earlier runs are not shown, receivers are tried anew, and what was published for tenants that are gone stays where it is" }
            return RunProblem(tenant: nil, stage: .collect, message: "the fleet's database \(what) and \(words ?? "cannot be set aside. Move \(fleetStatePath) away").")
        }
        do throws(StoreError) {
            try store(at: fleetStatePath).claim(for: "fleet")
        } catch .corrupt(_, let detail) {
            return setAside("was damaged (\(detail))", as: "corrupt")
        } catch .foreign(_, let owner) {
            return setAside("was that of tenant '\(printable(owner))'", as: "foreign")
        } catch {
            // Whoever needs it says so.
            return nil
        }
        return nil
    }

    /// - Parameter deadline: when this tenant stops asking; nothing is the run's.
    func source(for source: SourceConfiguration, tenant: TenantConfiguration, deadline: Timestamp? = nil) -> any Source {
        source.settings.source(in: SourceSurroundings(tenant: tenant.id, directory: configuration.directory, world: world, pacer: pacer, deadline: deadline ?? self.deadline))
    }
}

/// The rules of all tenants, understood.
package struct CompiledRuleBook: Sendable {
    var shared: [CompiledRule]
    /// Of tenants that override some.
    var own: [String: [CompiledRule]]

    /// The shared ones, then those of each tenant.
    var all: [CompiledRule] { shared + own.sorted { $0.key < $1.key }.flatMap(\.value) }
}
