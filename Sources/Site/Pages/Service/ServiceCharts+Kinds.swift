import Signals
import Telemetry

/// What is drawn of each kind of resource.
extension ServiceCharts {
    /// What a chart shows, and whose it is where the service has several of a kind.
    private struct Title {
        var what: Phrase
        var owner: Phrase?
        init(_ what: Phrase, of owner: Phrase?) { self.what = what; self.owner = owner }
        var words: Phrase { owner.map { "\($0): \(what)" } ?? what }
    }

    mutating func add(_ resource: ResourcePicture, _ grid: SampleGrid, name: Phrase?) {
        func titled(_ what: Phrase) -> Title { Title(what, of: name) }
        switch resource.id.kind {
        case .queue: addQueue(resource, grid, titled)
        case .function: addFunction(resource, grid, titled)
        case .api, .httpAPI:
            bars(resource, grid, titled("Requests"), word: "answers", good: ("OK", "requests", minus: ["errors_5xx", "errors_4xx"]),
                 bad: [("4xx", .warning, "errors_4xx"), ("5xx", .bad, "errors_5xx")])
            lines(resource, grid, titled("Latency"), kind: .seconds, [("p99", .first, "latency.p99"), ("p95", .second, "latency.p95"), ("p50", .third, "latency.p50")])
        case .topic:
            lines(resource, grid, titled("Published and delivered"), measure: .events, word: "messages", [("Published", .first, "published"), ("Delivered", .second, "delivered")])
            counter(resource, grid, titled("Failed deliveries"), "failed")
        case .bus:
            lines(resource, grid, titled("Matched events"), measure: .events, word: "events", [("Matched", .first, "matched"), ("Target calls", .second, "invocations")])
            counter(resource, grid, titled("Failed deliveries"), "failed")
        case .table:
            counter(resource, grid, titled("Throttled requests"), "throttles")
            lines(resource, grid, titled("Capacity used"), measure: .rate, word: "units a second", [("Write", .first, "consumed_write"), ("Read", .second, "consumed_read")])
        case .probe: lines(resource, grid, titled("Probe latency"), kind: .seconds, [("Latency", .first, "latency")])
        case .balance: lines(resource, grid, titled("Imbalance"), kind: .ratio, word: "percent", [("Imbalance", .first, "imbalance")])
        case .slo: lines(resource, grid, titled("Error budget left"), kind: .ratio, word: "percent", [("Budget left", .first, "budget_left")], hasArea: true)
        case .bucket, .stateMachine, .log, .trace: break
        }
    }

    private mutating func addQueue(_ resource: ResourcePicture, _ grid: SampleGrid, _ titled: (Phrase) -> Title) {
        lines(resource, grid, titled(resource.isDeadLetterQueue ? "Dead-letter queue" : "Queue depth"), kind: .count, word: "messages",
              [("Visible", .first, "visible"), ("In flight", .second, "in_flight")], hasArea: true)
        guard !resource.isDeadLetterQueue else { return }
        lines(resource, grid, titled("Oldest message age"), kind: .seconds, [("Oldest", .first, "oldest_age")], hasArea: true)
        lines(resource, grid, titled("Sent and deleted"), measure: .events, word: "messages",
              [("Sent", .first, "sent"), ("Deleted", .second, "deleted")])
    }

    private mutating func addFunction(_ resource: ResourcePicture, _ grid: SampleGrid, _ titled: (Phrase) -> Title) {
        let timeout = resource.setting(.timeout)
        lines(resource, grid, titled("Duration"), kind: .seconds, note: timeout.map { "against the configured timeout of \(Words.duration($0))" },
              [("p99", .first, "duration.p99"), ("p95", .second, "duration.p95"), ("p50", .third, "duration.p50")], timeout: timeout, reference: "invocations")
        bars(resource, grid, titled("Runs"), word: "runs", good: ("OK", "invocations", minus: ["errors"]), bad: [("Failed", .bad, "errors")])
        counter(resource, grid, titled("Throttles"), "throttles", zero: resource.setting(.reservedConcurrency).map { "Throttles, reserved concurrency \(Words.count($0))" })
    }

    /// What a line shows of its signal: the value as it stands, or of a counter the events of each row or those of a second.
    private enum Measure { case level, events, rate }

    /// Lines of the signals that exist, or the sentence why there are none.
    private mutating func lines(_ resource: ResourcePicture, _ grid: SampleGrid, _ title: Title, kind: ChartUnit.Kind = .count, measure: Measure = .level, word: Phrase = "",
                                note: Phrase? = nil, _ wanted: [(Phrase, ChartLine.Style, String)], timeout: Double? = nil, hasArea: Bool = false,
                                reference: String? = nil) {
        let signals = wanted.map(\.2)
        let found = wanted.compactMap { label, style, signal -> ChartLine? in
            let line = Self.line(label, style, signal, measure, resource, grid)
            return line.hasValues ? line : nil
        }
        guard var first = found.first else { return absent(resource, title, signals) }
        first.hasArea = hasArea
        let lines = [first] + found.dropFirst()
        let greatest = lines.map(\.greatest).max() ?? 0
        if kind != .seconds, !hasArea, greatest <= 0 {
            items.append(.zero(what: title.what, of: title.owner))
            return
        }
        let unit = kind == .seconds ? ChartUnit.seconds(upTo: max(greatest, timeout ?? 0)) : ChartUnit(kind, word: measure == .events ? "\(word), per \(Words.span(grid.period))" : word)
        // A limit is one of raw values: it says nothing about sums of an hour or about rates.
        let limits = measure == .level || measure == .events && grid.period == resource.day.period ? thresholds(resource, signals, kind: kind, timeout: timeout) : []
        let gaps = ChartGaps.gaps(in: grid, of: reference.map { [$0] } ?? signals, absences: resource.absences)
        let chart = LineChart(title: title.words, note: note, unit: unit, start: grid.start, period: grid.period, lines: lines, thresholds: limits, gaps: gaps,
                              takeaway: Takeaway.sentence(first, grid: grid, unit: unit, clock: clock, timeout: timeout), labelsMarkers: firstChart)
        firstChart = false
        items.append(.line(chart))
    }

    private static func line(_ label: Phrase, _ style: ChartLine.Style, _ signal: String, _ measure: Measure, _ resource: ResourcePicture, _ grid: SampleGrid) -> ChartLine {
        var line = ChartLine(label, style, grid.columns[signal], count: grid.count)
        let isRollUp = grid.columns[signal]?.counts.isEmpty == false, seconds = Double(max(1, resource.day.period))
        switch measure {
        case .level:
            if isRollUp { line.newest = resource.day.columns[signal]?.values.last ?? .nan }
        case .events:
            guard isRollUp else { break }
            line = ChartLine(label, style, sums(grid, signal))
            line.newest = resource.sum(signal, over: grid.period) ?? .nan
            // An hour that is not over would look like a drop.
            if let counts = grid.columns[signal]?.counts, let last = counts.last, Int64(last) * resource.day.period < grid.period, !line.values.isEmpty { line.values[line.values.count - 1] = .nan }
        case .rate:
            line = ChartLine(label, style, line.values.map { $0 / seconds }, minima: line.minima.map { $0 / seconds }, maxima: line.maxima.map { $0 / seconds })
            if isRollUp { line.newest = (resource.day.columns[signal]?.values.last ?? .nan) / seconds }
        }
        return line
    }

    private mutating func bars(_ resource: ResourcePicture, _ grid: SampleGrid, _ title: Title, word: Phrase, good: (Phrase, String, minus: [String]),
                               bad: [(Phrase, BarChart.Tone, String)]) {
        guard let total = grid.columns[good.1], total.values.contains(where: { !$0.isNaN }) else { return absent(resource, title, [good.1]) }
        let counts = Self.sums(grid, good.1)
        let subtracted = good.minus.map { Self.sums(grid, $0) }
        let rest = counts.enumerated().map { row, value in
            max(0, subtracted.reduce(value) { $1.indices.contains(row) && !$1[row].isNaN ? $0 - $1[row] : $0 })
        }.enumerated().map { counts[$0.offset].isNaN ? .nan : $0.element }
        guard BarChart.sum(counts) > 0 else {
            // Nothing ran: whether that is well depends on the resource, not on the number.
            items.append(.sentence(resource.state, word: resource.word, title: title.words, text: "0 in \(rangeWords)."))
            return
        }
        let stacks = [BarChart.Stack(good.0, .good, rest)] + bad.map { label, tone, signal in BarChart.Stack(label, tone, Self.sums(grid, signal)) }
        let gaps = ChartGaps.gaps(in: grid, of: [good.1], absences: resource.absences)
        items.append(.bars(BarChart(title: title.words, word: "\(word), per \(Words.span(grid.period))", start: grid.start, period: grid.period, stacks: stacks, gaps: gaps,
                                    takeaway: Takeaway.sentence(stacks, grid: grid, clock: clock))))
    }

    /// A counter that should be zero: one line while it is, bars once it is not.
    private mutating func counter(_ resource: ResourcePicture, _ grid: SampleGrid, _ title: Title, _ signal: String, zero: Phrase? = nil) {
        let values = Self.sums(grid, signal)
        guard values.contains(where: { !$0.isNaN }) else { return absent(resource, title, [signal]) }
        guard BarChart.sum(values) > 0 else {
            items.append(.zero(what: zero ?? title.what, of: title.owner))
            return
        }
        let gaps = ChartGaps.gaps(in: grid, of: [signal], absences: resource.absences)
        items.append(.bars(BarChart(title: title.words, word: "per \(Words.span(grid.period))", start: grid.start, period: grid.period,
                                    stacks: [.init(title.words, .bad, values)], gaps: gaps)))
    }

    /// Why there is nothing to draw. A signal that nobody ever collected is not worth a line.
    private mutating func absent(_ resource: ResourcePicture, _ title: Title, _ signals: [String]) {
        guard let absence = signals.compactMap({ resource.absences[$0] }).first else { return }
        let since: Phrase = "since \(clock.moment(absence.since))", detail: Phrase = absence.detail.map { ": \(Phrase.told($0, as: "absence"))" } ?? ""
        switch absence.reason {
        case .asleep: items.append(.sentence(.asleep, word: nil, title: title.words, text: "no value in \(rangeWords): numbers return with the first message."))
        case .denied: items.append(.sentence(.denied, word: nil, title: title.words, text: "reading is refused \(since)\(detail)."))
        case .disabled: items.append(.sentence(.disabled, word: nil, title: title.words, text: "not switched on at the source\(detail)."))
        case .deleted: items.append(.sentence(.noData, word: "Gone", title: title.words, text: "the resource was deleted, \(since)."))
        case .sourceError: items.append(.sentence(.noData, word: nil, title: title.words, text: "the source gives no answer \(since)\(detail)."))
        case .neverSeen: break
        }
    }

    private func thresholds(_ resource: ResourcePicture, _ signals: [String], kind: ChartUnit.Kind, timeout: Double?) -> [ChartThreshold] {
        var found: [ChartThreshold] = []
        let unit = ChartUnit(kind, word: "")
        if let timeout {
            found.append(ChartThreshold(timeout, "timeout \(Words.duration(timeout))", isCritical: true, isAlwaysShown: true))
            for rule in rules where rule.resources.contains(resource.id) {
                for limit in rule.limits where limit.signal == "timeout_used" {
                    if let warning = limit.warning { found.append(ChartThreshold(timeout * warning, "warning at \(Words.percent(warning))", isCritical: false, isAlwaysShown: true)) }
                }
            }
        }
        for rule in rules where rule.resources.contains(resource.id) {
            for limit in rule.limits where signals.contains(limit.signal) {
                if let warning = limit.warning { found.append(ChartThreshold(warning, "warning at \(unit.words(warning))", isCritical: false)) }
                if let critical = limit.critical { found.append(ChartThreshold(critical, "critical at \(unit.words(critical))", isCritical: true)) }
            }
        }
        return found
    }
}
