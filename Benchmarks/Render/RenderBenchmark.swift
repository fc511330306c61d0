import Foundation
import Publishers
import Site
import Storage
import Telemetry
import Theme

/// Renders whole tenants as the product does: reads blocks, builds every page and file, switches the trees. Each tenant has twenty
/// services of two queues; a service's page has six charts of 288 points. The peer beside it is Benchmarks/peers/render.c.
///
/// `render-bench prepare FOLDER TENANTS` makes the stores, and the same points as plain rows; `advance FOLDER TENANTS STEP` notes that
/// five more minutes were read, which is collecting's work; `render FOLDER TENANTS STEP` is what is timed.
@main
enum RenderBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let count = Int(arguments[3]) else { throw Usage() }
        let fleet = Fleet(tenants: count), folder = arguments[2]
        let step = arguments.count > 4 ? Int(arguments[4]) : nil
        switch (arguments[1], step) {
        case ("prepare", nil): try prepare(fleet, folder: folder)
        case ("advance", let step?): try advance(fleet, folder: folder, step: step)
        case ("render", let step?): try render(fleet, folder: folder, step: step)
        default: throw Usage()
        }
    }

    private static func prepare(_ fleet: Fleet, folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder + "/state", withIntermediateDirectories: true)
        let rows = try RowTable(path: folder + "/rows.sqlite")
        for tenant in 0..<fleet.tenants {
            let harvest = fleet.history(of: tenant)
            _ = try store(tenant, folder).record(harvest, at: Fleet.end(step: Fleet.steps))
            try rows.record(harvest, firstSeries: tenant * Fleet.queues * Fleet.signals.count)
        }
    }

    private static func advance(_ fleet: Fleet, folder: String, step: Int) throws {
        let end = Fleet.end(step: step)
        var harvest = Harvest(window: TimeWindow(from: end - 300, to: end))
        harvest.readings = [SourceReading(source: "prod", what: "CloudWatch metrics", state: .ok, dataTo: end)]
        for tenant in 0..<fleet.tenants { _ = try store(tenant, folder).record(harvest, at: end + 60) }
    }

    private static func render(_ fleet: Fleet, folder: String, step: Int) throws {
        let builder = SiteBuilder(theme: try SiteTheme { ThemeFiles().file($0) }, now: Fleet.end(step: step) + 60)
        for tenant in 0..<fleet.tenants {
            let site = Fleet.site(of: tenant)
            let writer = try SwitchedTree(live: "\(folder)/live/\(site.id)", shadow: "\(folder)/shadow/\(site.id)").writer()
            try builder.build(site, store: store(tenant, folder), isDue: { $0.contains("24h") }, emit: { try writer.add($0.path, $0.bytes) })
            let next = try writer.finish(manifest: BuildRecord.bytes)
            if tenant == 0 { try FileManager.default.createDirectory(atPath: folder + "/live", withIntermediateDirectories: true) }
            try next.exchange()
        }
    }

    private static func store(_ tenant: Int, _ folder: String) throws -> TenantStore { try TenantStore(path: "\(folder)/state/\(Fleet.site(of: tenant).id).sqlite") }

    struct Usage: Error, CustomStringConvertible {
        var description: String { "usage: render-bench prepare FOLDER TENANTS | advance FOLDER TENANTS STEP | render FOLDER TENANTS STEP" }
    }
}
