import Alerting
import Telemetry

/// What all charts of a page share: their stretch of time, what fired and what was deployed in it.
struct SignalsSection {
    let picture: TenantPicture
    let service: ServicePicture
    let grids: [ResourceID: SampleGrid]
    let range: ServiceRange

    private var window: TimeWindow { TimeWindow(from: picture.end - range.seconds, to: picture.end) }
    private var incidents: [Incident] { picture.incidents.filter { $0.service == service.site.id && ($0.endedAt ?? picture.now) > window.start } }

    /// - Parameter csv: where all points lie, relative to the page.
    func frame(csv: String?) -> ChartFrame {
        let bands = incidents.map {
            ChartFrame.Band(TimeWindow(from: max($0.startedAt, window.start), to: min($0.endedAt ?? window.end, window.end)), isCritical: $0.severity == .critical)
        }
        let markers = picture.deployments.filter { $0.service == service.site.id && window.contains($0.time) }.suffix(8)
            .map { ChartFrame.Marker($0.time, "\($0.label) deployed") }
        return ChartFrame(axis: TimeAxis(window, clock: picture.clock), clock: picture.clock, bands: bands.reversed(), markers: Array(markers), csv: csv)
    }

    /// The stretch and what its marks mean.
    var note: Markup {
        var out = Markup()
        out.text("\(range.words) to \(picture.clock.moment(picture.end))")
        if incidents.contains(where: { $0.severity == .critical }) { out.raw(" · <span class=\"x-crit\">shaded</span>: critical incident") }
        if incidents.contains(where: { $0.severity == .warning }) { out.raw(" · <span class=\"x-warn\">shaded</span>: warning incident") }
        if picture.deployments.contains(where: { $0.service == service.site.id && $0.time >= window.start }) { out.raw(" · ▲ deploy") }
        let hasGap = grids.values.contains { grid in !grid.columns.isEmpty && ChartGaps.gaps(in: grid, of: Array(grid.columns.keys), absences: [:]).contains { $0.reason == .noData } }
        if hasGap { out.raw(" · hatched: no data") }
        return out
    }
}
