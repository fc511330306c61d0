import Storage
import Telemetry

/// Error lines grouped by text, and why there are none.
struct LogLines {
    let picture: TenantPicture
    let service: ServicePicture
    let fingerprints: [LogFingerprint]
    /// How far back they were read: `6 hours`.
    let reach: Phrase
    /// Whether a function was seen to run by its own log.
    let hasRuns: Bool

    private static let mostLines = 10

    var markup: Markup {
        var out = Markup(picture.language)
        if let declared = service.site.logsDeclared {
            out.raw("<p class=\"sm\">"); out.state(.denied, word: "Denied by policy"); out.raw(" <span class=\"soft\">"); out.text(.known(declared)); out.raw("</span></p>")
            let told = ToldLogs(service)
            guard !told.isEmpty else { return out }
            told.write(into: &out)
            if !fingerprints.isEmpty { write(into: &out) }
            return out
        }
        let watching = Watching(.log, of: service, clock: picture.clock, hasEvidence: !fingerprints.isEmpty || hasRuns)
        watching.write(into: &out)
        guard !fingerprints.isEmpty else {
            if !watching.isBlind { out.note(watching.mark == nil ? "No error or warning line was logged in the last \(reach)." : "No error or warning line was logged in the last \(reach) in what was read.") }
            return out
        }
        write(into: &out)
        return out
    }

    private func write(into out: inout Markup) {
        let rows = fingerprints.prefix(Self.mostLines).map { line -> [Cell] in
            var text = Markup(picture.language)
            text.trusted(LogText.markup(line.text).string)
            if let new = service.newLines, new.contains(line) { text.raw("<span class=\"sub x-warn\">"); text.text("New since \(new.name(picture.clock))"); text.raw("</span>") }
            return [Cell(verbatim: Words.count(line.count), class: "n b"), Cell(text, class: "log"), Cell(verbatim: picture.clock.moment(line.first), class: "p2 nw"),
                    Cell(verbatim: picture.clock.moment(line.last), class: "nw")]
        }
        let isNew: Phrase = service.newLines.map { " \(Words.plural($0.lines.count, "text")) first seen since \($0.name(picture.clock))." } ?? ""
        Table("t", caption: "Grouped by text, last \(reach).\(isNew) Values that could identify a person or a secret are removed before storage.",
              columns: [.init("Count", class: "n"), .init("Text"), .init("First", class: "p2"), .init("Last")], rows: Array(rows)).write(into: &out)
    }
}
