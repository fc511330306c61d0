@testable import Site
import Storage
import Telemetry
import Testing
import Theme

/// Which pages would show the same a little later, and which would not.
@Suite struct QuietPageTests {
    private static let queue = ResourceID(source: "prod", kind: .queue, name: "exports")
    private static let end = SyntheticTenant.dataTo

    /// A queue that was busy eight hours before `SyntheticTenant.now` and counts zeros else, until `zerosTo`; `more` follows.
    private func page(at now: Timestamp, zerosTo: Timestamp, more: [Sample] = []) throws -> QuietPage? {
        let store = try TenantStore.inMemory(), end = max(zerosTo, (more.last?.time ?? zerosTo - 300) + 300)
        var harvest = Harvest(window: TimeWindow(from: end - 86_400, to: end))
        harvest.resources = [Resource(id: Self.queue, service: "exports", presence: .alive, settings: [.retention: .number(345_600)])]
        let busy = TimeWindow(from: Self.end - 30_000, to: Self.end - 27_000)
        let samples = stride(from: end.seconds - 86_400, to: zerosTo.seconds, by: 300).map(Timestamp.init(seconds:)).map { Sample($0, busy.contains($0) ? 7 : 0, .final) }
        harvest.series = [SeriesBatch(SeriesID(Self.queue, "visible"), period: 300, samples: samples + more)]
        harvest.readings = [SourceReading(source: "prod", what: "CloudWatch metrics", state: .ok, dataTo: now - 120)]
        try store.record(harvest, at: now)
        let site = TenantSite(id: "acme", title: "Acme", services: [ServiceSite(id: "exports", title: "Exports", resources: [.init(Self.queue)])], rules: [])
        let picture = try TenantPicture.read(site, from: store, now: now)
        return QuietPage(try #require(picture.services.first), .sixHours, in: picture)
    }

    @Test func `zeros that go on are nothing new`() throws {
        let first = try page(at: SyntheticTenant.now, zerosTo: Self.end), later = try page(at: SyntheticTenant.now + 300, zerosTo: Self.end + 300)
        #expect(first != nil && first?.digest == later?.digest)
        #expect(first?.paths == ["services/exports/index.html", "services/exports/data-6h.csv"])
    }

    @Test func `a message, a correction and a gap are new`() throws {
        let before = try page(at: SyntheticTenant.now, zerosTo: Self.end)?.digest, now = SyntheticTenant.now + 300
        #expect(try page(at: now, zerosTo: Self.end, more: [Sample(Self.end, 1, .final)])?.digest != before)
        #expect(try page(at: now, zerosTo: Self.end - 300, more: [Sample(Self.end - 300, 3, .final), Sample(Self.end, 0, .final)])?.digest != before)
        #expect(try page(at: now, zerosTo: Self.end - 600)?.digest != before)
    }

    @Test func `what lies in the range moves with it`() throws {
        // Four hours earlier the busy time is still on the page.
        let later = try page(at: SyntheticTenant.now - 14_100, zerosTo: Self.end - 14_100)?.digest
        #expect(try page(at: SyntheticTenant.now - 14_400, zerosTo: Self.end - 14_400)?.digest == later)
        #expect(try page(at: SyntheticTenant.now, zerosTo: Self.end)?.digest != later)
    }

    @Test func `a service with an alert never stays as it is, nor does a long range`() throws {
        let picture = try TenantPicture.read(SyntheticTenant.site(), from: SyntheticTenant.store(), now: SyntheticTenant.now)
        let blocked = try #require(picture.service("orders-webhook")), fine = try #require(picture.service("refunds-webhook"))
        #expect(QuietPage(blocked, .sixHours, in: picture) == nil)
        #expect(QuietPage(fine, .sixHours, in: picture) != nil && QuietPage(fine, .day, in: picture) != nil)
        #expect(QuietPage(fine, .week, in: picture) == nil)
    }
}

/// Pages joined from a template that was filled once are those that the template would make each time.
@Suite struct PageSkeletonTests {
    private func bytes(_ note: String, title: String) throws -> String {
        let theme = try SiteTheme { $0 == "templates/note.mustache" ? Array(note.utf8) : ThemeFiles().file($0) }
        let fields: [String: PageField] = ["title": .text(title), "note": .markup(Markup("<b>ready</b>")), "shows": .flag(true), "hides": .flag(false)]
        // Twice: made, and joined again.
        let first = try theme.render("note", fields, page: "x.html"), second = try theme.render("note", fields, page: "x.html")
        #expect(first == second)
        return String(decoding: second, as: UTF8.self)
    }

    @Test(arguments: [
        ("{{title}}|{{{note}}}", "A &lt;b&gt; &amp; c|<b>ready</b>"),
        ("{{note}}", "&lt;b&gt;ready&lt;/b&gt;"),
        ("{{#shows}}yes{{/shows}}{{#hides}}no{{/hides}}{{^hides}} {{title}}{{/hides}}", "yes A &lt;b&gt; &amp; c"),
        ("{{#title}}[{{.}}]{{/title}}", "[A &lt;b&gt; &amp; c]"),
        // A transform needs the value itself.
        ("{{uppercased(title)}}", "A &lt;B&gt; &amp; C"),
        ("nothing", "nothing"),
    ]) func `every way to print a value`(_ template: String, _ page: String) throws {
        #expect(try bytes(template, title: "A <b> & c") == page)
    }

    @Test func `values that look like marks stay values`() throws {
        let text = try bytes("<{{title}}>", title: "\u{02}<title\u{03}")
        #expect(text == "<\u{FFFD}&lt;title\u{FFFD}>")
    }

    @Test func `control characters that HTML forbids are not written`() {
        var out = Markup()
        out.text("a\u{80}b\u{9F}c\u{A0}d\u{85}\u{1F}é")
        #expect(String(decoding: out.bytes, as: UTF8.self) == "a\u{FFFD}b\u{FFFD}c\u{A0}d\u{FFFD}\u{FFFD}é")
    }
}
