import Alerting
import Telemetry

extension OutboxMessage.State {
    /// - Parameter time: when it arrived.
    func words(at time: String?) -> Phrase {
        switch self {
        case .pending: "waiting"
        case .sending: "on its way when the run ended; it goes out again"
        case .sent: time.map { "taken at \($0)" } ?? "taken"
        case .dead: "not delivered"
        case .superseded: "taken back, nobody had heard of it"
        case .digested: "told in a digest"
        }
    }
}

extension OutboxMessage.Kind {
    var word: Phrase {
        switch self {
        case .firing: "Alert"
        case .resolved: "Resolved"
        case .reminder: "Reminder"
        case .digest: "Digest"
        case .test: "Test"
        }
    }
}

extension ServicePicture {
    /// The same service with some of its resources only.
    func only(_ ids: Set<ResourceID>) -> ServicePicture {
        var copy = self
        copy.resources = resources.filter { ids.contains($0.id) }
        return copy
    }
}

/// Settings in words: seconds as durations, sizes as sizes.
enum SettingWords {
    private static let seconds: Set<Setting> = [.timeout, .retention, .visibilityTimeout, .delay, .logRetention]

    /// `nothing` where there was none.
    static func words(_ value: SettingValue?) -> Phrase {
        switch value {
        case nil: "nothing"
        case .number(let number): .verbatim(Words.count(number))
        case .text(let text): .verbatim(text)
        case .flag(let flag): flag ? "on" : "off"
        }
    }

    static func important(_ resource: ResourcePicture) -> Phrase {
        let names: [(Setting, Phrase)] = [(.timeout, "timeout"), (.memory, "memory"), (.runtime, "runtime"), (.reservedConcurrency, "reserved concurrency"), (.batchSize, "batch size"),
                                          (.visibilityTimeout, "visibility"), (.retention, "retention"), (.maxReceiveCount, "max receives")]
        var parts = names.compactMap { setting, name -> Phrase? in
            guard let value = resource.resource?.settings[setting] else { return nil }
            if let number = value.number {
                if seconds.contains(setting) { return "\(name) \(Words.duration(number))" }
                if setting == .memory { return "\(name) \(Words.bytes(number))" }
            }
            return "\(name) \(words(value))"
        }
        if resource.id.kind == .queue, !resource.isDeadLetterQueue, resource.resource?.settings[.redriveTarget] == nil, resource.resource != nil { parts.append("no DLQ") }
        return parts.joined(separator: ", ")
    }
}
