import Telemetry

/// A question to a metric that would be answered, and would mean nothing.
package struct StatisticFinding: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and what to ask instead.
    package var description: String
}

/// Refuses statistics that have no meaning for what they are asked of, for our own catalogue and for what users write.
package enum StatisticLint {
    package static func findings(form: MetricForm, statistic: MetricStatistic, period: Int64) -> [StatisticFinding] {
        var found: [StatisticFinding] = []
        if let reason = misuse(form: form, statistic: statistic) { found.append(StatisticFinding(description: reason)) }
        if period <= 0 || period % 60 != 0 {
            found.append(StatisticFinding(description: "a period of \(period) s is no multiple of 60 s: use 60, 300 or 3600"))
        }
        return found
    }

    /// Checks a metric that a user names, by what the catalogue knows about it.
    package static func findings(kind: ResourceKind, namespace: String, metric: String, statistic: MetricStatistic, period: Int64) -> [StatisticFinding] {
        var found: [StatisticFinding] = []
        if let right = otherGatewayName(kind: kind, namespace: namespace, metric: metric) {
            found.append(StatisticFinding(description: "'\(metric)' has no points for \(kind.rawValue): it is called '\(right)' there"))
        }
        let form = SignalCatalogue.definitions.lazy.compactMap { item -> MetricForm? in
            guard case .cloudWatch(let known) = item.origin, known.namespace == namespace, known.metric == metric else { return nil }
            return item.form
        }.first
        if let form { found += findings(form: form, statistic: statistic, period: period) } else if period <= 0 || period % 60 != 0 {
            found += findings(form: .gauge, statistic: .maximum, period: period)
        }
        return found
    }

    package static func findings(in definition: SignalDefinition) -> [StatisticFinding] {
        guard case .cloudWatch(let metric) = definition.origin else { return [] }
        var found = findings(form: definition.form, statistic: metric.statistic, period: definition.nativePeriod)
        if !(metric.scale.isFinite && metric.scale > 0) { found.append(StatisticFinding(description: "a scale must be more than zero")) }
        if definition.isZeroFilled, definition.form != .counter { found.append(StatisticFinding(description: "only counts may be filled with zero")) }
        return found
    }
}

private extension StatisticLint {
    static func misuse(form: MetricForm, statistic: MetricStatistic) -> String? {
        if case .percentile(let rank) = statistic, !(rank > 0 && rank <= 100) { return "a percentile lies between 0 and 100" }
        switch (form, statistic) {
        case (.gauge, .sum): return "the sum of a level depends on how often it was read: use Maximum or Average"
        case (.gauge, .sampleCount): return "the number of readings of a level means nothing: use Maximum or Average"
        case (.gauge, .percentile): return "a level is read once a minute, which is no distribution: use Maximum or Average"
        case (.counter, .percentile): return "each event of a count is 1, and so is every percentile: use Sum"
        case (.counter, .average), (.counter, .maximum), (.counter, .minimum): return "the mean or extreme of a count tells nothing about how many: use Sum"
        case (.distribution, .sum), (.distribution, .sampleCount): return "times and sizes do not add up to something: use a percentile or Maximum"
        case (.ratio, .sum): return "shares do not add up: use Average"
        case (.gauge, _), (.counter, _), (.distribution, _), (.ratio, _): return nil
        }
    }

    static func otherGatewayName(kind: ResourceKind, namespace: String, metric: String) -> String? {
        guard namespace == "AWS/ApiGateway" else { return nil }
        let names = [("5XXError", "5xx"), ("4XXError", "4xx")]
        return switch kind {
        case .httpAPI: names.first { $0.0 == metric }?.1
        case .api: names.first { $0.1 == metric }?.0
        case .function, .queue, .topic, .bus, .table, .bucket, .stateMachine, .log, .trace, .probe, .balance, .slo: nil
        }
    }
}
