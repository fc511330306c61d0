import JSON
import Signals
import Telemetry

/// Traces that an OpenTelemetry collector, or Jaeger, wrote into files. Each file is read once, and again while it grows.
package struct OTLPCollector: Source {
    /// Which traces belong to a trace group. Patterns take `*` and `?`; nothing matches all.
    package struct Group: Hashable, Sendable {
        package var id: String
        /// Of any span of the trace.
        package var service: String?
        /// The name of the span that the trace began with.
        package var entry: String?

        package init(id: String, service: String? = nil, entry: String? = nil) {
            self.id = id
            self.service = service
            self.entry = entry
        }

        func claims(_ services: Set<String>, _ name: String) -> Bool {
            (service.map { pattern in services.contains { Glob.matches($0, pattern) } } ?? true) && (entry.map { Glob.matches(name, $0) } ?? true)
        }
    }

    package static let fileLimit = 64 << 20
    /// Files beyond this wait for the next run.
    package static let bytesPerRun = 256 << 20

    /// Seconds for which a file is read again after it was last written to: twice the step in which calls are counted, so that each step is
    /// read whole at least once.
    static let rereading: Int64 = 1_800

    private let folder: any ReadableFolder
    private let patterns: [String]
    private let groups: [Group]
    private let attributes: Set<String>

    /// - Parameters:
    ///   - groups: the first that claims a trace has it.
    ///   - attributes: names that are stored beside the known ones.
    package init(folder: any ReadableFolder, patterns: [String], groups: [Group], attributes: Set<String> = []) {
        self.folder = folder
        self.patterns = patterns
        self.groups = groups
        self.attributes = attributes
    }

    package func harvest(_ order: CollectionOrder) async -> Harvest {
        var reading = OTLPReading(order: order, groups: groups, attributes: attributes)
        let files = patterns.flatMap { FilePattern.matches($0, in: folder) }
        if files.isEmpty { reading.complain(.missing, patterns.joined(separator: ", "), "no file of that name. Check path and files of the source, and that the collector writes there") }
        var left = Self.bytesPerRun, seen: Set<String> = []
        for file in files where seen.insert(file).inserted {
            let stamp = folder.stamp(of: file), known = order.marks[file]
            // The parts of one trace come in several files: what was written lately is read together with what is new.
            if let since = order.since {
                if let stamp, stamp.modified < since { reading.remember(file, known); continue }
            } else if let stamp, stamp.text == known, order.now - stamp.modified > Self.rereading {
                reading.remember(file, known)
                continue
            }
            guard !order.isOutOfTime(), left > 0 else {
                reading.wait(for: file, known)
                continue
            }
            do throws(FolderError) {
                let bytes = try folder.bytes(of: file, limit: Self.fileLimit)
                left -= bytes.count
                reading.read(bytes, file, isGrowing: stamp.map { order.now - $0.modified <= Self.rereading } ?? true)
                if let stamp { reading.remember(file, stamp.text) }
            } catch {
                reading.complain(.unreachable, file, "\(error.reason). Check the file and its rights; let the collector begin a new file at 50 MB")
            }
        }
        return reading.finished()
    }
}

/// What the files of one run say, put together.
private struct OTLPReading {
    let order: CollectionOrder
    let groups: [OTLPCollector.Group]
    let attributes: Set<String>
    private var assembly = TraceAssembly()
    private var harvest: Harvest
    private var files = 0, bytes = 0, waiting = 0

    init(order: CollectionOrder, groups: [OTLPCollector.Group], attributes: Set<String>) {
        self.order = order
        self.groups = groups
        self.attributes = attributes
        harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        harvest.marks[order.source] = [:]
    }

    mutating func complain(_ kind: Problem.Kind, _ place: String, _ what: String) {
        let place = Redactor.redacted(place, limit: 200)
        harvest.problems.append(Problem(kind, source: order.source, operation: "otlp:read", place: place, message: "\(place): \(what) (source '\(order.source)')."))
    }

    mutating func remember(_ file: String, _ mark: String?) { harvest.marks[order.source]?[file] = mark }

    mutating func wait(for file: String, _ mark: String?) {
        waiting += 1
        remember(file, mark)
    }

    mutating func read(_ bytes: [UInt8], _ file: String, isGrowing: Bool) {
        files += 1
        self.bytes += bytes.count
        var refused = 0, foreign = 0, found = 0
        // The last line of a file that is being written may be half a line; it is read again.
        let broken = TraceFile.forEachDocument(in: bytes, mayEndEarly: isGrowing) { value in
            let otlp = OTLPTraces(value, keeping: attributes)
            if otlp.isTraces {
                assembly.add(otlp.spans)
                refused += otlp.refused
                found += 1
                return
            }
            let jaeger = JaegerTraces(value, keeping: attributes)
            assembly.add(jaeger.spans)
            refused += jaeger.refused
            if jaeger.isTraces { found += 1 } else if value["resourceLogs"] == nil, value["resourceMetrics"] == nil { foreign += 1 }
        }
        if broken > 0 { complain(.badAnswer, file, "\(broken) documents are no JSON. The others are kept") }
        if foreign > 0, found == 0 { complain(.badAnswer, file, "holds no traces. Expected resourceSpans of OTLP/JSON, or traces of Jaeger") }
        if refused > 0 { complain(.badAnswer, file, "\(refused) spans have no ids, no name or no start. The others are kept") }
    }

    mutating func finished() -> Harvest {
        var (traces, unclaimed) = assembly.traces { services, entry in groups.first { $0.claims(services, entry) }?.id }
        if let since = order.since { traces.removeAll { ($0.spans.first?.start ?? 0) < Double(since.seconds) } }
        harvest.summaries = traces.compactMap(TraceFile.summary)
        harvest.calls = TraceGraph(traces).edges(source: order.source)
        if assembly.leftOut > 0 {
            complain(.limit, "all files", "\(assembly.leftOut) spans are more than one run keeps (\(SegmentDocument.spanLimit) a trace, \(TraceAssembly.spanLimit) together). The others are kept")
        }
        if waiting > 0 { complain(.budget, "\(waiting) files", "wait for the next run: one run reads \(OTLPCollector.bytesPerRun >> 20) MiB, and no longer than its deadline") }
        let byGroup = Dictionary(grouping: harvest.summaries, by: \.group)
        let byID = Dictionary(traces.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let share = max(1, order.budget.exemplars / max(1, groups.count))
        for group in groups {
            let id = ResourceID(source: order.source, kind: .trace, name: group.id), summaries = byGroup[group.id] ?? []
            harvest.resources.append(Resource(id: id, service: order.owner(ofTraceGroup: group.id) ?? "", presence: summaries.isEmpty ? .unknown : .alive))
            if summaries.isEmpty, order.cursors[SeriesID(id, "count")] == nil {
                harvest.absences[SeriesID(id, "count")] = Absence(.neverSeen, since: order.now, detail: "no trace of this group lies in the files")
            }
            // An example that is on record is brought to its end when its last spans come; new ones are chosen.
            let known = summaries.map(\.id).filter(order.keptTraces.contains)
            harvest.traces += (known + Exemplars.choice(from: summaries, kept: order.keptTraces, limit: share)).compactMap { byID[$0] }
        }
        harvest.traces.sort { ($0.group, $0.id) < ($1.group, $1.id) }
        let end = traces.flatMap(\.spans).compactMap { Timestamp(epoch: ($0.end ?? $0.start).rounded(.down)) }.filter { $0 <= order.now }.max()
        let note = unclaimed == 0 ? nil : "\(unclaimed) traces belong to no trace group"
        harvest.readings = [SourceReading(source: order.source, what: "Trace files", state: harvest.problems.isEmpty ? .ok : .partial, dataTo: end,
                                          detail: harvest.problems.first?.message ?? note)]
        if files > 0 { harvest.ledger = [LedgerEntry(source: order.source, operation: "otlp:read", calls: files, units: assembly.spanCount, bytes: bytes, dollars: 0)] }
        return harvest
    }
}
