import Telemetry

/// Where numbers come from. A source never throws: what went wrong is part of what it brings back.
package protocol Source: Sendable {
    func harvest(_ order: CollectionOrder) async -> Harvest
}
