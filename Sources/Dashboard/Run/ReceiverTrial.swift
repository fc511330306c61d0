import Alerting
import Collectors
import Foundation
import JSON
import Notifiers
import Signals
import Storage
import Telemetry

/// What `notify test` and `notify preview` do: the way of a message without an alert, and an alert's message without its way.
package struct ReceiverTrial: Sendable {
    private let context: RunContext
    private let tenants: [TenantConfiguration]

    /// - Throws: `ConfigurationError` with every mistake of the site.
    package init(directory: String, world: World, now: Timestamp? = nil) throws(ConfigurationError) {
        let loaded = try LoadedSite(directory: directory, world: world)
        var options = RunOptions()
        options.now = now
        context = RunContext(loaded, world: world, options: options)
        tenants = loaded.configuration.tenants
    }

    package var receivers: [String] { context.receivers.map(\.name).sorted() }
    package var tenantIDs: [String] { tenants.map(\.id) }

    /// One message as it came out.
    package struct Trial: Sendable, Equatable {
        package var subject: String
        /// The receiver's words.
        package var answer: String
        package var isAccepted: Bool
    }

    /// Sends one test message to each of the receiver's recipients, at once and without the outbox. Nothing where no receiver has that name.
    package func test(_ name: String) async -> [Trial]? {
        guard let receiver = context.receivers.first(where: { $0.name == name }) else { return nil }
        let notice = Notice.test(context.configuration.site, receiver: name, drill: false, sequence: Int(clamping: context.now.seconds), now: context.now)
        var trials: [Trial] = []
        for message in receiver.messages(saying: notice) {
            let attempt = await receiver.deliver(message, at: context.now)
            if case .accepted(let answer) = attempt { trials.append(Trial(subject: message.subject, answer: answer, isAccepted: true)) } else {
                trials.append(Trial(subject: message.subject, answer: attempt.failure ?? "", isAccepted: false))
            }
        }
        return trials
    }

    /// A message that would be said now, in each of its parts.
    package struct Draft: Sendable, Equatable {
        package var tenant: String
        package var receiver: String
        package var subject: String
        package var parts: [Preview]
    }

    /// The messages about everything that fires now, as if nothing had been said yet. Nothing is sent and nothing is stored.
    /// - Throws: `RunLock.Held`, or what the database says.
    package func preview(tenant only: String?, receiver: String?) throws -> [Draft] {
        let state = context.configuration.directory + "/state"
        let lock = try RunLock(stateDirectory: state, owner: "notify preview", countsSkip: false)
        defer { withExtendedLifetime(lock) {} }
        guard let route = context.configuration.site.route else { return [] }
        var drafts: [Draft] = []
        for tenant in tenants where tenant.disabled == nil && (only == nil || only == tenant.id) {
            guard FileManager.default.fileExists(atPath: context.statePath(tenant.id)) else { continue }
            let store = try context.store(at: context.statePath(tenant.id))
            let states = try store.alertStates()
            let plan = AnnouncementPlan(tenant: tenant.id, transitions: [], states: states, said: [], route: route, now: context.now)
            let end = try store.evaluationCursor() ?? CollectionWindow.end(now: context.now, period: store.grain)
            let announcer = try AnnouncementStage(tenant: tenant, context: context, store: store, dataTo: end).announcer(states, for: plan.announcements)
            for announcement in plan.announcements where receiver == nil || receiver == announcement.receiver {
                guard let kind = context.receivers.first(where: { $0.name == announcement.receiver }) else { continue }
                let notice = announcer.notice(for: announcement, sequence: try store.nextSequence(group: announcement.groupKey))
                drafts.append(Draft(tenant: tenant.id, receiver: announcement.receiver, subject: notice.subject, parts: kind.preview(notice)))
            }
        }
        return drafts
    }
}

extension ReceiverTrial {
    /// For `--json`.
    package static func json(_ trials: [Trial]) -> JSONValue {
        .array(trials.map { ["subject": .string($0.subject), "accepted": .bool($0.isAccepted), "answer": .string($0.answer)] })
    }

    package static func json(_ drafts: [Draft]) -> JSONValue {
        .array(drafts.map { draft in
            ["tenant": .string(draft.tenant), "receiver": .string(draft.receiver), "subject": .string(draft.subject), "parts": .object(draft.parts.map { .init($0.part, .string($0.text)) })]
        })
    }
}
