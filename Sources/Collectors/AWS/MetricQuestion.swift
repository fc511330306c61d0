import Signals
import Telemetry

/// One metric that is asked for: a series, or the part of it that one operation or rule contributes.
struct MetricQuestion: Sendable {
    var series: SeriesID
    var definition: SignalDefinition
    var metric: CloudWatchMetric
    var dimensions: [MetricDimension]
}

/// Questions about the same stretch of time, which share calls.
struct MetricPlan: Sendable {
    struct Stretch: Hashable, Comparable, Sendable {
        var start: Timestamp, end: Timestamp
        var period: Int64

        var window: TimeWindow { TimeWindow(from: start, to: end) }
        var points: Int { Int(clamping: (end - start) / max(1, period)) }
        static func < (a: Stretch, b: Stretch) -> Bool { (a.start, a.end, a.period) < (b.start, b.end, b.period) }
    }

    var questions: [Stretch: [MetricQuestion]] = [:]
    /// Series that are not asked for on purpose, and why.
    var absences: [SeriesID: Absence] = [:]
    /// Series left out because a budget is used up.
    var skipped = 0
    /// How often the budget of the day lets signals be asked for.
    let pace: AskingPace
    /// All that is worth asking, due in this run or not, by cadence; counted only where somebody needs it.
    let metrics: [Cadence: Int]

    init(_ resources: [Resource], order: CollectionOrder, isCounting: Bool = false) {
        let there = resources.filter { $0.presence != .missing }
        var metrics: [Cadence: Int] = [:]
        if isCounting || order.budget.metricsPerDay != nil {
            for resource in there {
                for (definition, metric) in SignalCatalogue.metrics(of: resource.id.kind) where Self.unfit(definition, resource, isPlanned: isCounting) == nil {
                    metrics[definition.cadence, default: 0] += MetricDimensions.sets(for: metric, of: resource).count
                }
            }
        }
        self.metrics = metrics
        pace = AskingPace(for: metrics, interval: order.interval, metricsPerDay: order.budget.metricsPerDay)

        var asked = 0, series = 0
        // What is worth asking in every run goes first, so that a small budget costs the slow signals.
        for cadence in Cadence.allCases {
            for resource in there {
                for (definition, metric) in SignalCatalogue.metrics(of: resource.id.kind) where definition.cadence == cadence {
                    let id = SeriesID(resource.id, definition.name)
                    if let reason = Self.unfit(definition, resource, isPlanned: isCounting) {
                        if let detail = reason.detail { absences[id] = Absence(.disabled, since: order.now, detail: detail) }
                        continue
                    }
                    guard let stretch = stretch(definition, cursor: order.cursors[id], order: order) else { continue }
                    let sets = MetricDimensions.sets(for: metric, of: resource)
                    guard series < order.budget.series, asked + sets.count <= order.budget.metrics else { skipped += 1; continue }
                    series += 1
                    asked += sets.count
                    questions[stretch, default: []] += sets.map { MetricQuestion(series: id, definition: definition, metric: metric, dimensions: $0) }
                }
            }
        }
    }

    /// Questions in portions that CloudWatch takes: 500 metrics and 100,800 points a call.
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
    var portions: [(stretch: Stretch, questions: [MetricQuestion])] {
        questions.sorted { $0.key < $1.key }.flatMap { stretch, questions in
            let size = max(1, min(500, 100_800 / max(1, stretch.points)))
            return stride(from: 0, to: questions.count, by: size).map { (stretch, Array(questions[$0..<min($0 + size, questions.count)])) }
        }
    }

    private func stretch(_ definition: SignalDefinition, cursor: Timestamp?, order: CollectionOrder) -> Stretch? {
        let period = max(order.grain, definition.nativePeriod)
        // A daily point appears up to two days after its day.
        let backfill = definition.cadence == .daily ? max(order.backfill, 3 * 86_400) : order.backfill
        guard let window = CollectionWindow.window(cursor: cursor, now: order.now, period: period, every: pace.seconds(definition.cadence), backfill: backfill) else { return nil }
        return Stretch(start: definition.cadence == .daily ? min(window.start, window.end - 3 * 86_400) : window.start, end: window.end, period: period)
    }

    /// Metrics that this resource cannot have. Asking would cost money and bring silence.
    /// - Parameter isPlanned: nothing has been read yet, and what few functions have is taken to be missing.
    private static func unfit(_ definition: SignalDefinition, _ resource: Resource, isPlanned: Bool) -> (detail: String?, Void)? {
        let isKnown = resource.presence == .alive || isPlanned
        switch (resource.id.kind, definition.name) {
        case (.queue, "deduplicated"), (.queue, "groups_in_flight"):
            let isFIFO = resource.settings[.fifo]?.flag ?? resource.id.name.hasSuffix(".fifo")
            return isFIFO ? nil : (nil, ())
        case (.function, "dead_letter_errors"):
            return isKnown && resource.settings[.deadLetterTarget] == nil ? ("no dead-letter target is configured", ()) : nil
        case (.function, "destination_failures"):
            return isKnown && resource.settings[.onFailureDestination] == nil ? ("no destination is configured", ()) : nil
        default: return nil
        }
    }
}
