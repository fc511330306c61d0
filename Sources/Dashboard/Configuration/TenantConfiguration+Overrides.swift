import Signals

extension TenantConfiguration {
    /// Where the tenant differs from the defaults, in words: `orders: queue-age warning 10m`. By service, resource and rule.
    var overrides: [String] {
        var lines: [String] = []
        for service in services {
            lines += service.rules.map { "\(service.id): \($0.words)" }
            for resource in service.resources { lines += resource.rules.map { "\(service.id), \(printable(resource.name)): \($0.words)" } }
            let accepted = service.accepted.map { ($0, "") } + service.resources.flatMap { resource in resource.accepted.map { ($0, ", \(printable(resource.name))") } }
            lines += accepted.map { risk, place in "\(service.id)\(place): accepts \(risk.check) (\(printable(risk.owner)): \(printable(risk.reason)))" }
            if service.logs != .collect { lines.append("\(service.id): logs \(service.logs.rawValue)") }
        }
        return lines
    }
}

private extension RuleOverride {
    /// `queue-age off`, `queue-age warning 10m, for 15 min`
    var words: String {
        if isEnabled == false { return "\(rule) off" }
        func span(_ seconds: Int64) -> String { Quantity.text(Double(seconds), .seconds) }
        let parts = [warning.map { "warning \(printable($0.text))" }, critical.map { "critical \(printable($0.text))" }, forSeconds.map { "for \(span($0))" },
                     recoverForSeconds.map { "recovers after \(span($0))" }].compactMap(\.self)
        return parts.isEmpty ? "\(rule) on" : "\(rule) \(parts.joined(separator: ", "))"
    }
}
