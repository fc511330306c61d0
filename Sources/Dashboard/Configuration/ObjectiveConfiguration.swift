import Signals
import Telemetry

/// One of a service's `slos:` as it is written.
package struct ObjectiveConfiguration: Sendable {
    package enum Count: Sendable {
        case bad([BalanceTermText], of: [BalanceTermText])
        case good([BalanceTermText], of: [BalanceTermText])
        /// `function.error_rate`: the counts behind the share are used where there are some.
        case errorRate(BalanceTermText)
    }

    package var id: String
    package var title: String
    package var objective: Double
    /// Seconds.
    package var window: Int64
    package var count: Count
    package var leastBad: Int
}

extension ObjectiveConfiguration {
    static let schema = RecordSchema("an objective", [
        .init("id", .identifier, required: true, "Names it in rules: burn_rate(\"service/id\", 1h)."),
        .init("title", .text, "What people call it."),
        .init("objective", .ratio, required: true, "The share of events that must be good, such as 99.9%."),
        .init("window", .duration, "Over how long; it rolls. Default 30d."),
        .init("total", .oneOrMore(.text), "Signals that count all events: api.requests, or function(\"worker\").invocations of any service."),
        .init("bad", .oneOrMore(.text), "Signals that count the bad ones; or give good."),
        .init("good", .oneOrMore(.text), "Signals that count the good ones; or give bad."),
        .init("error_rate", .text, "Instead of counts: the signal of a share of failures, such as function.error_rate or trace.fault_rate."),
        .init("least_bad", .integer(1...1_000_000_000), "Fewer bad events than this in the long window of a burn rate never alert. Default 10."),
    ])

    /// The shares of failures that signals know, and the counts behind them: all events, and the bad ones where they are counted.
    static let shares: [String: (total: String, bad: String?)] = [
        "function.error_rate": ("invocations", "errors"), "api.error_rate": ("requests", "errors_5xx"), "http_api.error_rate": ("requests", "errors_5xx"),
        "log.error_rate": ("events", "errors"), "trace.error_rate": ("count", nil), "trace.fault_rate": ("count", nil), "trace.throttle_rate": ("count", nil),
    ]

    init?(_ record: ConfigurationReader.Record) {
        guard let id = record.identifier("id"), let objective = record.ratio("objective") else { return nil }
        self.id = id
        title = record.text("title") ?? id
        // 99.9 % is 0.999, whatever a division by a hundred makes of it.
        self.objective = (objective * 1e9).rounded() / 1e9
        if !(objective >= 0.5 && objective < 1) { record.fail("objective", "expected at least 50% and less than 100%: nothing is left to spend at 100%") }
        window = record.duration("window") ?? 30 * 86_400
        if !(86_400...90 * 86_400).contains(window) { record.fail("window", "expected between 1d and 90d") }
        leastBad = record.integer("least_bad") ?? 10
        let total = BalanceTermText.terms("total", record), bad = BalanceTermText.terms("bad", record), good = BalanceTermText.terms("good", record)
        switch (record.has("total"), record.has("bad"), record.has("good"), record.has("error_rate")) {
        case (true, true, false, false): count = .bad(bad, of: total)
        case (true, false, true, false): count = .good(good, of: total)
        case (false, false, false, true):
            guard let share = BalanceTermText.term("error_rate", record) else { return nil }
            if Self.shares[share.signal.description] == nil || share.isTakenAway {
                record.fail("error_rate", "\(share.signal) is not a share of failures. " + record.reader.suggestion(share.signal.description, Self.shares.keys.sorted()))
                return nil
            }
            count = .errorRate(share)
        default:
            record.reader.report(record.mark, record.path, "an objective needs total with either bad or good, or error_rate alone")
            return nil
        }
        for term in total + bad + good where SignalCatalogue.vocabulary.type(of: term.signal)?.form != .counter {
            record.reader.report(record.mark, record.path, "\(term.signal) is a level, not a count of events: an objective adds events up")
        }
    }
}

extension ServiceConfiguration {
    /// Its objectives over what is known of the tenant.
    func serviceLevels(among resources: [Resource]) -> [ServiceLevel] {
        objectives.compactMap { objective in
            func terms(_ texts: [BalanceTermText]) -> [Balance.Term] {
                texts.map { Balance.Term(resource(of: $0, among: resources), $0.signal.name, factor: $0.isTakenAway ? -1 : 1) }
            }
            let count: ServiceLevel.Count
            switch objective.count {
            case .bad(let bad, let total): count = .bad(terms(bad), of: terms(total))
            case .good(let good, let total): count = .good(terms(good), of: terms(total))
            case .errorRate(let share):
                guard let parts = ObjectiveConfiguration.shares[share.signal.description] else { return nil }
                let owner = resource(of: share, among: resources), total = Balance.Term(owner, parts.total)
                count = parts.bad.map { .bad([Balance.Term(owner, $0)], of: [total]) } ?? .share(Balance.Term(owner, share.signal.name), of: total)
            }
            return ServiceLevel(id: ResourceID(source: source, kind: .slo, name: "\(id)/\(objective.id)"), service: id, title: objective.title, objective: objective.objective,
                                window: objective.window, count: count, leastBad: Double(objective.leastBad))
        }
    }
}
