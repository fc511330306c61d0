import Alerting
import Notifiers
import Site
import Storage
import Telemetry

/// Sends a tenant's messages, and tells the fallback receiver about those that another receiver did not take.
struct DeliveryStage {
    /// Real seconds that one run gives to messages: what is left then goes out in the next.
    static let seconds: Int64 = 60

    let tenant: TenantConfiguration
    let context: RunContext

    func deliver(from store: TenantStore) async throws -> Dispatcher.Report {
        let end = context.world.clock() + Self.seconds, dispatcher = Dispatcher(receivers: context.receivers)
        func mayContinue() -> Bool { context.world.stop.raised == nil && context.world.clock() < end }
        let report = try await dispatcher.drain(store, at: context.now, spread: context.world.random, mayContinue: mayContinue)
        guard let fallback = try reportUndelivered(in: store) else { return report }
        return report + (try await dispatcher.drain(store, only: fallback, at: context.now, spread: context.world.random, mayContinue: mayContinue))
    }

    /// Puts in one message for each receiver that lost some, or that has stopped answering. Gives the name of the receiver that is told.
    private func reportUndelivered(in store: TenantStore) throws -> String? {
        guard let name = context.configuration.site.fallback, let fallback = context.receivers.first(where: { $0.name == name }) else { return nil }
        let lost = Dictionary(grouping: try store.unreported().filter { $0.receiver != name }, by: \.receiver)
        let silent = Dictionary(try store.channels().filter { $0.isOpen && $0.toldAt == nil && $0.receiver != name }.map { ($0.receiver, $0) }, uniquingKeysWith: { first, _ in first })
        let waiting = silent.isEmpty ? [:] : Dictionary(grouping: try store.undelivered().filter { $0.state != .dead }, by: \.receiver)
        let receivers = Set(lost.keys).union(silent.keys).sorted()
        for receiver in receivers {
            let group = "tenant=\(tenant.id),undelivered=\(receiver)"
            var channel = silent[receiver]
            let notice = notice(receiver, group: group, lost: lost[receiver] ?? [], waiting: waiting[receiver] ?? [], silent: channel, to: name, sequence: try store.nextSequence(group: group))
            channel?.toldAt = context.now
            try store.report(lost[receiver] ?? [], in: fallback.messages(saying: notice), channels: channel.map { [$0] } ?? [])
        }
        return receivers.isEmpty ? nil : name
    }

    private func notice(_ receiver: String, group: String, lost: [OutboxMessage], waiting: [OutboxMessage], silent: ChannelState?, to name: String, sequence: Int) -> Notice {
        let clock = TenantClock(zone: tenant.timezone, now: context.now), base = context.configuration.site.baseURL
        let headline = lost.isEmpty ? "\(receiver) does not answer\(silent?.failingSince.map { " since \(clock.moment($0))" } ?? "")"
            : "\(receiver) did not get \(lost.count) \(lost.count == 1 ? "message" : "messages")"
        var notice = Notice(
            tenant: tenant.id, tenantTitle: tenant.title, service: "", serviceTitle: tenant.title, receiver: name, groupKey: group, groupLabels: ["tenant": tenant.id, "undelivered": receiver],
            kind: .digest, severity: .critical, incident: nil, headline: headline,
            lead: (lost.isEmpty ? "" : "What is listed as not delivered is not tried again. ") + (silent.map { "\($0.failures) tries in a row failed; one try a run goes on." } ?? ""),
            facts: [], alerts: [], closing: "Sent to you because you are the fallback of the other receivers.", sequence: sequence, createdAt: context.now)
        notice.siteURL = base
        notice.incidentURL = base.map { "\($0)\(tenant.id)/alerts/" }
        notice.sections = [section("Not delivered", lost, clock), section("Waiting", waiting, clock)].filter { !$0.lines.isEmpty }
        return notice
    }

    private func section(_ title: String, _ messages: [OutboxMessage], _ clock: TenantClock) -> Notice.Section {
        Notice.Section(title, messages.map { .init("\(clock.moment($0.createdAt)) \($0.subject) – \($0.lastAnswer ?? "not tried")") })
    }
}
