import Telemetry

/// Log events that somebody else counted where the provider's own logs are denied: by function, the worst first.
struct ToldLogs {
    private let logs: [(log: ResourcePicture, title: String, teller: String)]

    init(_ service: ServicePicture) {
        let told = service.resources.compactMap { log -> (log: ResourcePicture, title: String, teller: String)? in
            guard log.id.kind == .log, let teller = log.resource?.settings[.toldBy]?.text, log.hasValues else { return nil }
            return (log, service.resources.first { $0.id.kind == .function && $0.id.name == log.id.name }?.site.title ?? log.id.name, teller)
        }
        logs = told.sorted { a, b in
            let left = a.log.sum("errors", over: 86_400) ?? 0, right = b.log.sum("errors", over: 86_400) ?? 0
            return left == right ? a.title < b.title : left > right
        }
    }

    var isEmpty: Bool { logs.isEmpty }

    func write(into out: inout Markup) {
        let tellers = Words.list(Set(logs.map(\.teller)).sorted())
        let rows = logs.map { item -> [Cell] in
            func count(_ name: String, _ label: Phrase, isBad: Bool = false) -> Cell {
                guard let value = item.log.sum(name, over: 86_400) else { return Cell("–", class: "n soft", label: label) }
                return Cell(verbatim: Words.count(value), class: isBad && value > 0 ? "n b x-crit" : "n", label: label)
            }
            return [Cell(verbatim: item.title, class: "w", isHeader: true), count("errors", "Errors", isBad: true), count("warnings", "Warnings"), count("events", "All")]
        }
        Table("t tight stack q", caption: "Log events of 24 h as \(tellers) counted them: the functions send them there and not to CloudWatch.",
              columns: [.init("Function"), .init("Errors", class: "n"), .init("Warnings", class: "n"), .init("All events", class: "n")], rows: rows).write(into: &out)
    }
}
