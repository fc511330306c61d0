import Alerting
import Telemetry

/// `tenants/<id>.yaml`: one customer or environment, kept apart from all others.
package struct TenantConfiguration: Sendable {
    package var id: String
    package var title: String
    /// An IANA name; pages and messages of the tenant use it.
    package var timezone: String
    /// What its pages are written in, where that is not what the site says.
    package var language: SpokenLanguage?
    package var sources: [SourceConfiguration]
    package var services: [ServiceConfiguration]
    /// Not collected on purpose; the reason is shown.
    package var disabled: String?
    package var limits: TenantLimits
    /// The file it was read from, relative to the site.
    package var file: String
}

/// A group of resources that does one job and is watched on one page.
package struct ServiceConfiguration: Sendable {
    package enum LogPolicy: String, CaseIterable, Sendable {
        case collect
        /// Refused by a policy that everybody knows about: shown, never an alarm.
        case denied
        /// Not collected on purpose.
        case off
    }

    package var id: String
    package var title: String
    package var pattern: String?
    package var deploy: String?
    package var source: String
    package var discovery: DiscoveryConfiguration
    package var resources: [DeclaredResource]
    package var traceGroups: [TraceGroupConfiguration]
    package var errorPatterns: [String]
    package var warningPatterns: [String]
    package var answerPatterns: [String]
    package var logs: LogPolicy
    package var balances: [BalanceConfiguration]
    package var objectives: [ObjectiveConfiguration]
    package var rules: [RuleOverride]
    package var accepted: [AcceptedRisk]
    /// Where its functions send what is told about them.
    package var telemetry: [String] = []
    /// The names of its pattern and deployment, where they are written.
    var mentions: [Mention] = []
}

package struct DiscoveryConfiguration: Hashable, Sendable {
    package var stack: String?
    package var readsDrift = false
    package var tags: [String: String] = [:]
    package var namePrefix: String?
}

package struct DeclaredResource: Sendable {
    package var kind: ResourceKind
    package var name: String
    /// What people call it; nothing: the name without the part that all names of the service share.
    package var title: String?
    package var stage: String?
    package var apiID: String?
    /// The rule of a bus.
    package var rule: String?
    package var schedule: String?
    package var feeds: [String]
    /// What it calls beside the way of its messages, and what calls it from outside: for the map.
    package var calls: [String] = []
    package var calledBy: [String] = []
    package var rules: [RuleOverride]
    package var accepted: [AcceptedRisk]
    package var line: Int
}

package struct TraceGroupConfiguration: Sendable {
    package var id: String
    package var title: String
    /// The source that brings its traces, where that is not the service's.
    package var source: String?
    /// X-Ray filter expression, or nothing where `group` names an X-Ray group.
    package var filter: String?
    package var group: String?
}

/// What goes in must come out.
package struct BalanceConfiguration: Sendable {
    package var inputs: [BalanceTermText]
    package var outputs: [BalanceTermText]
    package var tolerance: Double
    /// Seconds.
    package var window: Int64
    package var line: Int
}

/// `rules: {queue-age: {warning: 10m}}`: the nearest wins.
package struct RuleOverride: Sendable {
    package var rule: String
    package var isEnabled: Bool?
    /// A whole expression, or one quantity that replaces the rule's limit.
    package var warning: Text?
    package var critical: Text?
    package var forSeconds: Int64?
    package var recoverForSeconds: Int64?
    package var active: ActiveHours?
    package var file: String
    package var line: Int
    package var column: Int

    package struct Text: Sendable {
        package var text: String
        package var line: Int
        package var column: Int
    }
}
