import Storage
import Telemetry

/// Functions side by side: cold and warm runs by runtime, from REPORT lines, so from all runs and not from a sample.
struct RuntimeTable {
    let functions: [(resource: ResourcePicture, statistics: ExecutionStatistics)]

    /// The functions of a service that ran in the window, the busiest first.
    /// - Parameter names: those that count; nothing where all do.
    init(_ service: ServicePicture, in window: TimeWindow, names: Set<String>? = nil, store: TenantStore) throws(StoreError) {
        var functions: [(ResourcePicture, ExecutionStatistics)] = []
        for resource in service.resources where resource.id.kind == .function && names?.contains(resource.id.name) ?? true {
            let statistics = try store.executions(of: resource.id, in: window)
            if statistics.count > 0 { functions.append((resource, statistics)) }
        }
        self.functions = functions.sorted { ($0.1.count, $1.0.id) > ($1.1.count, $0.0.id) }
    }

    func write(of whole: Phrase = "the service", into out: inout Markup) {
        let range = HistogramChart.range(of: functions.flatMap { [$0.statistics.warm, $0.statistics.cold] })
        Table("t stack mid", caption: "Functions of \(whole), 24 h, from REPORT lines: all runs, not a sample. Histograms share one logarithmic scale, warm up and cold down.",
              columns: [.init("Function"), .init("Runs", class: "n"), .init("Cold", class: "n"), .init("Init p50", class: "n md"), .init("Cold p50", class: "n"), .init("Cold p95", class: "n md"),
                        .init("Warm p50", class: "n"), .init("Warm p95", class: "n"), .init("Warm p99", class: "n md"), .init("Memory", class: "n"), .init("Warm and cold", class: "md")],
              rows: functions.map { row($0.resource, $0.statistics, range, out.language) }).write(into: &out)
    }

    private func row(_ resource: ResourcePicture, _ statistics: ExecutionStatistics, _ range: Range<Int>, _ language: Language?) -> [Cell] {
        var shape = Markup(language), name = Markup(language)
        HistogramChart.small(warm: statistics.warm, cold: statistics.cold, range: range, into: &shape)
        name.text(resource.site.title)
        name.raw("<span class=\"sub\">"); name.text(resource.resource?.settings[.runtime]?.text.map { .verbatim($0) } ?? "runtime unknown"); name.raw("</span>")
        let memory = statistics.memoryUsed.map { used -> Phrase in statistics.memorySize.map { "\(Words.bytes(used)) of \(Words.bytes($0))" } ?? .verbatim(Words.bytes(used)) } ?? "–"
        return [Cell(name, class: "w", isHeader: true), Cell(verbatim: Words.count(statistics.count), class: "n", label: "Runs"),
                Cell(verbatim: Words.percent(Double(statistics.coldCount) / Double(max(1, statistics.count))), class: "n", label: "Cold"), Cell(Percentiles.words(statistics.initialisation, 0.5), class: "n md", label: "Init p50"),
                Cell(Percentiles.words(statistics.cold, 0.5), class: "n", label: "Cold p50"), Cell(Percentiles.words(statistics.cold, 0.95), class: "n md", label: "Cold p95"),
                Cell(Percentiles.words(statistics.warm, 0.5), class: "n", label: "Warm p50"), Cell(Percentiles.words(statistics.warm, 0.95), class: "n", label: "Warm p95"),
                Cell(Percentiles.words(statistics.warm, 0.99), class: "n md", label: "Warm p99"), Cell(memory, class: "n", label: "Memory"), Cell(shape, class: "w md")]
    }
}
