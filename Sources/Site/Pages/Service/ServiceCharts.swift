import Signals
import Telemetry

/// The charts of a service: which resources get which pictures, against which limits.
struct ServiceCharts {
    /// One drawn thing of the section; whichever is there is drawn in this order.
    enum Item {
        case line(LineChart)
        case bars(BarChart)
        /// A series without any value: one sentence instead of an empty frame.
        case sentence(StateMark, word: Phrase?, title: Phrase, text: Phrase)
        /// A counter that was zero all the time: what it counts, and whose it is where the service has several.
        case zero(what: Phrase, of: Phrase?)
    }

    var items: [Item] = []
    /// Of functions in which nothing is wrong, where there are so many that they would hide the rest.
    var folded: [Item] = []
    var csv: [SeriesCSV.Column] = []
    /// Resources whose charts did not fit on the page.
    var leftOut: [ResourcePicture] = []

    /// More than this many pictures break the page's budget of 80 kB. Where each resource has a page of its own, those that matter are enough.
    private static let mostCharts = 10, mostOfMany = 6, mostTitles = 6
    private let mostCharts: Int

    let clock: TenantClock
    let rules: [RuleSite]
    let rangeWords: Phrase
    /// Whose a chart is, where the service has several of a kind.
    private let owners: [ResourceID: Phrase]
    var firstChart = true
    private var foldedFunctions = 0

    init(_ service: ServicePicture, grids: [ResourceID: SampleGrid], rules: [RuleSite], clock: TenantClock, rangeWords: Phrase, isAlone: Bool = false) {
        self.clock = clock
        self.rules = rules
        self.rangeWords = rangeWords
        mostCharts = isAlone ? Int.max : ResourcePage.isCrowded(service) ? Self.mostOfMany : Self.mostCharts
        // What is in trouble comes first, the rest in the order of the path; DLQs of a calm service come last.
        let order = MessagePath.ordered(service.resources) + service.resources.filter { [.probe, .balance, .slo].contains($0.id.kind) }
        let sorted = order.enumerated().sorted { a, b in
            let left = Self.rank(a.element, grids[a.element.id]), right = Self.rank(b.element, grids[b.element.id])
            return left == right ? a.offset < b.offset : left < right
        }.map(\.element)
        owners = isAlone || Set(sorted.map(\.id.kind)).count == sorted.count ? [:] : Dictionary(sorted.map { ($0.id, $0.title) }) { first, _ in first }
        let calm = sorted.filter { $0.id.kind == .function && Self.rank($0, grids[$0.id]) == 2 }.map(\.id)
        let folding = calm.count > 3 ? Set(calm.dropFirst(2)) : []
        for resource in sorted {
            guard let grid = grids[resource.id] else { continue }
            for (name, column) in grid.columns.sorted(by: { $0.key < $1.key }) {
                csv.append(.init("\(resource.id.kind.rawValue).\(name) \(resource.site.title)", column.values))
            }
            guard (items + folded).count(where: \.isPicture) < mostCharts else { leftOut.append(resource); continue }
            let before = items.count
            defer { trim() }
            add(resource, grid, name: owners[resource.id])
            guard folding.contains(resource.id), items.count > before else { continue }
            folded += items[before...]
            items.removeSubrange(before...)
            foldedFunctions += 1
        }
    }

    /// What is in trouble, what fails without being in trouble for it, the rest.
    private static func rank(_ resource: ResourcePicture, _ grid: SampleGrid?) -> Int {
        if !resource.alerts.isEmpty { return 0 }
        guard let grid, let failures = resource.failures else { return 2 }
        return BarChart.sum(sums(grid, failures)) > 0 ? 1 : 2
    }

    /// The last resource may have more pictures than there is room for: its first ones say most.
    private mutating func trim() {
        while (items + folded).count(where: \.isPicture) > mostCharts {
            if let last = folded.lastIndex(where: \.isPicture) { folded.remove(at: last) } else if let last = items.lastIndex(where: \.isPicture) { items.remove(at: last) }
        }
    }

    func write(frame: ChartFrame, into out: inout Markup) {
        guard !items.isEmpty else { return }
        out.raw("<div class=\"charts\">")
        for item in items { draw(item, frame, into: &out) }
        if folded.contains(where: \.isPicture) {
            out.raw("<details class=\"full\"><summary>"); out.text("\(Words.plural(foldedFunctions, "more function")), nothing wrong: duration and runs"); out.raw("</summary><div class=\"charts\">")
            for item in folded { draw(item, frame, into: &out) }
            out.raw("</div></details>\n")
        }
        writeSentences(into: &out)
        writeZeros(into: &out)
        out.raw("</div>\n")
    }

    private func draw(_ item: Item, _ frame: ChartFrame, into out: inout Markup) {
        switch item {
        case .line(let chart): chart.write(frame: frame, into: &out)
        case .bars(let chart): chart.write(frame: frame, into: &out)
        case .sentence, .zero: break
        }
    }

    /// One line a reason, however many pictures are missing for it.
    private func writeSentences(into out: inout Markup) {
        var groups: [(state: StateMark, word: Phrase?, text: Phrase, titles: [Phrase])] = []
        for case .sentence(let state, let word, let title, let text) in items + folded {
            if let at = groups.firstIndex(where: { $0.state == state && $0.text == text }) { groups[at].titles.append(title) } else { groups.append((state, word, text, [title])) }
        }
        for group in groups {
            out.raw("<p class=\"zero full\">"); out.state(group.state, word: group.word); out.raw("<span class=\"b\">"); out.text(group.titles.prefix(Self.mostTitles).joined(separator: " · "))
            if group.titles.count > Self.mostTitles { out.text(" · and \(group.titles.count - Self.mostTitles) more") }
            out.raw("</span> "); out.text(group.text); out.raw("</p>")
        }
    }

    /// All counters that stayed at zero in one line.
    private func writeZeros(into out: inout Markup) {
        var groups: [(what: Phrase, of: [Phrase])] = []
        for case .zero(let what, let owner) in items + folded {
            if let at = groups.firstIndex(where: { $0.what == what }) { groups[at].of += [owner].compactMap { $0 } } else { groups.append((what, [owner].compactMap { $0 })) }
        }
        guard !groups.isEmpty else { return }
        let parts = groups.map { group -> Phrase in
            group.of.isEmpty ? Words.midSentence(group.what) : "\(Words.midSentence(group.what)) (\(group.of.count > 3 ? Words.plural(group.of.count, "resource") : Words.list(group.of)))"
        }
        out.raw("<p class=\"zero full\">"); out.state(.ok); out.raw("<span class=\"b\">"); out.text("0 in \(rangeWords)"); out.raw("</span> ")
        out.text(parts.joined(separator: " · ")); out.raw("</p>")
    }

    /// Events a row: in roll-ups the stored value is a mean, and mean times count is the sum.
    static func sums(_ grid: SampleGrid, _ signal: String) -> [Double] {
        guard let column = grid.columns[signal] else { return Array(repeating: .nan, count: grid.count) }
        return column.sums
    }
}

private extension ServiceCharts.Item {
    var isPicture: Bool {
        switch self {
        case .line, .bars: true
        case .sentence, .zero: false
        }
    }
}
