import Alerting
import Signals
import Storage
import Telemetry

/// Whether messages arrive: what the drills and all tenants' messages say of each receiver, and what still waits.
struct ChannelCheck: DoctorCheck {
    static let name = "channels"

    func findings(_ bench: DoctorBench) async -> [DoctorFinding] {
        let site = bench.configuration.site
        guard !bench.context.receivers.isEmpty else { return [DoctorFinding(.warning, nil, "no receiver is configured: alerts reach nobody. Add receivers to tidewatch.yaml.")] }
        guard bench.lock.holder == nil else { return [] }
        var findings: [DoctorFinding] = []
        if site.drill == nil { findings.append(DoctorFinding(.note, nil, "no drill: a dead channel is noticed only when it is needed. Add 'drill: 7d' to tidewatch.yaml.")) }
        if site.heartbeat == nil { findings.append(DoctorFinding(.note, nil, "no heartbeat: nobody notices when tidewatch itself stops. Add 'heartbeat' to tidewatch.yaml.")) }
        var known: [ChannelState] = [], drills: [String: ChannelState] = [:]
        do throws(StoreError) {
            for channel in try bench.store(at: bench.context.fleetStatePath)?.channels() ?? [] { drills[channel.receiver] = channel }
            for tenant in bench.tenants {
                guard let store = try bench.store(at: bench.context.statePath(tenant.id)) else { continue }
                known += try store.channels()
                let undelivered = try store.undelivered()
                if !undelivered.isEmpty { findings.append(DoctorFinding(.warning, tenant.id, "\(count(undelivered.count, "message")) did not arrive, the oldest since \(undelivered[0].createdAt.rfc3339): \(undelivered[0].lastAnswer ?? "no answer")")) }
            }
        } catch {
            findings.append(DoctorFinding(.failure, nil, error.description))
        }
        for receiver in bench.context.receivers {
            let drill = drills[receiver.name].flatMap { $0.address == receiver.address ? $0 : nil }
            let all = known.filter { $0.receiver == receiver.name && $0.address == receiver.address } + [drill].compactMap(\.self)
            let drilled = drill?.lastAccepted.map { ", last drill taken \($0.rfc3339)" } ?? ""
            let accepted = all.compactMap(\.lastAccepted).max()
            if let reason = all.compactMap(\.disabledReason).first {
                findings.append(DoctorFinding(.failure, receiver.name, "it asked not to be written to again: \(reason). Give it another address, or remove it."))
            } else if let failing = all.filter({ $0.isOpen || ($0.failures > 0 && ($0 == drill || accepted == nil)) }).max(by: { $0.failures < $1.failures }) {
                findings.append(DoctorFinding(.failure, receiver.name, "\(count(failing.failures, "failure")) in a row since \(failing.failingSince?.rfc3339 ?? "an unknown time"). Try it: tidewatch notify test \(receiver.name)"))
            } else if let accepted {
                findings.append(DoctorFinding(.ok, receiver.name, "last message taken \(accepted.rfc3339)\(drilled)"))
            } else {
                let use = !all.isEmpty ? "took no message yet" : known.contains { $0.receiver == receiver.name } ? "never used at this address" : "never used"
                findings.append(DoctorFinding(.note, receiver.name, "\(use). Try it: tidewatch notify test \(receiver.name)"))
            }
        }
        return findings
    }
}
