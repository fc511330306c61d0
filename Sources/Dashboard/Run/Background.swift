import Alerting
import Notifiers
import Signals
import Site
import Storage
import Telemetry

/// What messages need of the store besides the alerts themselves: newest values, the last hours of the value, and what changed before.
struct Background {
    /// Hours that a message draws, and the marks that it draws them with.
    private static let seconds: Int64 = 6 * 3_600, marks = 36
    /// A change this long before is worth a look.
    private static let changeSeconds: Int64 = 3_600

    private(set) var latest: [ResourceID: [String: Double]] = [:]
    private(set) var trends: [AlertKey: Notice.Trend] = [:]
    /// `v41 deployed 02:18, 4 min earlier`
    private(set) var changes: [AlertKey: [String]] = [:]
    /// Whom its numbers speak against, the most suspected first.
    private(set) var suspects: [AlertKey: [WatchedSystem.Finding]] = [:]

    init() {}

    /// Of the alert that each message is named after.
    /// - Parameter states: of all alerts, told or not: the page of an incident names the same suspect.
    init(_ announcements: [Announcement], states: [AlertState], rules: [String: CompiledRule], clock: TenantClock, dataTo: Timestamp, store: TenantStore) throws {
        for announcement in announcements where announcement.kind != .digest {
            guard let state = (announcement.firing + announcement.resolved).first, trends[state.key] == nil else { continue }
            let resource = state.key.resource
            if latest[resource] == nil { latest[resource] = try store.latest(of: resource, notAfter: dataTo).mapValues(\.sample.value) }
            if let rule = rules[state.key.rule] { trends[state.key] = try Self.trend(state, rule, clock: clock, dataTo: dataTo, store: store) }
            changes[state.key] = try Self.changes(before: state, clock: clock, store: store)
            guard announcement.kind != .resolved else { continue }
            suspects[state.key] = try store.suspects(behind: states.filter { $0.phase == .firing && $0.incident == state.incident }, to: dataTo)
        }
    }

    private static func trend(_ state: AlertState, _ rule: CompiledRule, clock: TenantClock, dataTo: Timestamp, store: TenantStore) throws -> Notice.Trend? {
        let program = rule.program(of: state.severity)
        let window = TimeWindow(from: (dataTo - seconds).floored(to: store.grain), to: dataTo)
        let grid = try store.grid(of: state.key.resource, in: window, resolution: .raw), kind = state.key.resource.kind
        guard let limit = program?.plainLimits.first(where: { grid.columns[$0.signal] != nil }), let values = grid.columns[limit.signal]?.values,
              let highest = values.filter(\.isFinite).max(), let definition = SignalCatalogue.definition(of: Signal(kind, limit.signal)) else { return nil }
        func words(_ value: Double) -> String { Quantity.text(value, definition.unit) }
        let newest = values.last { $0.isFinite }.map { ", last \(words($0))" } ?? ""
        let asked = limit.value == 0 && program?.conditionsBesideZero != nil ? "" : ", limit \(words(limit.value))"
        return Notice.Trend(label: definition.title, values: Sparkline.thinned(values, to: marks), limit: limit.value, span: "\(clock.time(window.start)) to \(clock.time(window.end))",
                            words: "highest \(words(highest))\(newest)\(asked)")
    }

    private static func changes(before state: AlertState, clock: TenantClock, store: TenantStore) throws -> [String] {
        let window = TimeWindow(from: state.activeAt - changeSeconds, to: state.activeAt + 1)
        func earlier(_ time: Timestamp) -> String {
            let distance = state.activeAt - time
            return distance > 0 ? "\(clock.time(time)), \(Quantity.text(Double(distance), .seconds)) earlier" : clock.time(time)
        }
        let deployed = try store.deployments(in: window).filter { $0.service == state.service }.map { "\($0.label)\($0.label.contains(where: \.isNumber) ? " deployed" : "") \(earlier($0.time))" }
        let services = Dictionary(try store.resources().map { ($0.id, $0.service) }, uniquingKeysWith: { first, _ in first })
        let set = try store.settingChanges(in: window).filter { services[$0.resource] == state.service }.map { "\($0.setting.rawValue) of \($0.resource.name) changed, seen \(earlier($0.at))" }
        return Array((deployed + set).prefix(3))
    }
}
