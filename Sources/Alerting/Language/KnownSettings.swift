import Signals
import Telemetry

/// Settings that rules may read with `setting("…")`, and what kind of value each has.
enum KnownSettings {
    enum Form: Hashable { case number(MetricUnit), flag, text }

    static let forms: [Setting: Form] = {
        var forms: [Setting: Form] = [:]
        let seconds: [Setting] = [.timeout, .retention, .visibilityTimeout, .delay, .logRetention]
        let counts: [Setting] = [.reservedConcurrency, .batchSize, .maximumConcurrency, .maxReceiveCount, .readCapacity, .writeCapacity,
                                 .pendingSubscriptions, .subscriptions]
        let flags: [Setting] = [.fifo, .contentBasedDeduplication, .partialBatchResponse]
        let texts: [Setting] = [.runtime, .version, .tracing, .deadLetterTarget, .onFailureDestination, .invokedBy, .eventSource, .mappingState,
                                .redriveTarget, .deadLetterSources, .stage, .capacityMode, .rule, .schedule, .logGroup]
        for setting in seconds { forms[setting] = .number(.seconds) }
        for setting in counts { forms[setting] = .number(.count) }
        for setting in flags { forms[setting] = .flag }
        for setting in texts { forms[setting] = .text }
        forms[.memory] = .number(.bytes)
        forms[.tolerance] = .number(.ratio)
        forms[.objective] = .number(.ratio)
        forms[.budgetWindow] = .number(.seconds)
        forms[.leastBad] = .number(.count)
        return forms
    }()

    static var names: [String] { forms.keys.map(\.rawValue).sorted() }
}
