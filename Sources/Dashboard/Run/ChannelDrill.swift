import Alerting
import Notifiers
import Storage
import Telemetry

/// Sends each receiver a test message from time to time, so that a dead channel is noticed on a quiet day. Outcomes are kept for the fleet page.
struct ChannelDrill {
    /// Seconds until a drill that failed is done again.
    private static let again: Int64 = 3_600

    let context: RunContext

    func run() async -> [RunProblem] {
        guard let every = context.configuration.site.drill, !context.receivers.isEmpty else { return [] }
        var problems: [RunProblem] = []
        do {
            let store = try context.store(at: context.fleetStatePath)
            let known = Dictionary(try store.channels().map { ($0.receiver, $0) }, uniquingKeysWith: { first, _ in first })
            for receiver in context.receivers where context.world.stop.raised == nil {
                var channel = known[receiver.name] ?? ChannelState(receiver: receiver.name)
                let last = try store.note(Self.noteKey(receiver.name)).flatMap { Int64($0) }.map(Timestamp.init(seconds:))
                let isSame = channel.address == receiver.address, pause = channel.failures > 0 ? Self.again : every
                if let last, isSame, last <= context.now, context.now - last < pause { continue }
                channel.address = receiver.address
                if let failure = await failure(of: receiver) {
                    channel.noteFailure(at: context.now)
                    problems.append(RunProblem(tenant: nil, stage: .notify, message: "the test message did not reach \(receiver.name): \(failure)"))
                } else {
                    channel.noteAccepted(at: context.now)
                }
                try store.save(channel)
                try store.setNote(Self.noteKey(receiver.name), String(context.now.seconds))
            }
        } catch {
            problems.append(RunProblem(tenant: nil, stage: .notify, message: "the receivers could not be tested: \(error)"))
        }
        return problems
    }

    static func noteKey(_ receiver: String) -> String { "drill/\(receiver)" }

    /// The first answer that was no yes. One id a day: a drill that is repeated after a crash is recognised.
    private func failure(of receiver: any Receiver) async -> String? {
        let notice = Notice.test(context.configuration.site, receiver: receiver.name, drill: true, sequence: Int(clamping: context.now.seconds / 86_400), now: context.now)
        for message in receiver.messages(saying: notice) {
            if let words = await receiver.deliver(message, at: context.now).failure { return words }
        }
        return nil
    }
}
