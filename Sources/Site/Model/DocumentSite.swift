import Telemetry

/// A runbook, pattern or deployment page: its facts, and its text as a function of the values of this build.
package struct DocumentSite: Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case runbook = "runbooks", pattern = "patterns", deploy

        package var word: String {
            switch self {
            case .runbook: "Runbook"
            case .pattern: "Pattern"
            case .deploy: "Deployment"
            }
        }
    }

    package var kind: Kind
    /// Safe as a path.
    package var slug: String
    package var title: String
    package var summary: String
    /// Ids of the rules that use it.
    package var alerts: [String]
    package var owner: String?
    package var reviewed: String?
    package var needs: String?
    package var usualMinutes: Int?
    /// The pattern that a deployment page belongs to.
    package var pattern: String?
    /// Headings with their anchors, for the contents.
    package var headings: [Heading]
    /// Safe HTML with the live values filled in.
    package var html: @Sendable (ResourceValues) -> String

    package struct Heading: Hashable, Sendable {
        package var id: String
        package var title: String
        package init(id: String, title: String) { self.id = id; self.title = title }
    }

    package init(kind: Kind, slug: String, title: String, summary: String = "", alerts: [String] = [], owner: String? = nil, reviewed: String? = nil,
                 needs: String? = nil, usualMinutes: Int? = nil, pattern: String? = nil, headings: [Heading] = [],
                 html: @escaping @Sendable (ResourceValues) -> String) {
        self.kind = kind
        self.slug = slug
        self.title = title
        self.summary = summary
        self.alerts = alerts
        self.owner = owner
        self.reviewed = reviewed
        self.needs = needs
        self.usualMinutes = usualMinutes
        self.pattern = pattern
        self.headings = headings
        self.html = html
    }

    package var path: String { "\(kind.rawValue)/\(slug)/index.html" }
}

/// `{{queue.visible}}` and its like: the values of the resource that a document is about now, in words and as numbers for conditions.
package struct ResourceValues: Sendable {
    package struct Value: Hashable, Sendable {
        package var words: String
        /// In base units; nothing where it is a name.
        package var number: Double?
        package var isCritical: Bool
        package init(_ words: String, _ number: Double? = nil, isCritical: Bool = false) { self.words = words; self.number = number; self.isCritical = isCritical }
    }
    package private(set) var values: [String: Value]
    package init(_ values: [String: Value] = [:]) { self.values = values }
    package subscript(_ name: String) -> Value? {
        get { values[name] }
        set { values[name] = newValue }
    }
}
