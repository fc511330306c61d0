import Telemetry

/// Counts what the lines of one log group say, point by point.
struct LogTally {
    private let group: LogGroup
    private let window: TimeWindow
    /// Older stretches of which only the reports were read.
    private var history: [TimeWindow] = []
    private let period: Int64

    private var errors: [Timestamp: Int] = [:]
    private var warnings: [Timestamp: Int] = [:]
    private var timeouts: [Timestamp: Int] = [:]
    private var outOfMemory: [Timestamp: Int] = [:]
    private var retries: [Timestamp: Int] = [:]
    private var executions: [String: Execution] = [:]
    private var fingerprints: [Key: LogFingerprint] = [:]
    private var answers: AnswerTally
    /// Answers that lines of the code itself told, by request.
    private var toldAnswers: Set<String> = []
    /// Those that only the runtime's report of a thrown error told.
    private var thrownAnswers: [(key: String, status: Int, time: Timestamp)] = []
    private var shapes: Set<Shape> = []
    private var started: Set<String> = []
    private var seen: Set<String> = []
    private var last: Timestamp?

    private static let fingerprintLimit = 200
    private struct Shape: Hashable { var level: LogFingerprint.Level, text: String }
    /// One count for each five minutes: a stretch that is read again then gives the same counts again, and the greater is kept.
    private struct Key: Hashable { var shape: Shape, bucket: Timestamp }

    init(group: LogGroup, window: TimeWindow, period: Int64) {
        self.group = group
        self.window = window
        self.period = period
        answers = AnswerTally(group.function)
    }

    mutating func add(_ page: FilterLogEventsAnswer) { for event in page.events { add(event) } }

    /// Reports of a stretch before the window. Errors and starts in it were not asked for and stay unknown.
    mutating func addHistory(_ pages: [FilterLogEventsAnswer], in stretch: TimeWindow) {
        for event in pages.flatMap(\.events) where stretch.contains(event.time) && (event.id.isEmpty || seen.insert(event.id).inserted) { report(event) }
        history.append(stretch)
    }

    /// - Returns: whether the line is one of the platform's own, which counts as nothing else.
    @discardableResult
    private mutating func report(_ event: FilterLogEventsAnswer.Event) -> Bool {
        let row = event.time.floored(to: period)
        switch PlatformLine(event.message) {
        case .start(let requestID)?:
            if !started.insert(requestID).inserted { retries[row, default: 0] += 1 }
            return true
        case .report(let report)?:
            if report.failure == "timeout" { timeouts[row, default: 0] += 1 }
            if report.failure == "out_of_memory" { outOfMemory[row, default: 0] += 1 }
            // A retried invocation keeps its request id: both attempts are executions.
            executions["\(report.requestID) \(event.time.seconds)"] = report.execution(of: group.function, at: event.time)
            return true
        case nil:
            if event.message.holds("Task timed out after"), mark(event.message, as: "timeout") { timeouts[row, default: 0] += 1 }
            // The platform kills what takes more memory than it may; the runtime says no more than that.
            if event.message.holds("signal: killed") || event.message.holds("Runtime.OutOfMemory"), mark(event.message, as: "out_of_memory") { outOfMemory[row, default: 0] += 1 }
            return false
        }
    }

    mutating func add(_ event: FilterLogEventsAnswer.Event) {
        // Pages may overlap where lines arrive while they are read.
        guard window.contains(event.time), event.id.isEmpty || seen.insert(event.id).inserted else { return }
        last = max(last ?? event.time, event.time)
        if report(event) { return }
        answer(event)
        let row = event.time.floored(to: period)
        guard let level = group.patterns.level(of: event.message) else { return }
        switch level {
        case .error: errors[row, default: 0] += 1
        case .warning: warnings[row, default: 0] += 1
        }
        fingerprint(event, level)
    }

    /// What a dependency answered. The runtime repeats the text of an error that the code threw; that is the same answer.
    private mutating func answer(_ event: FilterLogEventsAnswer.Event) {
        guard let status = group.patterns.answer(in: event.message) else { return }
        let key = "\(Self.requestID(in: event.message) ?? event.id) \(status) \(event.time.floored(to: AnswerCount.bucketSeconds).seconds)"
        if event.message.holds("Invoke Error") {
            thrownAnswers.append((key, status, event.time))
        } else {
            toldAnswers.insert(key)
            answers.add(AccessLogRecord(dependency: status), at: event.time)
        }
    }

    private static func requestID(in line: String) -> String? {
        line.split { $0 == " " || $0 == "\t" }.first { $0.utf8.count == 36 && $0.contains("-") }.map(String.init)
    }

    /// Older runtimes tell how a run ended in a line of its own and nothing in REPORT.
    /// - Returns: whether this is news.
    private mutating func mark(_ line: String, as failure: String) -> Bool {
        guard let id = Self.requestID(in: line), let key = executions.keys.first(where: { $0.hasPrefix(id) }) else { return Self.requestID(in: line) != nil }
        defer { executions[key]?.failure = failure }
        return executions[key]?.failure != failure
    }

    private mutating func fingerprint(_ event: FilterLogEventsAnswer.Event, _ level: LogFingerprint.Level) {
        let text = LogShape.text(of: event.message)
        guard !text.isEmpty else { return }
        let shape = Shape(level: level, text: text), key = Key(shape: shape, bucket: event.time.floored(to: 300))
        if var known = fingerprints[key] {
            known.count += 1
            known.first = min(known.first, event.time)
            known.last = max(known.last, event.time)
            fingerprints[key] = known
        } else if shapes.contains(shape) || shapes.count < Self.fingerprintLimit {
            shapes.insert(shape)
            fingerprints[key] = LogFingerprint(resource: group.function, level: level, text: text, count: 1, first: event.time, last: event.time)
        }
    }

    /// What error and warning lines said, by five minutes.
    var texts: [LogFingerprint] {
        fingerprints.values.sorted { ($0.level.rawValue, $0.text, $0.first) < ($1.level.rawValue, $1.text, $1.first) }
    }

    /// The stretches of which each kind of line was read: only there nothing counted means zero.
    struct Coverage {
        var lines: [TimeWindow] = []
        var starts: [TimeWindow] = []
        var reports: [TimeWindow] = []
    }

    /// - Parameter wholeTo: every line before it was read. After it, only points before the last line's are whole; the next run begins there.
    /// - Parameter coverage: where there are gaps in the window.
    func finish(wholeTo: Timestamp, covering coverage: Coverage? = nil, into harvest: inout Harvest) {
        let end = window.end
        let known = max(wholeTo, (last ?? window.start).floored(to: period))
        let read = TimeWindow(from: window.start, to: known)
        let coverage = coverage ?? Coverage(lines: [read], starts: [read], reports: history + [read])
        func counter(_ resource: ResourceID, _ name: String, _ counts: [Timestamp: Int], in stretches: [TimeWindow]) {
            var rows = Set(counts.keys.filter { time in coverage.lines.contains { $0.contains(time) } })
            for stretch in stretches {
                var time = stretch.start
                while time < stretch.end {
                    rows.insert(time)
                    time = time + period
                }
            }
            let samples = rows.sorted().map { time in
                let count = counts[time] ?? 0
                return Sample(time, Double(count), count == 0 ? .zeroFilled : CollectionWindow.quality(of: time, end: end))
            }
            if !samples.isEmpty { harvest.series.append(SeriesBatch(SeriesID(resource, name), period: period, samples: samples)) }
        }
        let runs = executions.values.sorted { ($0.time, $0.requestID) < ($1.time, $1.requestID) }
        counter(group.log, "errors", errors, in: coverage.lines)
        counter(group.log, "warnings", warnings, in: coverage.lines)
        counter(group.function, "retries", retries, in: coverage.starts)
        counter(group.function, "timeouts", timeouts, in: coverage.reports)
        counter(group.function, "out_of_memory", outOfMemory, in: coverage.reports)
        counter(group.function, "cold_starts", Dictionary(runs.filter(\.isCold).map { ($0.time.floored(to: period), 1) }, uniquingKeysWith: +), in: coverage.reports)
        distribution("init_duration.p50", runs.compactMap { run in run.initDuration.map { (run.time, $0) } }, known, end, into: &harvest) { TraceStatistics.percentile(50, of: $0) }
        distribution("init_duration.p99", runs.compactMap { run in run.initDuration.map { (run.time, $0) } }, known, end, into: &harvest) { TraceStatistics.percentile(99, of: $0) }
        distribution("memory_used", runs.compactMap { run in run.memoryUsed.map { (run.time, $0) } }, known, end, into: &harvest) { $0.last ?? 0 }
        harvest.executions += runs
        harvest.fingerprints += texts
        var told = answers
        for thrown in thrownAnswers where !toldAnswers.contains(thrown.key) { told.add(AccessLogRecord(dependency: thrown.status), at: thrown.time) }
        harvest.answers += told.answers(before: known)
        for series in [group.errors, group.warnings] + LogGroup.functionSignals.map({ SeriesID(group.function, $0) }) where known > window.start {
            harvest.cursors[series] = known
        }
    }

    private func distribution(_ name: String, _ values: [(Timestamp, Double)], _ known: Timestamp, _ end: Timestamp, into harvest: inout Harvest,
                              _ statistic: ([Double]) -> Double) {
        let rows = Dictionary(grouping: values) { $0.0.floored(to: period) }
        let samples = rows.sorted { $0.key < $1.key }.filter { $0.key < known }
            .map { Sample($0.key, statistic($0.value.map(\.1).sorted()), CollectionWindow.quality(of: $0.key, end: end)) }
        if !samples.isEmpty { harvest.series.append(SeriesBatch(SeriesID(group.function, name), period: period, samples: samples)) }
    }
}
