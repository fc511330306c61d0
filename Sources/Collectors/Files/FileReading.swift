import JSON
import Signals
import Telemetry

/// What the files of one source say, put together.
struct FileReading {
    /// Seconds: as long as CloudWatch keeps hours.
    private static let logReach: Int64 = 455 * 86_400

    let order: CollectionOrder
    private var values: [SeriesID: (samples: [Int64: Sample], period: Int64?)] = [:]
    /// Points of series beyond the most that a source may have.
    var leftOut = 0
    /// Points of a time that is still to come.
    private var early = 0
    /// Services of the resources that no file declares, where their names tell.
    var owners: [ResourceID: String] = [:]
    var harvest: Harvest

    init(order: CollectionOrder) {
        self.order = order
        harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        for service in order.services {
            for item in service.resources where item.kind != .probe {
                let feeds = item.feeds.compactMap { name in service.resources.first { $0.name == name } }.map { id($0.kind, $0.name) }
                harvest.resources.append(Resource(id: id(item.kind, item.name), service: service.id, settings: item.settings, feeds: feeds))
            }
        }
    }

    mutating func complain(_ kind: Problem.Kind, _ place: String, _ what: String) {
        let place = Redactor.redacted(place, limit: 200)
        harvest.problems.append(Problem(kind, source: order.source, operation: "files:read", place: place,
                                        message: "\(place): \(what) (source '\(order.source)')."))
    }

    /// A recorded answer is in the units of AWS; the catalogue knows the factor.
    mutating func metrics(_ bytes: [UInt8], _ file: String, _ entry: FilesCollector.Entry) {
        let answer = MetricDataAnswer(reading: bytes)
        if let damage = answer.damage { complain(.badAnswer, file, "breaks off (\(damage)); what came before is kept. Record the answer again") }
        if answer.rejected > 0 { complain(.badAnswer, file, "\(answer.rejected) points are no numbers or have no time. The others are kept") }
        var unknown: [String] = []
        for result in answer.results {
            let name = entry.series[result.label] ?? entry.series[result.id] ?? result.label
            guard let reference = SeriesReference(name) else { unknown.append(name); continue }
            var scale = 1.0
            if case .cloudWatch(let metric)? = SignalCatalogue.definition(of: Signal(reference.kind, reference.signal))?.origin { scale = metric.scale }
            for point in result.points { add(point.value * scale, at: Timestamp(seconds: point.time), to: reference.series(of: order.source)) }
        }
        complain(ofUnknown: unknown, file)
    }

    /// A table is in base units.
    mutating func table(_ bytes: [UInt8], _ file: String, _ entry: FilesCollector.Entry) {
        let table = MetricTable(bytes)
        if table.refusedCount > 0 {
            let lines = table.refused.map(String.init).joined(separator: ", ") + (table.refusedCount > table.refused.count ? "…" : "")
            complain(.badAnswer, file, "\(table.refusedCount) lines are no point (line \(lines)). The others are kept")
        }
        var unknown: [String] = []
        for (name, points) in table.series.sorted(by: { $0.key < $1.key }) {
            guard let reference = SeriesReference(entry.series[name] ?? name) else { unknown.append(entry.series[name] ?? name); continue }
            for point in points { add(point.value, at: point.time, to: reference.series(of: order.source)) }
        }
        complain(ofUnknown: unknown, file)
    }

    mutating func traces(_ bodies: [(file: String, bytes: [UInt8])], _ entry: FilesCollector.Entry) {
        let group = entry.traceGroup ?? "files"
        var documents: [String: [JSONValue]] = [:]
        for body in bodies {
            var refused = 0, found = 0
            let broken = TraceFile.forEachDocument(in: body.bytes) { value in
                found += 1
                if value["Traces"] != nil || value["Segments"] != nil {
                    let answer = BatchGetTracesAnswer(value["Traces"] == nil ? ["Traces": .array([value])] : value, group: group)
                    harvest.traces += answer.traces
                    refused += answer.refused
                } else if let trace = value["trace_id"]?.string.flatMap(SpanNames.traceID), SegmentDocument(value) != nil {
                    documents[trace, default: []].append(value)
                } else {
                    refused += 1
                }
            }
            if found == 0 { complain(.badAnswer, body.file, "is no JSON. Expected an answer of BatchGetTraces or segment documents") }
            else if broken > 0 { complain(.badAnswer, body.file, "\(broken) lines are no JSON. The others are kept") }
            if refused > 0 { complain(.badAnswer, body.file, "\(refused) documents are no segments: a segment needs id, name, trace_id and start_time. The others are kept") }
        }
        for (id, documents) in documents.sorted(by: { $0.key < $1.key }) {
            if let trace = BatchGetTracesAnswer.trace(id: id, group: group, documents: documents).0 { harvest.traces.append(trace) }
        }
        harvest.resources.append(Resource(id: id(.trace, group), service: order.owner(ofTraceGroup: group) ?? order.services.first?.id ?? ""))
    }

    mutating func logs(_ bodies: [(file: String, bytes: [UInt8])], _ entry: FilesCollector.Entry) {
        guard let name = entry.logGroup else { return complain(.badAnswer, entry.path, "the entry names no log_group. Say whose log it is") }
        var pages: [FilterLogEventsAnswer] = [], coverage = LogTally.Coverage(), early = 0, old = 0
        for body in bodies {
            guard let value = try? JSONValue(parsing: body.bytes), value["events"] != nil else {
                complain(.badAnswer, body.file, "is no answer of FilterLogEvents. Record the answer again")
                continue
            }
            var page = FilterLogEventsAnswer(value)
            if page.refused > 0 { complain(.badAnswer, body.file, "\(page.refused) events have no time or no message. The others are kept") }
            early += page.events.count { $0.time > order.now }
            old += page.events.count { order.now - $0.time >= Self.logReach }
            page.events.removeAll { $0.time > order.now || order.now - $0.time >= Self.logReach || $0.time < order.since ?? $0.time }
            guard let first = page.events.map(\.time).min(), let last = page.events.map(\.time).max() else { continue }
            // A file speaks of the time between its own lines; nobody read what lies between two files.
            let stretch = TimeWindow(from: first.floored(to: order.grain), to: last.floored(to: order.grain) + order.grain)
            coverage.lines.append(stretch)
            let platform = page.events.compactMap { PlatformLine($0.message) }
            if platform.contains(where: \.isStart) { coverage.starts.append(stretch) }
            if !platform.allSatisfy(\.isStart) { coverage.reports.append(stretch) }
            pages.append(page)
        }
        if early > 0 { complain(.badAnswer, entry.path, "\(early) lines are of a time that is still to come. The others are kept; check the clock of the machine that made them") }
        if old > 0 { complain(.limit, entry.path, "\(old) lines are older than the 455 days that are kept. The others are kept") }
        guard let first = coverage.lines.map(\.start).min(), let last = coverage.lines.map(\.end).max() else { return }
        let window = TimeWindow(from: first, to: last)
        let function = id(.function, name)
        let service = order.services.first { $0.resources.contains { $0.kind == .function && $0.name == name } } ?? order.services.first
        let group = LogGroup(function: function, service: service?.id ?? "", name: "/aws/lambda/\(name)", service.map(LogPatterns.init(of:)) ?? .standard)
        var tally = LogTally(group: group, window: window, period: order.grain)
        for page in pages { tally.add(page) }
        tally.finish(wholeTo: window.end, covering: coverage, into: &harvest)
        harvest.resources.append(group.resource(.unknown))
    }

    mutating func finished() -> Harvest {
        var first = harvest.traces.flatMap(\.spans).compactMap { Timestamp(epoch: $0.start.rounded(.down)) }.min()
        if leftOut > 0 { complain(.limit, "all files", "\(leftOut) points belong to more than the \(order.budget.series) series that a source may have. The others are kept; give each folder a source of its own") }
        if early > 0 { complain(.badAnswer, "all files", "\(early) points are of a time that is still to come. The others are kept; check the clock of the machine that made them") }
        var known = Set(harvest.resources.map(\.id))
        for (series, values) in values.sorted(by: { $0.key < $1.key }) {
            let samples = values.samples.values.sorted { $0.time < $1.time }
            first = [first, samples.first?.time].compactMap(\.self).min()
            harvest.series.append(SeriesBatch(series, period: values.period ?? Self.period(of: samples, otherwise: order.grain), samples: samples))
            if let last = samples.last { harvest.cursors[series] = last.time + 1 }
            if known.insert(series.resource).inserted {
                let owner = owners[series.resource]
                harvest.resources.append(Resource(id: series.resource, service: owner ?? order.services.first?.id ?? "", foundBy: [owner == nil ? .declared : .prefix]))
            }
        }
        harvest.summaries += harvest.traces.compactMap { TraceFile.summary(of: $0) }
        forgetEarlier()
        harvest.calls = TraceGraph(harvest.traces).edges(source: order.source)
        traceSignals()
        harvest.window = TimeWindow(from: first ?? order.now, to: order.now)
        harvest.resources.sort { $0.id < $1.id }
        harvest.series.sort { $0.series < $1.series }
        let end = harvest.series.compactMap { $0.samples.last?.time }.max()
        harvest.readings = [SourceReading(source: order.source, what: "Files", state: harvest.problems.isEmpty ? .ok : .partial, dataTo: end,
                                          detail: harvest.problems.first?.message)]
        return harvest
    }
}

extension FileReading {
    /// The most frequent distance between points.
    static func period(of samples: [Sample], otherwise grain: Int64) -> Int64 {
        var counts: [Int64: Int] = [:]
        for (a, b) in zip(samples, samples.dropFirst()) { counts[b.time - a.time, default: 0] += 1 }
        return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? grain
    }

    private func id(_ kind: ResourceKind, _ name: String) -> ResourceID { ResourceID(source: order.source, kind: kind, name: name) }

    /// The first few by name: a file of a wrong kind has a million.
    private mutating func complain(ofUnknown names: [String], _ file: String) {
        for name in names.prefix(3) {
            complain(.badAnswer, file, "nothing says which series '\(Redactor.redacted(name, limit: 80))' is. Add it under series, such as queue(\"orders\").oldest_age")
        }
        if names.count > 3 { complain(.badAnswer, file, "the same holds for \(names.count - 3) more series") }
    }

    /// Of points of the same time the last one counts.
    mutating func add(_ value: Double, at time: Timestamp, to series: SeriesID, _ quality: Quality = .final, period: Int64? = nil) {
        guard time <= order.now else { early += 1; return }
        guard time >= order.since ?? time, value.isFinite else { return }
        guard values.count < order.budget.series || values[series] != nil else { leftOut += 1; return }
        values[series, default: ([:], period)].samples[time.seconds] = Sample(time, value, quality)
    }

    /// Drops what lies before the time that is imported.
    private mutating func forgetEarlier() {
        guard let since = order.since else { return }
        let start = Double(since.seconds)
        harvest.summaries.removeAll { $0.start < start }
        harvest.traces.removeAll { ($0.spans.map(\.start).min() ?? 0) < start }
        harvest.smokeTests.removeAll { $0.time < since }
        harvest.deployments.removeAll { $0.time < since }
    }

    private mutating func traceSignals() {
        for (group, summaries) in Dictionary(grouping: harvest.summaries, by: \.group).sorted(by: { $0.key < $1.key }) {
            let times = summaries.compactMap { Timestamp(epoch: $0.start.rounded(.down)) }
            guard let first = times.min(), let last = times.max(), last - first < 400 * 86_400 else { continue }
            let window = TimeWindow(from: first.floored(to: order.grain), to: last.floored(to: order.grain) + order.grain)
            let resource = id(.trace, group)
            let traces = harvest.traces.filter { $0.group == group }
            harvest.series += TraceStatistics.batches(of: summaries, resource: resource, window: window, period: order.grain) { _ in .final }
            harvest.series += TraceStatistics.dwell(in: traces, resource: resource, window: window, period: order.grain) { _ in .final }
        }
    }
}
