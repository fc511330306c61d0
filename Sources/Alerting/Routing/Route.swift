/// Which alert goes to which receiver: the top level is the default, every matching child adds its receiver.
package struct Route: Hashable, Sendable {
    package var receiver: String
    /// Labels that alerts of one message share.
    package var groupBy: [String]
    /// Seconds that a first message waits for company.
    package var groupWait: Int64
    /// Seconds until a firing alert is said again.
    package var repeatInterval: Int64
    /// Label to value; all must be equal.
    package var match: [String: String]
    /// Escalation: only if still firing after this many seconds.
    package var after: Int64?
    package var routes: [Route]

    package static let labels = ["tenant", "service", "severity", "rule", "resource", "kind"]

    package init(receiver: String, groupBy: [String] = ["tenant", "service"], groupWait: Int64 = 0, repeatInterval: Int64 = 4 * 3_600,
                 match: [String: String] = [:], after: Int64? = nil, routes: [Route] = []) {
        self.receiver = receiver
        self.groupBy = groupBy
        self.groupWait = groupWait
        self.repeatInterval = repeatInterval
        self.match = match
        self.after = after
        self.routes = routes
    }

    /// The routes that an alert takes. The default is taken where no child matches at once; an escalation is taken besides.
    package func taken(by labels: [String: String]) -> [Route] {
        let matching = routes.filter { child in child.match.allSatisfy { labels[$0.key] == $0.value } }
        let atOnce = matching.filter { $0.after == nil }
        var own = self
        own.routes = []
        return (atOnce.isEmpty ? [own] : atOnce) + matching.filter { $0.after != nil }
    }
}

extension AlertState {
    /// What routes match and groups are made by.
    package func labels(tenant: String) -> [String: String] {
        ["tenant": tenant, "service": service, "severity": severity.rawValue, "rule": key.rule, "resource": key.resource.name,
         "kind": key.resource.kind.rawValue]
    }
}
