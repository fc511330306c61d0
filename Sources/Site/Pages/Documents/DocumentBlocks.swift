import Alerting
import Markdown
import Telemetry

/// The pictures that a document asks for, of the resource that it is about now.
struct DocumentBlocks: Sendable {
    let picture: TenantPicture
    let here: PageLocation
    let alert: AlertState?
    let service: ServicePicture?

    func answer(_ block: LiveBlock) -> LiveBlockAnswer {
        switch block.kind {
        case .chart: chart(block)
        case .alerts: alerts()
        case .traces: .nothing(because: "Traces are listed on the page of the service.")
        case .table: .nothing(because: "The numbers are on the page of the service.")
        }
    }

    /// `signal: queue.visible`: the last 6 hours of it.
    private func chart(_ block: LiveBlock) -> LiveBlockAnswer {
        let named = block.body.split(separator: "\n").compactMap { line -> String? in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingPrefix(" ") }
            return parts.count == 2 && parts[0] == "signal" ? String(parts[1]) : nil
        }.first ?? block.argument
        guard let signal = Signal(named) else { return .mistake("'\(named)' is no signal; write `signal: queue.visible`") }
        guard let resource = subject(signal.kind) else { return .nothing(because: "The tenant has no \(signal.kind.word) to draw this for.") }
        let grid = resource.day.suffix(seconds: ServiceRange.sixHours.seconds)
        let unit = SignalUnits.unit(signal, upTo: grid.columns[signal.name]?.values.filter { !$0.isNaN }.max() ?? 0)
        let line = ChartLine(resource.site.title, .first, grid.columns[signal.name], count: grid.count, hasArea: true)
        guard line.hasValues else { return .nothing(because: "\(resource.site.title) has no value of \(signal) in the last 6 hours.") }
        let rules = picture.site.rules.filter { $0.resources.contains(resource.id) }.flatMap(\.limits).filter { $0.signal == signal.name }
        let limits = rules.flatMap { limit in
            [limit.warning.map { ChartThreshold($0, "warning at \(unit.words($0))", isCritical: false) }, limit.critical.map { ChartThreshold($0, "critical at \(unit.words($0))", isCritical: true) }].compactMap { $0 }
        }
        let chart = LineChart(title: SignalUnits.title(signal), unit: unit, start: grid.start, period: grid.period, lines: [line], thresholds: limits,
                              gaps: ChartGaps.gaps(in: grid, of: [signal.name], absences: resource.absences), takeaway: Takeaway.sentence(line, grid: grid, unit: unit, clock: picture.clock))
        var out = Markup()
        chart.write(frame: ChartFrame(axis: TimeAxis(grid.window, clock: picture.clock), clock: picture.clock, height: 96), into: &out)
        return .finished(html: out.string)
    }

    private func alerts() -> LiveBlockAnswer {
        let firing = (service?.firing ?? []).prefix(5)
        guard !firing.isEmpty else { return .nothing(because: "Nothing fires.") }
        var out = Markup()
        AlertList(picture: picture, here: here).write(Array(firing), namesService: true, into: &out)
        return .finished(html: out.string)
    }

    /// The alert's own resource where it is of that kind, else the first in trouble, else the first there is.
    private func subject(_ kind: ResourceKind) -> ResourcePicture? {
        let kinds: [ResourceKind] = kind == .api ? [.api, .httpAPI] : [kind]
        let all = (service.map { [$0] } ?? picture.services).flatMap(\.resources).filter { kinds.contains($0.id.kind) }
        return all.first { $0.id == alert?.key.resource } ?? all.first { !$0.alerts.isEmpty } ?? all.first { !$0.isDeadLetterQueue } ?? all.first
    }
}
