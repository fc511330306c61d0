import Alerting
import Notifiers
import Site
import Storage
import Telemetry

/// Each receiver, with what its drills and all tenants' messages say of it.
struct ChannelTally {
    private let receivers: [any Receiver]
    private let drills: [ChannelState?]
    private var channels: [FleetBuilder.Channel]
    /// Since when tries fail at the receiver's address, dead or not.
    private var failing: [Timestamp?]

    init(_ receivers: [any Receiver], drills: [ChannelState]) {
        self.receivers = receivers
        self.drills = receivers.map { receiver in drills.first { $0.receiver == receiver.name && $0.address == receiver.address } }
        failing = receivers.map { _ in nil }
        channels = zip(receivers, self.drills).map { FleetBuilder.Channel(name: $0.name, lastAccepted: nil, lastDrill: $1?.lastAccepted, failingSince: nil, disabled: nil) }
    }

    mutating func count(_ used: ChannelState) {
        for index in receivers.indices where receivers[index].name == used.receiver { count(used, at: index) }
    }

    private mutating func count(_ used: ChannelState, at index: Int) {
        channels[index].lastAccepted = [channels[index].lastAccepted, used.lastAccepted].compactMap(\.self).max()
        // One lost message is no dead channel; a drill that failed is.
        if used.isOpen || (used == drills[index] && used.failures > 0) { channels[index].failingSince = [channels[index].failingSince, used.failingSince].compactMap(\.self).min() }
        if used.failures > 0, used.address == receivers[index].address { failing[index] = [failing[index], used.failingSince].compactMap(\.self).min() }
        if channels[index].disabled == nil, used.address == receivers[index].address { channels[index].disabled = used.disabledReason }
    }

    /// - Parameter note: what the fleet's database notes of a receiver: since when its drill fails.
    func finished(_ note: (String) throws -> String?) rethrows -> [FleetBuilder.Channel] {
        var tally = self
        for (index, drill) in drills.enumerated() {
            guard let drill else { continue }
            tally.count(drill, at: index)
            if tally.channels[index].failingSince == nil, drill.failures > 0 {
                tally.channels[index].failingSince = try note(receivers[index].name).flatMap { Int64($0) }.map(Timestamp.init(seconds:))
            }
        }
        // One that never took a message, and was tried, fails.
        for index in receivers.indices where tally.channels[index].lastAccepted == nil && tally.channels[index].failingSince == nil { tally.channels[index].failingSince = tally.failing[index] }
        return tally.channels
    }
}
