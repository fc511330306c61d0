import Alerting
import Site
import Telemetry

extension BacktestRun {
    /// One HTML file that holds its style and needs nothing else.
    package var html: [UInt8] {
        var out = Markup(reserving: 64_000)
        out.raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Backtest</title>\n<style>")
        out.trusted(theme.replacing("</", with: "<\\/"))
        out.raw("</style></head><body><main class=\"wrap\">\n<h1>")
        out.text(rule.map { "Backtest of \($0)" } ?? "Backtest")
        out.raw("</h1>\n<p class=\"sm soft\">Today’s rules over what is stored: which alerts would have fired, how long, and what people would have been sent. Silences are left out.</p>\n")
        for tenant in tenants { write(tenant, into: &out) }
        for note in notes.texts { out.raw("<p class=\"sm\">"); out.text(note); out.raw("</p>\n") }
        out.raw("</main></body></html>\n")
        return out.bytes
    }

    private func write(_ tenant: Tenant, into out: inout Markup) {
        let test = tenant.backtest
        out.raw("<section class=\"sec\"><header><h2>"); out.text(tenant.title); out.raw("</h2></header>\n<p>")
        out.text("\(tenant.words). \(count(test.firings.count, "alert")) would have fired, \(count(test.messages.count, "message")) would have been sent.")
        out.raw("</p>\n")
        let rules = tenant.records.map { record in
            BacktestRun.cells(record).enumerated().map { Cell(verbatim: $1, class: $0 == 0 ? "" : "n", isHeader: $0 == 0) }
        }
        Table("t", caption: "Rules, the loudest first.", columns: [.init("Rule"), .init("Fired", class: "n"), .init("Explained", class: "n"), .init("Flaps", class: "n"), .init("Median", class: "n"),
                                                                 .init("Longest", class: "n"), .init("Firing now", class: "n")], rows: rules).write(into: &out)
        if !test.firings.isEmpty {
            Table("t", caption: "Alerts.", columns: [.init("Fired"), .init("Severity"), .init("Rule"), .init("Resource"), .init("Lasted", class: "n"), .init("What")], rows: test.firings.map { firing in
                [Cell(verbatim: firing.firedAt.rfc3339, isHeader: true), Cell(verbatim: firing.severity.rawValue), Cell(verbatim: firing.key.rule), Cell(verbatim: firing.key.resource.name),
                 Cell(verbatim: BacktestRun.length(firing, test.window.end), class: "n"), Cell(verbatim: firing.summary + (firing.cause.map { " (\($0))" } ?? ""))]
            }).write(into: &out)
        }
        if !test.messages.isEmpty {
            Table("t", caption: "Messages that would have been sent.", columns: [.init("At"), .init("To"), .init("Kind"), .init("Group"), .init("Alerts", class: "n")], rows: test.messages.map { message in
                [Cell(verbatim: message.at.rfc3339, isHeader: true), Cell(verbatim: message.receiver), Cell(verbatim: message.kind.rawValue), Cell(verbatim: message.groupKey), Cell("\(message.alerts)", class: "n")]
            }).write(into: &out)
        }
        out.raw("</section>\n")
    }
}
