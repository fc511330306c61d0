import Markdown
import Site
import Telemetry

/// One runbook, pattern or deployment page as its file says it.
package struct ContentDocument: Sendable {
    package var kind: DocumentSite.Kind
    /// The file's name without `.md`.
    package var slug: String
    /// `content/runbooks/queue-backlog.md`
    package var path: String
    package var front: ContentFrontMatter
    /// Of a pattern: its parts, a row for each way through it.
    package var parts: [[PatternPart]]
    package var body: MarkdownDocument
    /// Its headings, read once for all tenants.
    package let contents: [ContentsEntry]

    package init(kind: DocumentSite.Kind, slug: String, path: String, front: ContentFrontMatter, parts: [[PatternPart]] = [], body: MarkdownDocument) {
        self.kind = kind
        self.slug = slug
        self.path = path
        self.front = front
        self.parts = parts
        self.body = body
        contents = (try? body.contents()) ?? []
    }
}

/// The facts above a page's text.
package struct ContentFrontMatter: Sendable {
    package var title: String
    package var summary: String
    package var alerts: [String]
    package var services: [String]
    package var pattern: String?
    package var path: String?
    package var owner: String?
    package var severity: String?
    package var reviewed: String?
    /// Seconds.
    package var reviewEvery: Int64?
    package var tags: [String]
    package var usualMinutes: Int?
    package var needs: String?
    /// Of a pattern: the chains of resources by which it is recognised.
    package var chains: [String]
    /// Line of `alerts:`, for messages.
    package var alertsLine: Int
    /// Line of `recognised_by:`.
    package var chainsLine: Int

    /// The day on which the last review ran out; nothing while it lasts, or where none was promised.
    package func reviewOverdue(at now: Timestamp) -> String? {
        guard let reviewEvery, let day = reviewed.flatMap(QuantityText.day) else { return nil }
        let end = day + reviewEvery
        return now >= end ? String(end.rfc3339.prefix(10)) : nil
    }
}

extension ContentFrontMatter {
    static let schema = RecordSchema("front matter", [
        .init("title", .text, required: true, "The page's heading."),
        .init("summary", .text, required: true, "One sentence."),
        .init("alerts", .oneOrMore(.identifier), "Rules that this runbook serves."),
        .init("services", .oneOrMore(.identifier), "Only for these services."),
        .init("pattern", .identifier, "The pattern that it belongs to."),
        .init("path", .identifier, "The deployment path: cdk, sam, terraform…"),
        .init("owner", .text, "Who keeps it right."),
        .init("severity", .choice(["warning", "critical"]), "How bad its alerts are."),
        .init("reviewed", .day, "The day somebody last read it through, as 2026-11-21."),
        .init("review_every", .duration, "How long a review lasts."),
        .init("tags", .oneOrMore(.text), "For the search."),
        .init("usual_minutes", .integer(1...10_000), "How long it usually takes."),
        .init("needs", .text, "Rights and tools that the reader needs."),
        .init("recognised_by", .oneOrMore(.text), "Of a pattern: chains of resources that feed each other, as `api > function > queue(fifo)`; all must be there."),
    ])

    init(_ record: ConfigurationReader.Record, fallbackTitle: String) {
        title = record.text("title") ?? fallbackTitle
        summary = record.text("summary") ?? ""
        alerts = record.texts("alerts")
        services = record.texts("services")
        pattern = record.identifier("pattern")
        path = record.identifier("path")
        owner = record.text("owner")
        severity = record.text("severity")
        reviewed = record.day("reviewed").map { String($0.rfc3339.prefix(10)) }
        reviewEvery = record.duration("review_every")
        tags = record.texts("tags")
        usualMinutes = record.integer("usual_minutes")
        needs = record.text("needs")
        chains = record.texts("recognised_by")
        alertsLine = record.mark(of: "alerts")?.line ?? 1
        chainsLine = record.mark(of: "recognised_by")?.line ?? 1
    }
}
