/// What one collector brought back, complete or not. A refused or throttled call is a problem in here, never a thrown error that loses the rest.
package struct Harvest: Sendable {
    /// What was asked for.
    package var window: TimeWindow
    package var resources: [Resource] = []
    package var series: [SeriesBatch] = []
    /// Series that were asked for and have no value, with the reason.
    package var absences: [SeriesID: Absence] = [:]
    package var summaries: [TraceSummary] = []
    package var traces: [Trace] = []
    /// Who called whom, by hour, as sampled traces show it.
    package var calls: [CallEdge] = []
    package var fingerprints: [LogFingerprint] = []
    package var answers: [AnswerCount] = []
    package var executions: [Execution] = []
    package var deployments: [Deployment] = []
    package var smokeTests: [SmokeTest] = []
    package var problems: [Problem] = []
    package var ledger: [LedgerEntry] = []
    /// Up to where each series was asked for, with or without points: the next run goes on from there.
    package var cursors: [SeriesID: Timestamp] = [:]
    /// How far each source was read, for the freshness table: `<source key>/<what>` to the end of what is known.
    package var readings: [SourceReading] = []
    /// What a source wants to know again in its next run, by source key: the whole of it each time, such as the files that were read.
    package var marks: [String: [String: String]] = [:]
    /// Least seconds between two questions about the same number, where a budget asks for longer than the runs do; else 0.
    package var askingInterval: Int64 = 0

    package init(window: TimeWindow) { self.window = window }

    package mutating func merge(_ other: Harvest) {
        resources += other.resources
        series += other.series
        absences.merge(other.absences) { _, new in new }
        summaries += other.summaries
        traces += other.traces
        calls += other.calls
        fingerprints += other.fingerprints
        answers += other.answers
        executions += other.executions
        deployments += other.deployments
        smokeTests += other.smokeTests
        problems += other.problems
        ledger += other.ledger
        cursors.merge(other.cursors) { _, new in new }
        readings += other.readings
        marks.merge(other.marks) { _, new in new }
        askingInterval = max(askingInterval, other.askingInterval)
    }

    /// Takes in what another source says, which may tell about resources of this one: where both speak of the same, the other knows it better, and a value
    /// from anywhere ends an absence.
    package mutating func join(_ other: Harvest) {
        let told = Set(other.series.map(\.series))
        series.removeAll { told.contains($0.series) }
        var rest = other, places: [ResourceID: Int] = [:]
        for (index, resource) in resources.enumerated() { places[resource.id] = index }
        rest.resources.removeAll { resource in
            guard let place = places[resource.id] else { return false }
            resources[place].add(resource)
            return true
        }
        merge(rest)
        let measured = Set(series.map(\.series))
        absences = absences.filter { !measured.contains($0.key) }
    }
}

private extension Resource {
    mutating func add(_ other: Resource) {
        if other.presence == .alive { presence = .alive }
        settings.merge(other.settings) { _, new in new }
        foundBy.formUnion(other.foundBy)
        feeds += other.feeds.filter { !feeds.contains($0) }
    }
}

/// Points of one series, in ascending time, each time at most once.
package struct SeriesBatch: Hashable, Sendable {
    package var series: SeriesID
    /// Seconds that one sample covers; 0 for a momentary reading.
    package var period: Int64
    package var samples: [Sample]

    package init(_ series: SeriesID, period: Int64, samples: [Sample]) {
        self.series = series
        self.period = period
        self.samples = samples
    }
}

/// Something that went wrong while asking one source: what, where, and what to do.
package struct Problem: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case denied, throttled, unreachable, timedOut = "timed_out", credentials, badAnswer = "bad_answer", limit, missing, budget
        /// What was stored before is not there any more.
        case historyLost = "history_lost"
    }

    package var kind: Kind
    /// The key under `sources:`.
    package var source: String
    /// The call: `sqs:GetQueueAttributes`.
    package var operation: String
    /// Where: region, resource, file and line.
    package var place: String
    /// One line for people, in three parts: what happened, where, what to do. Holds no secret.
    package var message: String
    /// The request id of the other side, if it gave one.
    package var requestID: String?
    package var resource: ResourceID?

    package init(_ kind: Kind, source: String, operation: String, place: String = "", message: String, requestID: String? = nil,
                 resource: ResourceID? = nil) {
        self.kind = kind
        self.source = source
        self.operation = operation
        self.place = place
        self.message = message
        self.requestID = requestID
        self.resource = resource
    }
}

/// What asking cost: one line an operation, summed.
package struct LedgerEntry: Hashable, Sendable {
    package var source: String
    /// `cloudwatch:GetMetricData`.
    package var operation: String
    package var calls: Int
    /// Metrics requested, traces scanned, log bytes read: whatever the price counts.
    package var units: Int
    /// Bytes received after decompression.
    package var bytes: Int
    /// Estimated list price in US dollars.
    package var dollars: Double

    package init(source: String, operation: String, calls: Int, units: Int, bytes: Int, dollars: Double) {
        self.source = source
        self.operation = operation
        self.calls = calls
        self.units = units
        self.bytes = bytes
        self.dollars = dollars
    }
}

/// A row of the page's freshness table.
package struct SourceReading: Hashable, Sendable {
    package enum State: String, Hashable, Sendable { case ok, partial, denied, failed }

    package var source: String
    /// In people's words: `CloudWatch metrics`, `Queue attributes`, `Function log lines`, `X-Ray summaries`.
    package var what: String
    package var state: State
    /// The end of what was read; nothing where nothing ever was.
    package var dataTo: Timestamp?
    package var detail: String?
    /// Whether the numbers of pages and rules are these: how fresh a page is depends on them alone.
    package var isMetrics: Bool

    package init(source: String, what: String, state: State, dataTo: Timestamp? = nil, detail: String? = nil, isMetrics: Bool = false) {
        self.source = source
        self.what = what
        self.state = state
        self.dataTo = dataTo
        self.detail = detail
        self.isMetrics = isMetrics
    }
}

/// A change of code or configuration that charts mark: time relation, never cause.
package struct Deployment: Hashable, Sendable {
    package var service: String
    package var time: Timestamp
    /// `v41`, or the function's new version.
    package var label: String
    package var detail: String?

    package init(service: String, time: Timestamp, label: String, detail: String? = nil) {
        self.service = service
        self.time = time
        self.label = label
        self.detail = detail
    }
}
