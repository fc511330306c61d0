import AWS
import Curl
@testable import Dashboard
import Foundation
import JSON
import Simulator
import Storage
import Telemetry
import Testing

/// A site in a folder of its own over the simulated AWS. The folder goes when the value goes.
final class TrialSite: Sendable {
    /// Faults of the simulated systems are placed around this moment.
    static let anchor = Timestamp(year: 2026, month: 11, day: 20, hour: 10, minute: 5)
    /// When the first run begins: AWS has finished its numbers up to the anchor.
    static let firstRun = anchor + 200

    let directory: String
    let clock: TrialClock
    let network: TrialNetwork
    let mailbox = TrialMailbox()
    private let variables: [String: String]
    private let transport: any Transport
    private let isKept: Bool

    /// - Parameters:
    ///   - files: by path below the site's directory.
    ///   - transport: instead of the simulated network.
    ///   - clock: where a transport moves it; else one that begins at `now`.
    init(_ files: [String: String], at directory: String? = nil, variables: [String: String] = [:], faults: FaultPlan = FaultPlan(),
         policies: [String: IdentityPolicy] = [:], now: Timestamp = TrialSite.firstRun, transport: (any Transport)? = nil,
         clock: TrialClock? = nil) throws {
        self.directory = directory ?? FileManager.default.temporaryDirectory.path + "/tidewatch-trial-" + UUID().uuidString
        isKept = directory != nil
        self.clock = clock ?? TrialClock(now)
        network = TrialNetwork(anchor: Self.anchor, faults: faults, policies: policies, clock: self.clock)
        self.transport = transport ?? network
        self.variables = ["AWS_ACCESS_KEY_ID": AccessKeys.baseID, "AWS_SECRET_ACCESS_KEY": AccessKeys.baseSecret].merging(variables) { $1 }
        for (path, text) in files { try write(text, to: path) }
    }

    deinit { if !isKept { try? FileManager.default.removeItem(atPath: directory) } }

    /// The same folder in another world: other faults, keys or time.
    func again(variables: [String: String] = [:], faults: FaultPlan = FaultPlan(), policies: [String: IdentityPolicy] = [:], now: Timestamp? = nil,
               transport: (any Transport)? = nil) throws -> TrialSite {
        try TrialSite([:], at: directory, variables: self.variables.merging(variables) { $1 }, faults: faults, policies: policies, now: now ?? clock.now, transport: transport)
    }

    func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: directory + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    // MARK: Running

    func world() -> World {
        let clock = clock, variables = variables
        let disk = ConfigurationWorld.machine
        return World(
            variables: variables, transport: transport, mail: mailbox, clock: { clock.now }, random: { 0.5 },
            sleep: { clock.advance($0) }, files: ConfigurationWorld(environment: variables, readFile: disk.readFile, list: disk.list),
            runCommand: { _ in nil }, stop: StopFlag())
    }

    @discardableResult
    func run(_ change: (inout RunOptions) -> Void = { _ in }) async throws -> RunOutcome {
        var options = RunOptions()
        change(&options)
        return await (try SiteRun(directory: directory, world: world(), options: options)).run()
    }

    // MARK: What became of it

    func text(_ path: String) throws -> String {
        String(decoding: try #require(FileManager.default.contents(atPath: directory + "/public/" + path), "\(path) is not there"), as: UTF8.self)
    }

    func json(_ path: String) throws -> JSONValue { try JSONValue(parsing: Array(try text(path).utf8)) }

    /// Every published file by path, or those of one tenant.
    func files(_ tree: String = "") -> [String: [UInt8]] {
        let root = directory + "/public" + (tree.isEmpty ? "" : "/" + tree)
        var files: [String: [UInt8]] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
            if let bytes = FileManager.default.contents(atPath: root + "/" + name), (try? FileManager.default.contentsOfDirectory(atPath: root + "/" + name)) == nil { files[name] = [UInt8](bytes) }
        }
        return files
    }

    func statePath(_ tenant: String) -> String { directory + "/state/" + tenant + ".sqlite" }

    /// Complaints of the database about itself; none where it is sound.
    func damage(of tenant: String) throws -> [String] { try TenantStore(path: statePath(tenant)).integrityProblems() }

    /// What `status.json` says about one signal.
    func signal(_ tenant: String, _ resource: String, _ signal: String) throws -> JSONValue {
        let services = try json(tenant + "/status.json")["services"]?.array ?? []
        let resources = services.flatMap { $0["resources"]?.array ?? [] }.filter { $0["name"]?.string == resource }
        return try #require(resources.flatMap { $0["signals"]?.array ?? [] }.first { $0["signal"]?.string == signal }, "\(signal) of \(resource)")
    }
}

extension TrialSite {
    static let plain = "title: Trial\ninterval: 5m\n"

    /// A healthy tenant with one queue and its worker, out of a generic account of the simulator. Small, so that it is quick.
    static func tenant(_ id: String, account: Int, endpoint: String? = nil, externalID: String? = nil, more: String = "") -> String {
        """
        id: \(id)
        title: Tenant \(id)
        sources:
          aws:
            aws:
              region: eu-central-1
              role_arn: arn:aws:iam::\(account):role/tidewatch-read
              external_id: \(externalID ?? "tenant-\(account)-external-id")
              backfill: 1h
        \(endpoint.map { "      endpoint_url: \"\($0)\"" } ?? "")
        services:
          - id: orders
            title: Orders
            resources:
              - {kind: queue, name: svc-01-queue, feeds: svc-01-worker}
              - {kind: function, name: svc-01-worker}
        \(more)
        """
    }

    static let one = 900_000_000_001, two = 900_000_000_002

    static func pair(faults: FaultPlan = FaultPlan(), variables: [String: String] = [:]) throws -> TrialSite {
        try TrialSite(["tidewatch.yaml": plain, "tenants/one.yaml": tenant("one", account: one), "tenants/two.yaml": tenant("two", account: two)],
                      variables: variables, faults: faults)
    }
}
