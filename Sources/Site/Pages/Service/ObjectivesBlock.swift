import Signals
import Telemetry

/// How much may still go wrong: each objective with what is left of its budget, how fast it goes, and when it will be gone.
struct ObjectivesBlock {
    let markup: Markup

    init(_ service: ServicePicture, language: Language?) {
        var out = Markup(language)
        let rows = service.site.objectives.map { objective -> [Cell] in
            guard let now = ObjectiveReading(objective, in: service) else {
                return [.state(.noData, class: "w"), Cell(verbatim: objective.title, class: "w", isHeader: true), Cell(Self.promise(objective), label: "Promise"), Cell("–", class: "n", label: "Budget left"),
                        Cell("–", class: "n", label: "Burn 1 h · 6 h · 3 d"), Cell("–", label: "Exhausts in"), Cell("no event was counted", label: "Watched")]
            }
            let rates = BurnSpan.allCases.map { now.burnRate[$0].map { Words.decimal($0, places: 1) } ?? "–" }.joined(separator: " · ")
            return [.state(now.state, word: now.left <= 0 ? "Exhausted" : nil, class: "w"), Cell(verbatim: objective.title, class: "w", isHeader: true), Cell(Self.promise(objective), label: "Promise"),
                    Cell(verbatim: Words.percent(now.left), class: "n", label: "Budget left"), Cell(verbatim: rates, class: "n", label: "Burn 1 h · 6 h · 3 d"),
                    Cell(now.left <= 0 ? "exhausted" : now.exhaustsIn.map { .verbatim(Words.span(Int64(saturating: $0))) } ?? "not at this rate", label: "Exhausts in"),
                    Cell(now.watched < 1 ? "learning, \(Words.percent(now.watched)) of \(Words.span(objective.window))" : "all of \(Words.span(objective.window))", label: "Watched")]
        }
        guard !rows.isEmpty else { markup = out; return }
        Table("t stack", caption: "A burn rate of 1 uses the budget up exactly by the end of the window. The end is told at the rate of the last hour.",
              columns: [.init("State"), .init("Objective"), .init("Promise"), .init("Budget left", class: "n"), .init("Burn 1 h · 6 h · 3 d", class: "n"), .init("Exhausts in"), .init("Watched")],
              rows: rows).write(into: &out)
        markup = out
    }

    private static func promise(_ objective: ObjectiveSite) -> Phrase {
        "\(Words.decimal(objective.objective * 100, places: 3))\u{A0}% over \(Words.span(objective.window))"
    }
}

/// The newest numbers of an objective; nothing where none is fresh.
struct ObjectiveReading {
    var left: Double
    var watched: Double
    var burnRate: [BurnSpan: Double] = [:]
    var exhaustsIn: Double?
    var state: StateMark

    init?(_ objective: ObjectiveSite, in service: ServicePicture) {
        guard let picture = service.resources.first(where: { $0.id == objective.id }), let left = picture.latest("budget_left") else { return nil }
        self.left = left
        watched = picture.latest("watched") ?? 0
        for span in BurnSpan.allCases { burnRate[span] = picture.latest(span.signal) }
        // Without a rate that ends it there is no newest value: an older one would mislead.
        exhaustsIn = (burnRate[.hour] ?? 0) > 0 ? picture.latest("exhausts_in") : nil
        state = picture.state
    }
}
