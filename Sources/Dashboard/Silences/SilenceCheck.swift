import Alerting
import Signals

/// What a silence names must exist: one that matches nothing mutes nothing, and nobody would notice.
struct SilenceCheck {
    let configuration: Configuration

    func warnings(about file: SilenceFile) -> [Diagnostic] {
        let match = file.silence.match
        let tenants = configuration.tenants.map(\.id) + configuration.brokenTenants.map(\.id)
        let services = configuration.tenants.filter { file.concerns($0.id) }.flatMap { $0.services.map(\.id) }
        return [("tenant", tenants), ("rule", configuration.rules.map(\.id)), ("service", services)].compactMap { label, known in
            guard let wanted = match[label], !known.contains(where: Glob(wanted).matches) else { return nil }
            let near = nearestWord(to: wanted, among: known).map { " Did you mean '\($0)'?" } ?? ""
            return Diagnostic(.warning, file: file.path, line: 0, message: "match.\(label): no \(label) is called '\(printable(wanted))'.\(near)")
        }
    }
}
