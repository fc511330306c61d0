import Telemetry

extension SignalCatalogue {
    /// The manual's page about signals, made from the catalogue so that it cannot differ from it.
    package static func markdown() -> String {
        var text = "# Signals\n\nA signal is `<kind>.<name>`. Numbers are in base units: seconds, bytes, counts, shares of one.\n"
        for kind in ResourceKind.allCases {
            let items = definitions(of: kind)
            guard !items.isEmpty else { continue }
            text += "\n## \(kind.rawValue)\n\n| signal | what | unit | form | from | no point means |\n|---|---|---|---|---|---|\n"
            for item in items {
                text += "| `\(item.signal)` | \(item.title) | \(item.unit.rawValue) | \(item.form.rawValue) | \(item.origin.words) | \(item.silence) |\n"
            }
            let notes = items.compactMap { item in item.note.map { "- `\(item.name)`: \($0)\n" } }
            if !notes.isEmpty { text += "\n" + notes.joined() }
        }
        text += "\n## Not collected\n\n| metrics | why |\n|---|---|\n" + leftOut.map { "| \($0.metrics) | \($0.reason) |\n" }.joined()
        return text
    }
}

extension SignalOrigin {
    /// Where the number comes from, for people.
    package var words: String {
        switch self {
        case .cloudWatch(let metric):
            "\(metric.namespace) \(metric.metric) \(metric.statistic.word)" + (metric.operations.isEmpty ? "" : " by operation")
        case .queueAttribute(let name): "queue attribute \(name)"
        case .log(let text): "logs: \(text)"
        case .trace(let text): "traces: \(text)"
        case .derived(let formula): "computed: \(formula)"
        case .probe(let text): "probe: \(text)"
        case .errorTracker(let text): "error tracker: \(text)"
        }
    }
}

extension SignalDefinition {
    /// What a missing point means, for people.
    package var silence: String { isZeroFilled ? "zero, where the resource is proven alive" : absence.words }
}
