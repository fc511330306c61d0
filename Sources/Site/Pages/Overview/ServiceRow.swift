import Telemetry

/// One service in the overview's table: four numbers with the day behind them, and a month of states.
struct ServiceRow {
    let service: ServicePicture
    let picture: TenantPicture
    let here: PageLocation

    var cells: [Cell] {
        var name = Markup(picture.language)
        name.link(service.site.title, here.href(ServiceRange.sixHours.path(of: service.site.id)))
        name.raw("<span class=\"sub\">"); name.text(subtitle); name.raw("</span>")
        var strip = Markup(picture.language)
        if service.days.isEmpty { strip.raw("<span class=\"soft\">–</span>") } else { DayStrip(service.days, names: service.dayNames).write(into: &strip) }
        return [.state(service.state, word: service.word, class: "w"), Cell(name, class: "w", isHeader: true),
                numbers(.backlog, "Backlog"), numbers(.oldest, "Oldest"), numbers(.errors, "Errors, 24 h"), numbers(.duration, "p99 of timeout"),
                Cell(strip, class: "w md")]
    }

    private enum Measure { case backlog, oldest, errors, duration }

    private var subtitle: Phrase {
        if let pattern = service.site.pattern, let document = picture.site.document(.pattern, pattern) { return Words.midSentence(document.title) }
        let kinds = Dictionary(grouping: service.resources) { ResourceFacts.bareKind(of: $0) }.sorted { $0.key.english < $1.key.english }
        return kinds.prefix(3).map { kind, found in found.count == 1 ? Words.midSentence(kind) : Words.plural(found.count, Words.midSentence(kind)) }.joined(separator: ", ")
    }

    private func numbers(_ measure: Measure, _ label: Phrase) -> Cell {
        let values = day(measure)
        var out = Markup(picture.language)
        out.raw("<div class=\"vs\">")
        let known = values.filter { !$0.isNaN }
        guard let last = known.last else {
            out.raw("<span class=\"soft\">"); out.text(missing(measure)); out.raw("</span></div>")
            return Cell(out, class: "n", label: label)
        }
        let isFresh = values.suffix(4).contains { !$0.isNaN }
        let (words, tone): (String, StateMark) = switch measure {
        case .backlog: (Words.count(last), last > 0 && hasTrouble(\.isWorkQueue) ? service.state : .ok)
        case .oldest: (Words.duration(last), last > 0 && hasTrouble(\.isWorkQueue) ? service.state : .ok)
        case .errors: (Words.count(known.reduce(0, +)), known.suffix(3).reduce(0, +) > 0 && hasTrouble({ $0.failures != nil }) ? service.state : .ok)
        case .duration: (Words.percent(last), last >= 0.95 ? .critical : last >= 0.8 ? .warning : .ok)
        }
        let sparkTone: Sparkline.Tone = tone == .critical ? .critical : tone == .warning ? .warning : .plain
        Sparkline(values, tone: sparkTone, top: measure == .duration ? 1 : nil, hidesOnTablets: measure == .backlog || measure == .errors).write(into: &out)
        out.raw("<span"); if tone == .critical || tone == .warning { out.raw(" class=\"b "); out.trusted(tone.tone); out.raw("\"") }
        out.raw(">"); out.text(isFresh || service.state == .stale ? words : "–"); out.raw("</span></div>")
        return Cell(out, class: "n", label: label)
    }

    private func hasTrouble(_ matters: (ResourcePicture) -> Bool) -> Bool {
        (service.state == .critical || service.state == .warning) && service.resources.contains { matters($0) && !$0.alerts.isEmpty }
    }

    private func missing(_ measure: Measure) -> Phrase {
        let kinds: [ResourceKind] = switch measure {
        case .backlog, .oldest: [.queue]
        case .errors: [.function, .api, .httpAPI]
        case .duration: [.function]
        }
        let resources = service.resources.filter { kinds.contains($0.id.kind) }
        guard !resources.isEmpty else { return "–" }
        if resources.allSatisfy({ $0.state == .asleep }) { return "asleep" }
        if resources.allSatisfy({ $0.state == .denied }) { return "denied" }
        return resources.contains { $0.hasValues } ? "–" : "no data"
    }

    /// A day of one number for the whole service: added up over resources, or the worst of them.
    private func day(_ measure: Measure) -> [Double] {
        switch measure {
        case .backlog: return combined(service.resources.filter(\.isWorkQueue).map { $0.values("visible") }, +)
        case .oldest: return combined(service.resources.filter(\.isWorkQueue).map { $0.values("oldest_age") }, max)
        case .errors:
            return combined(service.resources.compactMap { resource in resource.failures.map { resource.values($0) } }, +)
        case .duration:
            return combined(service.resources.compactMap { resource in
                guard let timeout = resource.setting(.timeout), timeout > 0 else { return nil }
                return resource.values("duration.p99").map { $0 / timeout }
            }, max)
        }
    }

    private func combined(_ series: [[Double]], _ combine: (Double, Double) -> Double) -> [Double] {
        guard let count = series.map(\.count).max() else { return [] }
        var out = Array(repeating: Double.nan, count: count)
        for values in series {
            for (index, value) in values.enumerated() where !value.isNaN {
                let at = count - values.count + index
                out[at] = out[at].isNaN ? value : combine(out[at], value)
            }
        }
        return out
    }
}
