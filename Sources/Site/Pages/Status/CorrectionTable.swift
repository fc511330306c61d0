import Signals
import Telemetry

/// What reading the last minutes again has changed: sources finish their numbers late, and how much that matters is theirs to show.
struct CorrectionTable {
    private static let limit = 12

    let picture: TenantPicture

    var markup: Markup {
        var out = Markup(picture.language)
        guard !picture.corrections.isEmpty else { return out }
        let titles = Dictionary(picture.services.flatMap(\.resources).map { ($0.id, $0.site.title) }, uniquingKeysWith: { first, _ in first })
        let known = picture.corrections.sorted { ($0.value.count, $1.key) > ($1.value.count, $0.key) }
        let rows = known.prefix(Self.limit).map { series, changes -> [Cell] in
            let unit = SignalCatalogue.definition(of: series.signal)?.unit ?? .count
            var name = Markup(picture.language)
            name.text(SignalUnits.title(series.signal))
            name.raw("<span class=\"sub\">"); name.text(titles[series.resource] ?? series.resource.name); name.raw("</span>")
            return [Cell(name, isHeader: true), Cell(verbatim: Words.count(changes.count), class: "n"), Cell(verbatim: Words.value(changes.sum / Double(max(1, changes.count)), unit), class: "n p2"),
                    Cell(verbatim: Words.value(changes.largest, unit), class: "n")]
        }
        let rest = known.count - rows.count
        Table("t tight", caption: rest > 0 ? "Points that a later read changed, and by how much. The last 15 minutes are read again in every run; \(rest) series with fewer changes not shown." : "Points that a later read changed, and by how much. The last 15 minutes are read again in every run.",
              columns: [.init("Corrected"), .init("Points", class: "n"), .init("Mean", class: "n p2"), .init("Largest", class: "n")], rows: Array(rows)).write(into: &out)
        return out
    }
}
