import Telemetry

/// What a person muted, now or soon: an on-call wants to know it before the alert that does not come.
struct SilenceTable {
    let picture: TenantPicture

    func write(into out: inout Markup) {
        let silences = picture.site.silences
        guard !silences.isEmpty else { return }
        let rows = silences.map { silence -> [Cell] in
            // Half a page wide, with names, addresses and words of people in three columns.
            [.state(silence.isActive ? silence.state : .pending, word: silence.isActive ? nil : "Planned"), Cell(.known(silence.match), class: "w", isHeader: true),
             Cell(when(silence), label: "When"), Cell(verbatim: silence.by, class: "lw", label: "By"), Cell(verbatim: silence.reason, class: "w lw", label: "Reason")]
        }
        Table("t stack", caption: "Silences and maintenance windows, from the files under silences/.",
              columns: [.init("State"), .init("What"), .init("When"), .init("By"), .init("Reason")], rows: rows).write(into: &out)
    }

    private func when(_ silence: SilenceSite) -> Phrase {
        let clock = picture.clock
        var parts: [Phrase] = []
        if !silence.isActive, let start = silence.start { parts.append("from \(clock.moment(start))") }
        parts.append(silence.until.map { "until \(clock.moment($0))" } ?? (silence.weekly == nil ? "until resolved" : "every week"))
        if let weekly = silence.weekly { parts.append(.verbatim(weekly)) }
        return parts.joined(separator: ", ")
    }
}
