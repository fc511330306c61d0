import Storage
import Telemetry

/// Error lines of a service that nobody had seen before its last deployment. A relation in time, never a cause.
package struct NewLines: Sendable {
    package var deployment: Deployment
    /// Errors before warnings, the most frequent first.
    package var lines: [LogFingerprint]

    /// How long before a deployment a log must have been read, so that what follows can be called new.
    private static let before: Int64 = 3_600

    /// Nothing where nothing was deployed, or where no line from before it is on record: then everything would look new.
    /// - Parameter until: up to when deployments and lines count.
    init?(of service: ServiceSite, _ observed: TenantObservations, now until: Timestamp, store: TenantStore) throws(StoreError) {
        guard let deployment = observed.deployments.last(where: { $0.service == service.id && $0.time <= until }) else { return nil }
        var functions: [ResourceID] = []
        for resource in service.resources.map(\.id) where resource.kind == .function {
            let log = ResourceID(source: resource.source, kind: .log, name: resource.name)
            let hour = TimeWindow(from: deployment.time - Self.before, to: deployment.time)
            let errors = try store.grid(of: log, in: hour, resolution: until - deployment.time < 14 * 86_400 ? .raw : .hour).columns["errors"]
            if errors?.values.contains(where: { !$0.isNaN }) == true { functions.append(resource) }
        }
        guard !functions.isEmpty else { return nil }
        self.deployment = deployment
        lines = try store.fingerprints(of: functions, in: TimeWindow(from: deployment.time, to: until + 1)).filter { $0.firstEver.map { $0 >= deployment.time } ?? false }
    }

    package func contains(_ line: LogFingerprint) -> Bool {
        lines.contains { $0.resource == line.resource && $0.level == line.level && $0.text == line.text }
    }

    /// `v41`, or the time of a change that has no name.
    package func name(_ clock: TenantClock) -> Phrase { "\(Phrase.known(deployment.label)) at \(clock.moment(deployment.time))" }
}
