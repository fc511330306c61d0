import Markdown
@testable import Site
import Telemetry
import Testing

/// What the fenced blocks of a document become in the synthetic tenant, whose orders webhook is blocked.
struct DocumentBlocksTests {
    private func answer(_ kind: LiveBlock.Kind, _ body: String, about service: String? = "orders-webhook") throws -> LiveBlockAnswer {
        let site = SyntheticTenant.site(), store = try SyntheticTenant.store()
        let picture = try TenantPicture.read(site, from: store, now: SyntheticTenant.now)
        let blocks = DocumentBlocks(picture: picture, here: PageLocation("runbooks/x/index.html"), alert: picture.alerts.first { $0.service == service },
                                    service: service.flatMap(picture.service), store: store)
        return blocks.answer(LiveBlock(kind: kind, argument: "", body: body, line: 1, column: 1))
    }

    private func html(_ answer: LiveBlockAnswer) throws -> String {
        guard case .finished(let html) = answer else { throw Unexpected(answer: answer) }
        return html
    }
    private struct Unexpected: Error { var answer: LiveBlockAnswer }

    @Test func `a chart draws the signal of the resource in trouble`() throws {
        let html = try html(answer(.chart, "signal: queue.oldest_age"))
        #expect(html.contains("<svg"))
        #expect(html.contains("orders.fifo"))
    }

    @Test func `a table has a row for each resource and a column for each signal`() throws {
        let html = try html(answer(.table, "signals: queue.visible, queue.oldest_age"))
        #expect(html.contains("orders.fifo"))
        #expect(html.contains("data-l=\"\(SignalUnits.title(Signal(.queue, "oldest_age")).english)\""))
        #expect(html.contains("47"))
    }

    @Test func `traces say where the time went and lead to the group`() throws {
        let html = try html(answer(.traces, ""))
        #expect(html.contains("Where the time went in 1 kept trace"))
        #expect(html.contains("href=\"../../traces/webhook/index.html\""))
    }

    @Test func `alerts are those that fire`() throws {
        #expect(try html(answer(.alerts, "")).contains("FIFO"))
    }

    @Test(arguments: [(LiveBlock.Kind.chart, "signal: queue.oldest_age"), (.traces, ""), (.table, "signals: queue.visible")])
    func `a page that nothing needs now shows nobody's numbers`(_ kind: LiveBlock.Kind, _ body: String) throws {
        #expect(try answer(kind, body, about: nil) == .nothing(because: "Drawn here while an alert needs this page."))
    }

    @Test(arguments: [(LiveBlock.Kind.chart, "signal: queue.visibel"), (.table, "signals: queue.visible, function.errors"), (.table, "")])
    func `an unknown name is the author's mistake`(_ kind: LiveBlock.Kind, _ body: String) throws {
        guard case .mistake = try answer(kind, body) else { Issue.record("taken as right: \(body)"); return }
    }
}
