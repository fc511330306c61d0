import Alerting
import Markdown
import Storage
import Telemetry

/// The pictures that a document asks for, of the resource that it is about now.
struct DocumentBlocks {
    let picture: TenantPicture
    let here: PageLocation
    let alert: AlertState?
    let service: ServicePicture?
    let store: TenantStore

    func answer(_ block: LiveBlock) -> LiveBlockAnswer {
        let wanted: DocumentBlock
        do throws(DocumentBlock.Mistake) { wanted = try DocumentBlock(block) } catch { return .mistake(error.message) }
        // A runbook that nothing needs now is about nobody's resource.
        guard let service else { return nothing("Drawn here while an alert needs this page.") }
        return switch wanted {
        case .chart(let signal): chart(signal, of: service)
        case .alerts: alerts(of: service)
        case .traces: traces(of: service)
        case .table(let kind, let signals): table(kind, signals, of: service)
        }
    }

    private func nothing(_ why: Phrase) -> LiveBlockAnswer { .nothing(because: why.text(in: picture.language)) }

    /// The last 6 hours.
    private func chart(_ signal: Signal, of service: ServicePicture) -> LiveBlockAnswer {
        guard let resource = subject(signal.kind, of: service) else { return nothing("\(service.site.title) has no \(signal.kind.word) to draw this for.") }
        let grid = resource.day.suffix(seconds: ServiceRange.sixHours.seconds)
        let unit = SignalUnits.unit(signal, upTo: grid.columns[signal.name]?.values.filter { !$0.isNaN }.max() ?? 0)
        let line = ChartLine(.verbatim(resource.site.title), .first, grid.columns[signal.name], count: grid.count, hasArea: true)
        guard line.hasValues else { return nothing("\(resource.site.title) has no value of \(signal.description) in the last 6 hours.") }
        let rules = picture.site.rules.filter { $0.resources.contains(resource.id) }.flatMap(\.limits).filter { $0.signal == signal.name }
        let limits = rules.flatMap { limit in
            [limit.warning.map { ChartThreshold($0, "warning at \(unit.words($0))", isCritical: false) }, limit.critical.map { ChartThreshold($0, "critical at \(unit.words($0))", isCritical: true) }].compactMap { $0 }
        }
        let chart = LineChart(title: SignalUnits.title(signal), unit: unit, start: grid.start, period: grid.period, lines: [line], thresholds: limits,
                              gaps: ChartGaps.gaps(in: grid, of: [signal.name], absences: resource.absences), takeaway: Takeaway.sentence(line, grid: grid, unit: unit, clock: picture.clock))
        var out = Markup(picture.language)
        chart.write(frame: ChartFrame(axis: TimeAxis(grid.window, clock: picture.clock), clock: picture.clock, height: 96), into: &out)
        return .finished(html: out.string)
    }

    private func alerts(of service: ServicePicture) -> LiveBlockAnswer {
        let firing = service.firing.prefix(5)
        guard !firing.isEmpty else { return nothing("Nothing fires.") }
        var out = Markup(picture.language)
        AlertList(picture: picture, here: here).write(Array(firing), namesService: true, into: &out)
        return .finished(html: out.string)
    }

    /// Where the time of the kept traces went, and the newest ones.
    private func traces(of service: ServicePicture) -> LiveBlockAnswer {
        let window = TimeWindow(from: picture.end - ServiceRange.sixHours.seconds, to: picture.end)
        var out = Markup(picture.language)
        do throws(StoreError) {
            try RelatedTraces(picture, service, here: here, window: window, store: store).write(rangeWords: ServiceRange.sixHours.words, into: &out)
        } catch {
            return nothing("The traces of \(service.site.title) cannot be read: \(error.description)")
        }
        return .finished(html: out.string)
    }

    /// A row for each resource of the kind, a column for each signal, the newest values.
    private func table(_ kind: ResourceKind, _ signals: [Signal], of service: ServicePicture) -> LiveBlockAnswer {
        let resources = resources(kind, of: service)
        guard !resources.isEmpty else { return nothing("\(service.site.title) has no \(kind.word).") }
        let rows = resources.map { resource in
            [Cell(verbatim: resource.site.title, class: "w", isHeader: true)] + signals.map { signal in
                let title = SignalUnits.title(signal)
                guard let value = resource.latest(signal.name) else { return Cell(resource.absences[signal.name]?.reason.words ?? "no value", class: "n soft", label: title) }
                return Cell(verbatim: SignalUnits.unit(signal, upTo: value).words(value), class: "n", label: title)
            }
        }
        var out = Markup(picture.language)
        Table("t stack", caption: "Newest values, data to \(picture.clock.time(picture.end)).",
              columns: [.init(kind.word)] + signals.map { .init(SignalUnits.title($0), class: "n") }, rows: rows).write(into: &out)
        return .finished(html: out.string)
    }

    private func resources(_ kind: ResourceKind, of service: ServicePicture) -> [ResourcePicture] {
        service.resources.filter { $0.id.kind == kind || (kind == .api && $0.id.kind == .httpAPI) }
    }

    /// The alert's own resource where it is of that kind, else the first in trouble, else the first there is.
    private func subject(_ kind: ResourceKind, of service: ServicePicture) -> ResourcePicture? {
        let all = resources(kind, of: service)
        return all.first { $0.id == alert?.key.resource } ?? all.first { !$0.alerts.isEmpty } ?? all.first { !$0.isDeadLetterQueue } ?? all.first
    }
}
