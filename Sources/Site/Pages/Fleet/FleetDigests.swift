import Telemetry

/// The tenants of a fleet. What orders and counts them is held; the rest of a digest is fetched when its row is written, because ten thousand
/// whole ones would be felt in memory.
package struct FleetDigests {
    /// What is held of a tenant.
    struct Line {
        let id: String
        let state: StateMark
        let deadline: Timestamp?
        let since: Timestamp?
        let muted: Int
        let calls: Int
        let dollars: Double

        init(_ digest: TenantDigest) {
            id = digest.id
            state = digest.state
            deadline = digest.deadline
            since = digest.since
            muted = digest.alerts?.muted ?? 0
            calls = digest.calls
            dollars = digest.dollars
        }
    }

    private(set) var lines: [Line] = []
    private(set) var noise: [String: RuleSum] = [:]
    /// Of the tenant whose numbers reach furthest.
    private(set) var dataTo: Timestamp?
    private let digest: (Int) throws -> TenantDigest

    /// - Parameter digest: gives what was added, by its place in the order of adding.
    package init(fetching digest: @escaping (Int) throws -> TenantDigest) { self.digest = digest }

    package mutating func add(_ digest: TenantDigest) {
        lines.append(Line(digest))
        dataTo = [dataTo, digest.dataTo].compactMap(\.self).max()
        for rule in digest.noise { noise[rule.rule, default: RuleSum()].add(rule, of: digest.id) }
    }

    /// The whole digest of the tenant at `index` of the lines.
    func whole(_ index: Int) throws -> TenantDigest { try digest(index) }
}
