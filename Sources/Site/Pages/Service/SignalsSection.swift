import Alerting
import Telemetry

/// What all charts of a page share: their stretch of time, what fired and what was deployed in it.
struct SignalsSection {
    let picture: TenantPicture
    let service: ServicePicture
    let grids: [ResourceID: SampleGrid]
    let range: ServiceRange
    /// Of what the page is about, within the range; and its alerts as they stand.
    let transitions: [AlertTransition]
    let alerts: [AlertState]

    private var window: TimeWindow { TimeWindow(from: picture.end - range.seconds, to: picture.end) }
    private var bands: [ChartFrame.Band] { AlertBands.bands(transitions, alerts: alerts, in: window) }

    /// - Parameter csv: where all points lie, relative to the page.
    func frame(csv: String?) -> ChartFrame {
        let markers = picture.deployments.filter { $0.service == service.site.id && window.contains($0.time) }.suffix(8)
            .map { ChartFrame.Marker($0.time, "\(Phrase.known($0.label)) deployed") }
        return ChartFrame(axis: TimeAxis(window, clock: picture.clock), clock: picture.clock, bands: bands, markers: Array(markers), csv: csv)
    }

    /// The stretch and what its marks mean.
    var note: Markup {
        var out = Markup(picture.language)
        out.text("\(range.words) to \(picture.clock.moment(picture.end))")
        let bands = bands
        if bands.contains(where: \.isCritical) { out.raw(" · "); out.text("\("shaded", as: .shadedCritical): critical alert") }
        if bands.contains(where: { !$0.isCritical }) { out.raw(" · "); out.text("\("shaded", as: .shadedWarning): warning alert") }
        if picture.deployments.contains(where: { $0.service == service.site.id && $0.time >= window.start }) { out.raw(" · ▲ "); out.text("deploy") }
        let hasGap = grids.values.contains { grid in !grid.columns.isEmpty && ChartGaps.gaps(in: grid, of: Array(grid.columns.keys), absences: [:]).contains { $0.reason == .noData } }
        if hasGap { out.raw(" · "); out.text("hatched: no data") }
        return out
    }
}
