import Telemetry

/// Who answered: responses by layer, so that a gateway's 200 does not hide a backend's failure.
struct AnswersBlock {
    let markup: Markup

    init(_ service: ServicePicture, _ picture: TenantPicture) {
        var out = Markup()
        let window: Int64 = 21_600
        let rows = MessagePath.ordered(service.resources).compactMap { resource -> [Cell]? in
            func cell(_ value: Double?, _ label: String, isBad: Bool = false) -> Cell {
                guard let value else { return Cell("–", class: "n soft", label: label) }
                return Cell(Words.count(value), class: isBad && value > 0 ? "n b x-crit" : "n", label: label)
            }
            switch resource.id.kind {
            case .api, .httpAPI:
                guard let all = resource.sum("requests", over: window) else { return nil }
                let client = resource.sum("errors_4xx", over: window) ?? 0, server = resource.sum("errors_5xx", over: window) ?? 0
                return [Cell("Gateway \(resource.site.title)", class: "w", isHeader: true), cell(max(0, all - client - server), "OK"), cell(client, "4xx"), cell(server, "5xx", isBad: true)]
            case .function:
                guard let runs = resource.sum("invocations", over: window) else { return nil }
                let errors = resource.sum("errors", over: window) ?? 0
                return [Cell("Function \(resource.site.title)", class: "w", isHeader: true), cell(max(0, runs - errors), "OK"), cell(resource.sum("throttles", over: window), "Throttled"), cell(errors, "Failed", isBad: true)]
            case .topic, .bus:
                guard let all = resource.sum(resource.id.kind == .topic ? "published" : "matched", over: window) else { return nil }
                return [Cell("\(ResourceFacts.kind(of: resource)) \(resource.site.title)", class: "w", isHeader: true), cell(all, "OK"), cell(nil, "Throttled"), cell(resource.sum("failed", over: window), "Failed", isBad: true)]
            case .queue, .table, .bucket, .stateMachine, .log, .trace, .probe, .balance, .slo: return nil
            }
        }
        if rows.isEmpty {
            let counts = service.resources.contains { [.api, .httpAPI, .function, .topic, .bus].contains($0.id.kind) }
            out.note(counts ? "No layer has a count in the last 6 hours." : "No layer of this service counts its answers.")
        } else {
            Table("t tight stack q", caption: "By layer, last 6 hours. A gateway that only queues answers before the work is done.",
                  columns: [.init("Layer"), .init("OK", class: "n"), .init("4xx or throttled", class: "n"), .init("5xx or failed", class: "n")], rows: rows).write(into: &out)
        }
        if let captured = CapturedExceptions(service, over: window) { out.raw("<p class=\"sm\">"); out.text(captured.sentence); out.raw("</p>\n") }
        markup = out
    }
}
