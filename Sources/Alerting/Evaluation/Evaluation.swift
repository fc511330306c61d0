import Telemetry

/// What one evaluation found: the alerts as they stand, what changed on the way, and the incidents that this touches.
package struct Evaluation: Sendable {
    /// One for each rule and resource that it concerns, sorted by key.
    package var states: [AlertState] = []
    /// In the order of their times. Each becomes messages exactly once.
    package var transitions: [AlertTransition] = []
    /// New and changed ones, sorted by id.
    package var incidents: [Incident] = []
    /// Alerts whose rule or resource is gone, or whose rule no longer concerns it.
    package var forgotten: [AlertKey] = []
    /// How far it is evaluated: the next call's `from`.
    package var cursor: Timestamp
    /// The former cursor lay in the future: this one is earlier.
    package var clockWasAhead = false
}
