import Telemetry

/// What a service promises, as its page and documents show it.
package struct ObjectiveSite: Hashable, Sendable {
    package var id: ResourceID
    package var title: String
    /// The share of good events.
    package var objective: Double
    /// Seconds.
    package var window: Int64

    package init(_ id: ResourceID, title: String, objective: Double, window: Int64) {
        self.id = id
        self.title = title
        self.objective = objective
        self.window = window
    }
}
