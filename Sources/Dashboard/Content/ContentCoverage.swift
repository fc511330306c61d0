import Alerting
import Markdown
import Signals
import Site
import Telemetry

/// Whether the texts cover what can happen: each runbook serves a living rule and has all its parts, each deployment page has its eight slots,
/// each link leads to a heading that exists. That each rule has its runbook is checked when the site is loaded.
struct ContentCoverage {
    /// A builder that stands still evaluates nothing: that rule is kept by the page itself and by the heartbeat.
    static let outsideRules: Set<String> = ["builder-stale"]

    static let required: [DocumentSite.Kind: [String]] = [
        .runbook: ["Meaning", "Impact", "Diagnosis", "Mitigation", "Escalate", "Verify"],
        .deploy: ["Prerequisites", "Inputs", "Preview", "Deploy", "Verify", "Roll back", "Destroy", "What is left behind"],
    ]

    private let library: ContentLibrary
    private let rules: Set<String>
    /// Heading ids by path.
    private let anchors: [String: Set<String>]

    init(library: ContentLibrary, rules: [RuleDraft]) {
        self.library = library
        self.rules = Set(rules.map(\.id)).union(Self.outsideRules)
        anchors = Dictionary(library.documents.map { ($0.path, Set(((try? $0.body.contents()) ?? []).map(\.id))) }) { first, _ in first }
    }

    func check(diagnostics: Diagnostics) {
        for document in library.documents {
            headings(document, diagnostics)
            alerts(document, diagnostics)
            chains(document, diagnostics)
            links(document, diagnostics)
        }
    }

    /// Whether `content/runbooks/throttled.md#meaning` is there.
    func leads(to place: String) -> Bool {
        let parts = place.split(separator: "#", maxSplits: 1)
        guard let path = parts.first, let known = anchors[String(path)] else { return false }
        return parts.count < 2 || known.contains(String(parts[1]))
    }

    private func headings(_ document: ContentDocument, _ diagnostics: Diagnostics) {
        guard let required = Self.required[document.kind], let contents = try? document.body.contents() else { return }
        let missing = required.filter { word in !contents.contains { $0.level == 2 && $0.text == word } }
        guard !missing.isEmpty else { return }
        diagnostics.report(Diagnostic(file: document.path, line: 1, column: 1, message: "the \(missing.count == 1 ? "heading" : "headings") \(missing.map { "'## \($0)'" }.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") missing: "
            + (document.kind == .runbook ? "a tired reader looks for each of them." : "an empty slot says 'none', and why.")))
    }

    private func alerts(_ document: ContentDocument, _ diagnostics: Diagnostics) {
        func report(_ message: String) { diagnostics.report(Diagnostic(file: document.path, line: document.front.alertsLine, column: 1, message: message)) }
        for alert in document.front.alerts where !rules.contains(alert) {
            report("alerts: no rule is called '\(printable(alert))'" + (nearestWord(to: alert, among: rules.sorted()).map { ". Did you mean '\($0)'?" } ?? ". Take it out, or write the rule."))
        }
        if document.kind == .runbook, document.front.alerts.isEmpty { report("alerts: the runbook names no rule, so nobody is led to it. Name the rules that it serves.") }
    }

    private func chains(_ document: ContentDocument, _ diagnostics: Diagnostics) {
        func report(_ message: String) { diagnostics.report(Diagnostic(file: document.path, line: document.front.chainsLine, column: 1, message: "recognised_by: " + message)) }
        if document.kind != .pattern, !document.front.chains.isEmpty { report("only a pattern is recognised by its resources. Take it out.") }
        for chain in document.front.chains where PatternSignature.chain(chain) == nil {
            report("'\(printable(chain))' is no chain of resources. Write kinds with > between them, as \"api > function > queue(fifo)\"; the kinds are \(ResourceKind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    /// That the file exists is the renderer's matter; that the heading does can be told only with all files at hand.
    private func links(_ document: ContentDocument, _ diagnostics: Diagnostics) {
        let folder = document.path.split(separator: "/").dropLast().map(String.init)
        guard let page = try? library.rendered(document, live: ResourceValues(), block: DocumentBlock.check) else { return }
        for link in page.links {
            guard let mark = link.target.firstIndex(of: "#"), link.target[..<mark].hasSuffix(".md") else { continue }
            var parts = folder
            for part in link.target[..<mark].split(separator: "/") {
                if part == ".." { _ = parts.popLast() } else if part != "." { parts.append(String(part)) }
            }
            let path = parts.joined(separator: "/"), id = String(link.target[link.target.index(after: mark)...])
            guard let known = anchors[path], !known.contains(id) else { continue }
            diagnostics.report(Diagnostic(file: document.path, line: link.line, column: link.column, message: "\(path) has no heading with the id '\(printable(id))'. "
                + (nearestWord(to: id, among: known.sorted()).map { "Did you mean '\($0)'?" } ?? "Name a heading that exists.")))
        }
    }
}
