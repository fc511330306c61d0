/// One source that a function's pollers take from. A function may have several, each with settings of its own.
package struct EventSourceMapping: Hashable, Sendable {
    /// Name of the queue or stream.
    package var source: String
    package var state: String
    package var batchSize: Double?
    package var reportsItemFailures: Bool
    package var maximumConcurrency: Double?

    package init(source: String, state: String, batchSize: Double? = nil, reportsItemFailures: Bool = false, maximumConcurrency: Double? = nil) {
        self.source = source
        self.state = state
        self.batchSize = batchSize
        self.reportsItemFailures = reportsItemFailures
        self.maximumConcurrency = maximumConcurrency
    }

    package var isEnabled: Bool { state == "Enabled" }
}

extension EventSourceMapping {
    /// How a list of mappings is kept as one setting: `orders Enabled batch=10 partial=no limit=5; refunds …`.
    package static func text(_ mappings: [EventSourceMapping]) -> String {
        mappings.map { mapping in
            "\(mapping.source) \(mapping.state) batch=\(word(mapping.batchSize)) partial=\(mapping.reportsItemFailures ? "yes" : "no") limit=\(word(mapping.maximumConcurrency))"
        }.joined(separator: "; ")
    }

    package static func list(_ text: String) -> [EventSourceMapping] {
        text.split(separator: ";").compactMap { part in
            let words = part.split(separator: " ")
            guard words.count == 5 else { return nil }
            func value(_ index: Int) -> Substring { words[index].drop { $0 != "=" }.dropFirst() }
            return EventSourceMapping(source: String(words[0]), state: String(words[1]), batchSize: Double(value(2)), reportsItemFailures: value(3) == "yes", maximumConcurrency: Double(value(4)))
        }
    }

    private static func word(_ number: Double?) -> String { number.flatMap { Int64(exactly: $0) }.map(String.init) ?? "-" }
}

extension Resource {
    /// What feeds a function by polling, as its settings state it.
    package var mappings: [EventSourceMapping] {
        if let text = settings[.mappings]?.text { return EventSourceMapping.list(text) }
        guard let batch = settings[.batchSize]?.number else { return [] }
        return [EventSourceMapping(source: settings[.eventSource]?.text ?? "", state: settings[.mappingState]?.text ?? "Enabled", batchSize: batch,
                                   reportsItemFailures: settings[.partialBatchResponse]?.flag != false, maximumConcurrency: settings[.maximumConcurrency]?.number)]
    }
}
