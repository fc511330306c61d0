import Telemetry

/// All signals that the product knows, in one place: collection, rules, pages and the manual read this and nothing else.
package enum SignalCatalogue {
    package static let definitions: [SignalDefinition] = (queues + functions + apis + eventing + storage + observed).sorted { $0.signal < $1.signal }

    package static func definitions(of kind: ResourceKind) -> [SignalDefinition] { byKind[kind] ?? [] }
    /// Those that are metrics of CloudWatch.
    package static func metrics(of kind: ResourceKind) -> [(SignalDefinition, CloudWatchMetric)] { metricsByKind[kind] ?? [] }
    package static func definition(of signal: Signal) -> SignalDefinition? { bySignal[signal] }
    package static let vocabulary = SignalVocabulary(definitions)

    private static let byKind = Dictionary(grouping: definitions, by: \.kind)
    private static let metricsByKind = byKind.mapValues { definitions in
        definitions.compactMap { definition -> (SignalDefinition, CloudWatchMetric)? in
            if case .cloudWatch(let metric) = definition.origin { (definition, metric) } else { nil }
        }
    }
    private static let bySignal = Dictionary(definitions.map { ($0.signal, $0) }, uniquingKeysWith: { first, _ in first })
}

/// The words that rules may use: unit and form of each signal.
package struct SignalVocabulary: Sendable {
    package struct Entry: Hashable, Sendable {
        package var unit: MetricUnit
        package var form: MetricForm

        package init(unit: MetricUnit, form: MetricForm) {
            self.unit = unit
            self.form = form
        }
    }

    private let entries: [ResourceKind: [String: Entry]]

    package init(_ definitions: [SignalDefinition]) {
        var entries: [ResourceKind: [String: Entry]] = [:]
        for item in definitions { entries[item.kind, default: [:]][item.name] = Entry(unit: item.unit, form: item.form) }
        self.entries = entries
    }

    package subscript(_ kind: ResourceKind, _ name: String) -> Entry? { entries[kind]?[name] }
    package subscript(_ signal: Signal) -> Entry? { self[signal.kind, signal.name] }
    /// Sorted.
    package func names(of kind: ResourceKind) -> [String] { entries[kind].map { $0.keys.sorted() } ?? [] }
}

// The short forms in which the tables of the catalogue are written.
extension SignalDefinition {
    /// Events in the period; absent means none.
    static func counter(_ kind: ResourceKind, _ name: String, _ title: String, _ metric: CloudWatchMetric, unit: MetricUnit = .count,
                        absence: AbsenceMeaning = .nothingHappened, cadence: Cadence = .fast, note: String? = nil) -> SignalDefinition {
        SignalDefinition(signal: Signal(kind, name), title: title, unit: unit, form: .counter, origin: .cloudWatch(metric), nativePeriod: 60,
                         isZeroFilled: absence != .optional, absence: absence, cadence: cadence, note: note)
    }

    static func gauge(_ kind: ResourceKind, _ name: String, _ title: String, _ metric: CloudWatchMetric, unit: MetricUnit = .count,
                      period: Int64 = 60, absence: AbsenceMeaning = .unknown, cadence: Cadence = .fast, note: String? = nil) -> SignalDefinition {
        SignalDefinition(signal: Signal(kind, name), title: title, unit: unit, form: .gauge, origin: .cloudWatch(metric), nativePeriod: period,
                         isZeroFilled: false, absence: absence, cadence: cadence, note: note)
    }

    static func distribution(_ kind: ResourceKind, _ name: String, _ title: String, _ metric: CloudWatchMetric, unit: MetricUnit = .seconds,
                             absence: AbsenceMeaning = .nothingMeasured, cadence: Cadence = .fast, note: String? = nil) -> SignalDefinition {
        SignalDefinition(signal: Signal(kind, name), title: title, unit: unit, form: .distribution, origin: .cloudWatch(metric), nativePeriod: 60,
                         isZeroFilled: false, absence: absence, cadence: cadence, note: note)
    }

    /// Whatever does not come from CloudWatch.
    static func other(_ kind: ResourceKind, _ name: String, _ title: String, _ origin: SignalOrigin, unit: MetricUnit, form: MetricForm,
                      zeroFilled: Bool = false, absence: AbsenceMeaning = .nothingMeasured, note: String? = nil) -> SignalDefinition {
        SignalDefinition(signal: Signal(kind, name), title: title, unit: unit, form: form, origin: origin, nativePeriod: 60,
                         isZeroFilled: zeroFilled, absence: absence, cadence: .fast, note: note)
    }
}
