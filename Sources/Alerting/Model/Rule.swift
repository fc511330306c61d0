import Signals
import Telemetry

/// How bad it is. There are two, on purpose.
package enum Severity: String, CaseIterable, Hashable, Comparable, Sendable {
    case warning, critical
    package static func < (a: Severity, b: Severity) -> Bool { a == .warning && b == .critical }
}

/// What an evaluation step does when a value that the rule needs is absent.
package enum MissingData: String, CaseIterable, Hashable, Sendable {
    /// Keep the state as it is.
    case ignore
    /// As if the condition were false.
    case ok
    /// As if the condition were true.
    case breach
    /// Show that nothing is known; neither fires nor resolves.
    case unknown
}

/// A floor under ratios: below this many events the rule stays silent.
package struct MinimumCount: Hashable, Sendable {
    package var signal: String
    package var atLeast: Double
    package init(signal: String, atLeast: Double) { self.signal = signal; self.atLeast = atLeast }
}

/// `2 of 3`: how many of the newest steps must breach.
package struct Datapoints: Hashable, Sendable {
    package var breaching: Int
    package var outOf: Int
    package init(breaching: Int, outOf: Int) { self.breaching = breaching; self.outOf = outOf }
}

/// Where a rule was written, for messages and `explain`.
package struct RuleOrigin: Hashable, Sendable {
    package var file: String
    package var line: Int
    package var column: Int
    package init(file: String, line: Int = 1, column: Int = 1) { self.file = file; self.line = line; self.column = column }
}

/// A rule as its file says it, before its expressions are understood. Positions belong to the expression's first character.
package struct RuleDraft: Sendable {
    package struct Text: Sendable {
        package var text: String
        package var origin: RuleOrigin
        package init(_ text: String, _ origin: RuleOrigin) { self.text = text; self.origin = origin }
    }

    package var id: String
    package var title: String
    package var on: ResourceKind
    package var warning: Text?
    package var critical: Text?
    package var forSeconds: Int64 = 0
    package var recoverForSeconds: Int64 = 600
    package var datapoints: Datapoints?
    /// Nothing: the default of the signals' form.
    package var missing: MissingData?
    package var minimumCount: MinimumCount?
    package var runbook: String
    package var summary: String
    /// Only resources whose name matches this glob (`*` and `?`), and only these services; empty means all.
    package var resources: String?
    package var services: [String] = []
    /// Nothing: always.
    package var active: ActiveHours?
    /// Fire again when the value has grown by this share or this amount since the last message.
    package var growth: (ratio: Double, amount: Double)?
    package var origin: RuleOrigin
    /// Where each key of its file was written; one that is not in here has its default.
    package var origins: [String: RuleOrigin] = [:]

    package init(id: String, title: String, on kind: ResourceKind, runbook: String, summary: String, origin: RuleOrigin) {
        self.id = id
        self.title = title
        on = kind
        self.runbook = runbook
        self.summary = summary
        self.origin = origin
    }
}
