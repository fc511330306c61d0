import AWS
import Signals
import Telemetry

/// What came back for one portion of questions, over all its pages.
struct PortionAnswer: Sendable {
    enum Failure: Sendable { case denied, failed, notAsked }

    var questions: [MetricQuestion]
    var stretch: MetricPlan.Stretch
    var points: [[MetricDataResult.Point]]
    var statuses: [MetricDataResult.Status?]
    var failure: Failure?
    /// What came instead of any answer.
    var refusal: AWSError?
    /// The pages ended before the answer did.
    var isCut = false
    var damage: String?
    var messages: [String] = []
    var problems: [Problem] = []
    var rejected = 0

    init(questions: [MetricQuestion], stretch: MetricPlan.Stretch) {
        self.questions = questions
        self.stretch = stretch
        points = Array(repeating: [], count: questions.count)
        statuses = Array(repeating: nil, count: questions.count)
    }

    mutating func add(_ page: MetricDataAnswer) {
        rejected += page.rejected
        messages += page.messages
        if let damage = page.damage { self.damage = "\(damage)"; isCut = true }
        for result in page.results {
            guard result.id.hasPrefix("q"), let index = Int(result.id.dropFirst()), points.indices.contains(index) else { rejected += result.points.count; continue }
            if points[index].isEmpty { points[index] = result.points } else { points[index] += result.points }
            // Of several pages the last one knows whether that was all; a refusal on any of them stays.
            if let known = statuses[index], known == .forbidden || known == .internalError { continue }
            statuses[index] = result.status
        }
    }
}

/// Turns answers into series: ordered, each time once, in base units, with the quality of each point and a reason for each silence.
struct MetricRecord: Sendable {
    struct Entry: Sendable {
        var definition: SignalDefinition
        var stretch: MetricPlan.Stretch
        var values: [Int64: Double] = [:]
        var isPartial = false
        var failure: AbsenceReason?
        /// Why there was no answer, in the words of whoever refused; redacted.
        var words: String?
        var isAsked = true
    }

    let now: Timestamp
    private(set) var entries: [SeriesID: Entry] = [:]
    private(set) var rejected = 0

    init(now: Timestamp) { self.now = now }

    mutating func add(_ answer: PortionAnswer) {
        rejected += answer.rejected
        // Once an answer: redacting it for each of its hundreds of series was a third of a run in which every tenant is refused.
        let words = answer.refusal.map { "CloudWatch \($0.status == nil ? "could not be asked" : "says"): \(Redactor.redacted($0.message, limit: 200))" }
        for (index, question) in answer.questions.enumerated() {
            var entry = entries[question.series] ?? Entry(definition: question.definition, stretch: answer.stretch)
            switch answer.failure {
            case .denied?: entry.failure = .denied
            case .failed?:
                entry.failure = entry.failure ?? .sourceError
                entry.words = words
            case .notAsked?: entry.isAsked = false
            case nil: break
            }
            switch answer.statuses[index] {
            case .complete?: break
            case .partialData?, .other?: entry.isPartial = true
            case .internalError?: entry.failure = entry.failure ?? .sourceError
            case .forbidden?: entry.failure = .denied
            // The service left the question out; it has not said that there is nothing.
            case nil: entry.isPartial = true
            }
            if answer.isCut { entry.isPartial = true }
            add(answer.points[index], question.metric, to: &entry)
            entries[question.series] = entry
        }
    }

    private mutating func add(_ points: [MetricDataResult.Point], _ metric: CloudWatchMetric, to entry: inout Entry) {
        // Of points of the same time the last one counts; of several questions about a series each adds its part.
        var own: [Int64: Double] = [:]
        for point in points {
            let time = Timestamp(seconds: point.time).floored(to: entry.stretch.period)
            guard entry.stretch.window.contains(time), time <= now else { rejected += 1; continue }
            let value = point.value * metric.scale
            guard value.isFinite else { rejected += 1; continue }
            own[time.seconds] = value
        }
        if entry.values.isEmpty { entry.values = own } else { entry.values.merge(own, uniquingKeysWith: metric.combined) }
    }

    /// Series, silences and cursors of all that was asked.
    func finish(_ resources: [Resource], into harvest: inout Harvest) {
        let byID = Dictionary(resources.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var firstPoint: [ResourceID: Int64] = [:]
        for (series, entry) in entries {
            guard let first = entry.values.keys.min() else { continue }
            firstPoint[series.resource] = min(firstPoint[series.resource] ?? first, first)
        }
        for (series, entry) in entries.sorted(by: { $0.key < $1.key }) {
            guard let resource = byID[series.resource] else { continue }
            let samples = samples(entry, aliveFrom: Self.life(of: resource, firstPoint: firstPoint[series.resource]))
            if !samples.isEmpty { harvest.series.append(SeriesBatch(series, period: entry.stretch.period, samples: samples)) }
            if entry.isAsked, entry.failure == nil, !entry.isPartial { harvest.cursors[series] = entry.stretch.end }
            if samples.isEmpty, let absence = absence(entry, resource) { harvest.absences[series] = absence }
        }
    }

    /// From when on a resource is known to have lived; nothing where nobody knows.
    private static func life(of resource: Resource, firstPoint: Int64?) -> Timestamp? {
        switch resource.presence {
        case .alive: resource.settings[.createdAt]?.number.flatMap { Timestamp(epoch: $0) } ?? Timestamp(seconds: 0)
        // Another metric of it has a point: it lived from then on.
        case .unknown, .denied: firstPoint.map { Timestamp(seconds: $0) }
        case .missing: nil
        }
    }

    private func samples(_ entry: Entry, aliveFrom: Timestamp?) -> [Sample] {
        let end = entry.stretch.end
        func quality(_ time: Timestamp) -> Quality { entry.isPartial ? .partial : CollectionWindow.quality(of: time, end: end) }
        var samples = entry.values.map { Sample(Timestamp(seconds: $0.key), $0.value, quality(Timestamp(seconds: $0.key))) }
        if entry.definition.isZeroFilled, !entry.isPartial, entry.failure == nil, entry.isAsked, let aliveFrom {
            var time = max(entry.stretch.start, aliveFrom.floored(to: entry.stretch.period))
            while time < end {
                if entry.values[time.seconds] == nil { samples.append(Sample(time, 0, .zeroFilled)) }
                time = time + entry.stretch.period
            }
        }
        return samples.sorted { $0.time < $1.time }
    }

    private func absence(_ entry: Entry, _ resource: Resource) -> Absence? {
        guard entry.isAsked else { return nil }
        if let failure = entry.failure {
            let said = entry.words ?? "CloudWatch could not answer"
            return Absence(failure, since: now, detail: failure == .denied ? "CloudWatch refused the question" : said)
        }
        if entry.isPartial { return Absence(.sourceError, since: now, detail: "CloudWatch has not answered completely") }
        if resource.presence == .denied { return Absence(.denied, since: now, detail: "the resource may not be read") }
        guard resource.presence == .alive else { return Absence(.neverSeen, since: now) }
        switch entry.definition.absence {
        case .asleep:
            let age = resource.settings[.createdAt]?.number.flatMap { Timestamp(epoch: $0) }.map { now - $0 } ?? .max
            return age < 3_600 ? Absence(.neverSeen, since: now, detail: "the queue is new")
                : Absence(.asleep, since: now, detail: "the queue exists; CloudWatch stops about six hours after the last message")
        case .optional: return Absence(.disabled, since: now, detail: "not switched on, or nothing to measure")
        case .nothingMeasured, .nothingHappened, .unknown: return Absence(.neverSeen, since: now)
        }
    }
}
