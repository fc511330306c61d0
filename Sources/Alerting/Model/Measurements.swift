import Telemetry

/// What rules may read of one tenant. Storage conforms; tests give arrays.
package protocol Measurements {
    /// All resources with their latest settings, in the order of their ids.
    func resources() throws -> [Resource]
    /// Stored signals of one resource at the grain of collection.
    func grid(of resource: ResourceID, in window: TimeWindow) throws -> SampleGrid
    /// Why a series has no fresh value, where that is known.
    func absence(of series: SeriesID) throws -> Absence?
}
