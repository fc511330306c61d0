import Telemetry

/// The picture of who answered: a strip a route, a cell an hour, and the same as a table.
struct AnswerFigure {
    let hours: AnswerHours
    let clock: TenantClock

    private static let height = 18

    func write(into out: inout Markup) {
        out.raw("<figure class=\"chart ans\"><figcaption><div class=\"key\"><span class=\"c-crit\"><i class=\"bx\"></i><em>5xx</em></span><span class=\"c-warn\"><i class=\"bx\"></i><em>4xx</em></span>")
        out.raw("<span class=\"c-vio\"><i class=\"bx\"></i><em>"); out.text("throttled"); out.raw("</em></span><span class=\"c3\"><i class=\"bx\"></i><em>"); out.text("all fine")
        out.raw("</em></span><span><em>"); out.text("G gateway, C capacity, O our code, D dependency, ? not told apart"); out.raw("</em></span></div>")
        if let takeaway { out.raw("<p class=\"tk\">"); out.text(takeaway); out.raw("</p>") }
        out.raw("</figcaption>")
        for row in hours.rows { strip(row, into: &out) }
        out.raw("<svg class=\"plot\" height=\"18\" aria-hidden=\"true\">")
        TimeAxis(hours.window, clock: clock).write(base: 0, into: &out)
        out.raw("</svg></figure>\n<details><summary>"); out.text("Data table"); out.raw("</summary>")
        table.write(into: &out)
        out.raw("</details>\n")
        if hours.more > 0 { out.note("\(Words.plural(hours.more, "more route")) with fewer failures.") }
    }

    private func strip(_ row: AnswerHours.Row, into out: inout Markup) {
        out.raw("<p class=\"sm rt\"><b>"); out.text(name(row)); out.raw("</b> <span class=\"soft\">"); out.text(sentence(row)); out.raw("</span></p>")
        out.raw("<svg class=\"plot\" height=\""); out.number(Self.height); out.raw("\" text-anchor=\"middle\" role=\"img\" aria-label=\""); out.text("\(name(row)), hour by hour: \(sentence(row))"); out.raw("\">")
        let width = 1 / Double(row.hours.count)
        var cells: [(tone: String, hours: [Int])] = [], letters = Markup(clock.language)
        for (index, hour) in row.hours.enumerated() {
            func cell(_ tone: String) {
                if let at = cells.firstIndex(where: { $0.tone == tone }) { cells[at].hours.append(index) } else { cells.append((tone, [index])) }
            }
            guard let hour else {
                out.raw("<rect class=\"gap\" x=\""); out.percent(Double(index) * width); out.raw("\" width=\""); out.percent(width * 0.94)
                out.raw("\" y=\"1\" height=\""); out.number(Self.height - 3); out.raw("\"/>")
                continue
            }
            guard !hour.isEmpty else { continue }
            guard let worst = Self.worst(hour) else { cell("f3"); continue }
            let share = Double(worst.count) / Double(max(1, AnswerHours.Row.sum(hour)))
            cell(Self.tone(worst.answer) + (share > 0.5 ? "" : share > 0.1 ? " o4" : " o2"))
            letters.raw("<text y=\"13\" x=\""); letters.percent((Double(index) + 0.47) * width); letters.raw("\">"); letters.text(worst.answer.party.letter); letters.raw("</text>")
        }
        // One path a colour: a day of many routes is most of a page otherwise.
        out.raw("<svg width=\"100%\" height=\""); out.number(Self.height); out.raw("\" viewBox=\"0 0 1000 "); out.number(Self.height); out.raw("\" preserveAspectRatio=\"none\">")
        for (tone, hours) in cells {
            out.raw("<path class=\""); out.trusted(tone); out.raw("\" d=\"")
            for hour in hours {
                out.raw("M"); out.tenths(scaled(Double(hour) * width, by: 10_000)); out.raw(" 1h"); out.tenths(scaled(width * 0.94, by: 10_000))
                out.raw("v"); out.number(Self.height - 3); out.raw("h-"); out.tenths(scaled(width * 0.94, by: 10_000)); out.raw("z")
            }
            out.raw("\"/>")
        }
        out.raw("</svg>")
        out.append(letters)
        out.raw("</svg>")
    }

    /// The kind of trouble that most answers of the hour were; nothing where all is fine.
    private static func worst(_ hour: [AnswerCount]) -> (answer: AnswerCount, count: Int)? {
        for isWanted in [{ $0.isFailure }, { $0.isClientError }] as [(AnswerCount) -> Bool] {
            let troubles = Dictionary(grouping: hour.filter(isWanted)) { $0.party }
            let worst = troubles.map { (party: $0.key, answers: $0.value, count: AnswerHours.Row.sum($0.value)) }.max { ($0.count, $1.party) < ($1.count, $0.party) }
            if let worst, let answer = worst.answers.max(by: { ($0.count, $1.status) < ($1.count, $0.status) }) { return (answer, worst.count) }
        }
        return nil
    }

    private static func tone(_ answer: AnswerCount) -> String {
        answer.party == .capacity || answer.status == 429 ? "f-vio" : answer.isServerError ? "f-crit" : "f-warn"
    }

    private func name(_ row: AnswerHours.Row) -> Phrase {
        if row.resource.id.kind == .function { return "What \(row.resource.site.title) asked" }
        return .verbatim(row.route.isEmpty ? row.resource.site.title : row.route)
    }

    /// `2,391 answers, 97 failed: 94 dependency, 3 our code`.
    private func sentence(_ row: AnswerHours.Row) -> Phrase {
        var parts = [Words.plural(row.total, "answer")]
        func add(_ count: Int, _ answers: [AnswerCount], _ words: (_ count: String, _ parties: Phrase) -> Phrase) {
            guard count > 0 else { return }
            let parties = Dictionary(grouping: answers, by: \.party).mapValues(AnswerHours.Row.sum).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            parts.append(words(Words.count(Double(count)), Words.list(parties.map { parties.count == 1 ? $0.key.words : "\($0.key.words) \(Words.count(Double($0.value)))" })))
        }
        add(row.failed, row.answers.filter(\.isFailure)) { "\($0) failed by \($1)" }
        add(row.refused, row.answers.filter { !$0.isFailure && $0.isClientError }) { "\($0) refused by \($1)" }
        if parts.count == 1 { parts.append("none failed") }
        let unread = row.hours.count { $0 == nil }
        if unread > 0 { parts.append("\(Words.plural(unread, "hour")) not read") }
        return parts.joined(separator: ", ")
    }

    /// What failed most, and by whom.
    private var takeaway: Phrase? {
        guard let row = hours.rows.first, row.failed > 0 else { return nil }
        let failures = row.answers.filter(\.isFailure)
        let parties = Dictionary(grouping: failures, by: \.party).mapValues(AnswerHours.Row.sum)
        guard let worst = parties.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), let since = failures.map(\.time).min() else { return nil }
        let who: Phrase = worst.key == .untold ? "nobody can tell by whom" : worst.value == row.failed ? "all by \(worst.key.words)" : "\(Words.count(Double(worst.value))) by \(worst.key.words)"
        return "\(name(row)): \(Words.count(Double(row.failed))) of \(Words.count(Double(row.total))) failed, \(who); the first after \(clock.moment(since))."
    }

    private var table: Table {
        var rows: [[Cell]] = []
        for row in hours.rows {
            let kinds = Dictionary(grouping: row.answers) { Kind(party: $0.party, status: $0.status) }
            for (kind, answers) in kinds.sorted(by: { ($0.key.status, $0.key.party) < ($1.key.status, $1.key.party) }) {
                let times = answers.map(\.time), seen = Set(times).count
                let when: Phrase = seen == 1 ? .verbatim(clock.time(times.min() ?? hours.start)) : "\(clock.moment(times.min() ?? hours.start)) to \(clock.moment((times.max() ?? hours.start) + 3_600)), \(seen) h"
                rows.append([Cell(name(row), class: "w", isHeader: true), Cell(kind.party.words, label: "Who"), Cell(verbatim: String(kind.status), class: kind.status >= 500 ? "n b x-crit" : "n", label: "Status"),
                             Cell(verbatim: Words.count(Double(AnswerHours.Row.sum(answers))), class: "n", label: "Answers"), Cell(when, label: "Hours")])
            }
        }
        return Table("t tight stack", caption: "Last 24 hours. Callers, addresses and ids are not stored.",
                     columns: [.init("Route"), .init("Who answered"), .init("Status", class: "n"), .init("Answers", class: "n"), .init("Hours \(clock.zone)")], rows: rows)
    }

    private struct Kind: Hashable {
        var party: AnswerCount.Party
        var status: Int
    }
}
