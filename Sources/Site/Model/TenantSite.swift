import Alerting
import Signals
import Telemetry

/// What the configuration says about one tenant, as far as its pages need it.
package struct TenantSite: Sendable {
    /// Safe as a path: `^[a-z0-9][a-z0-9-]{0,62}$`.
    package var id: String
    package var title: String
    /// An IANA name.
    package var timezone: String
    /// Seconds between runs; freshness promises derive from it.
    package var interval: Int64
    /// Seconds a raw row in the store.
    package var grain: Int64
    /// Of the whole site, with a slash at the end: for feeds and badges only, pages link relatively.
    package var baseURL: String?
    package var services: [ServiceSite]
    package var rules: [RuleSite]
    package var documents: [DocumentSite]
    package var silences: [SilenceSite]
    package var findings: [FindingSite]
    /// Not collected on purpose: why and since when.
    package var disabled: String?
    /// Shown as it was at an earlier time, and not as it is.
    package var isPast = false
    /// Seconds for which kept traces have pages.
    package static let traceReach: Int64 = 15 * 86_400
    /// Kept traces of a group that get a page, the newest; nothing: all.
    package var mostTraces: Int?
    /// Months of which there is a report, the newest first.
    package var reports: [ReportMonth] = []
    /// What the file says for the map.
    package var map: [MapDeclaration] = []
    /// Where resources lead, with what the file says about it.
    package var feeds: [ResourceID: [ResourceID]] = [:]

    package init(id: String, title: String, timezone: String = "UTC", interval: Int64 = 300, grain: Int64 = 300, baseURL: String? = nil,
                 services: [ServiceSite] = [], rules: [RuleSite] = [], documents: [DocumentSite] = [], silences: [SilenceSite] = [],
                 findings: [FindingSite] = [], disabled: String? = nil) {
        self.id = id
        self.title = title
        self.timezone = timezone
        self.interval = interval
        self.grain = grain
        self.baseURL = baseURL
        self.services = services
        self.rules = rules
        self.documents = documents
        self.silences = silences
        self.findings = findings
        self.disabled = disabled
    }

    package func service(_ id: String) -> ServiceSite? { services.first { $0.id == id } }
    package func document(_ kind: DocumentSite.Kind, _ slug: String) -> DocumentSite? {
        // By place: pages ask for dozens of documents each, and going through the documents themselves would copy every one on the way.
        documents.indices.first { documents[$0].kind == kind && documents[$0].slug == slug }.map { documents[$0] }
    }
}

/// One service: its resources in the order of the file, which is the order on the page.
package struct ServiceSite: Sendable {
    package var id: String
    package var title: String
    package var pattern: String?
    package var deploy: String?
    /// The CloudFormation stack that it is discovered by.
    package var stack: String?
    package var resources: [ResourceSite]
    package var balances: [BalanceSite]
    package var objectives: [ObjectiveSite]
    package var traceGroups: [TraceGroupSite]
    /// Logs are refused or switched off by a policy that everybody knows about: shown, never an alarm.
    package var logsDeclared: String?
    /// Patterns that its inventory looks like, where the file names none.
    package var suggestions: [PatternSuggestion]

    package init(id: String, title: String, pattern: String? = nil, deploy: String? = nil, stack: String? = nil, resources: [ResourceSite] = [],
                 balances: [BalanceSite] = [], objectives: [ObjectiveSite] = [], traceGroups: [TraceGroupSite] = [], logsDeclared: String? = nil,
                 suggestions: [PatternSuggestion] = []) {
        self.id = id
        self.title = title
        self.pattern = pattern
        self.deploy = deploy
        self.stack = stack
        self.resources = resources
        self.balances = balances
        self.objectives = objectives
        self.traceGroups = traceGroups
        self.logsDeclared = logsDeclared
        self.suggestions = suggestions
    }
}

/// A pattern that a service looks like, and what naming it would add.
package struct PatternSuggestion: Hashable, Sendable {
    /// As `pattern:` takes it.
    package var pattern: String
    package var title: String
    /// Names of resources that feed each other, a list a chain.
    package var evidence: [[String]]
    /// As `deploy:` takes them.
    package var deployments: [String]

    package init(pattern: String, title: String, evidence: [[String]], deployments: [String]) {
        self.pattern = pattern
        self.title = title
        self.evidence = evidence
        self.deployments = deployments
    }
}

/// A resource under the name that people call it.
package struct ResourceSite: Hashable, Sendable {
    package var id: ResourceID
    package var title: String
    package init(_ id: ResourceID, title: String? = nil) { self.id = id; self.title = title ?? id.name }
}

/// What goes in must come out: signals of the service that are added up on both sides.
package struct BalanceSite: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
        package var resource: ResourceID
        /// Without the kind.
        package var signal: String
        /// `in: accepted by the API`
        package var label: String
        /// -1 takes it away; 4 counts each of four receivers.
        package var factor: Double
        package init(_ resource: ResourceID, _ signal: String, label: String, factor: Double = 1) {
            self.resource = resource
            self.signal = signal
            self.label = label
            self.factor = factor
        }
    }
    package var inputs: [Term]
    package var outputs: [Term]
    /// A share of the inputs.
    package var tolerance: Double
    /// Events that a difference may always have.
    package var slack: Double
    /// What no source counts, in words.
    package var unmeasured: [String]
    package init(inputs: [Term], outputs: [Term], tolerance: Double, slack: Double = 0.5, unmeasured: [String] = []) {
        self.inputs = inputs
        self.outputs = outputs
        self.tolerance = tolerance
        self.slack = slack
        self.unmeasured = unmeasured
    }
}

package struct TraceGroupSite: Hashable, Sendable {
    package var id: String
    package var title: String
    package init(id: String, title: String) { self.id = id; self.title = title }
}

/// A rule as pages show it: what it watches, its limits in words and, where they are plain numbers, as lines in charts.
package struct RuleSite: Sendable {
    package struct Limit: Hashable, Sendable {
        /// Without the kind.
        package var signal: String
        package var warning: Double?
        package var critical: Double?
        package init(signal: String, warning: Double? = nil, critical: Double? = nil) { self.signal = signal; self.warning = warning; self.critical = critical }
    }
    package var id: String
    package var title: String
    package var on: ResourceKind
    /// The unit of its value and limit.
    package var unit: MetricUnit
    package var warning: String?
    package var critical: String?
    package var forSeconds: Int64
    /// `2 of 3 steps`, `no data: as if false`, hours: what else decides, in words.
    package var manners: [String]
    /// Slug of its runbook.
    package var runbook: String
    package var limits: [Limit]
    /// By severity: how many conditions hold together where the limit is a zero that does not say why.
    package var conditionsBesideZero: [Severity: Int]
    /// The resources that it watches.
    package var resources: [ResourceID]
    /// How often it would have fired in 30 days as it is written now, and when that was found.
    package struct Backtest: Hashable, Sendable {
        package var fired: Int
        package var at: Timestamp
        package init(fired: Int, at: Timestamp) { self.fired = fired; self.at = at }
    }
    package var backtest: Backtest?
    /// The setting without which its condition is never true: `setting("dead_letter_sources") and …`.
    package var neededSetting: Setting?

    package init(id: String, title: String, on kind: ResourceKind, unit: MetricUnit, warning: String? = nil, critical: String? = nil,
                 forSeconds: Int64 = 0, manners: [String] = [], runbook: String, limits: [Limit] = [], conditionsBesideZero: [Severity: Int] = [:], resources: [ResourceID]) {
        self.id = id
        self.title = title
        on = kind
        self.unit = unit
        self.warning = warning
        self.critical = critical
        self.forSeconds = forSeconds
        self.manners = manners
        self.runbook = runbook
        self.limits = limits
        self.conditionsBesideZero = conditionsBesideZero
        self.resources = resources
    }
}

/// A silence, an acknowledgement or a maintenance window: what, until when, who, why.
package struct SilenceSite: Hashable, Sendable {
    package var id: String
    package var state: StateMark
    /// `rule=queue-age, service=orders`
    package var match: String
    /// Whether it holds now; else it begins at `start`.
    package var isActive: Bool
    package var start: Timestamp?
    /// Nothing where it ends with its alerts.
    package var until: Timestamp?
    /// `sat, sun 02:00–04:00 Europe/Berlin` where it comes back.
    package var weekly: String?
    package var by: String
    package var reason: String

    package init(id: String, state: StateMark = .silenced, match: String = "", isActive: Bool = true, start: Timestamp? = nil, until: Timestamp?, weekly: String? = nil,
                 by: String, reason: String) {
        self.id = id
        self.state = state
        self.match = match
        self.isActive = isActive
        self.start = start
        self.until = until
        self.weekly = weekly
        self.by = by
        self.reason = reason
    }
}

/// What a configuration check found.
package struct FindingSite: Hashable, Sendable {
    package var state: StateMark
    /// `Accepted` where somebody signed for it.
    package var word: Phrase?
    package var service: String?
    package var title: Phrase
    package var detail: Phrase?
    /// Where the matter is explained: a path of the tenant's site, with a fragment.
    package var link: String?
    package var since: Timestamp?
    package init(state: StateMark, word: Phrase? = nil, service: String? = nil, title: Phrase, detail: Phrase? = nil, link: String? = nil, since: Timestamp? = nil) {
        self.state = state
        self.word = word
        self.service = service
        self.title = title
        self.detail = detail
        self.link = link
        self.since = since
    }

    /// Of words that come as they are: a language may know them as a whole.
    @_disfavoredOverload package init(state: StateMark, service: String? = nil, title: String, detail: String? = nil) {
        self.init(state: state, service: service, title: .known(title), detail: detail.map { .told($0, as: "finding") })
    }
}
