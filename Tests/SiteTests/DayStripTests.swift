@testable import Site
import Telemetry
import Testing

/// The strip of thirty days shows the tenant's own days.
@Suite struct DayStripTests {
    @Test(arguments: [("UTC", ["16 Sep", "17 Sep"]), ("America/Los_Angeles", ["15 Sep", "16 Sep"]), ("Asia/Kathmandu", ["16 Sep", "17 Sep"])])
    func `a service's days are those of its tenant's zone`(zone: String, names: [String]) throws {
        var site = SyntheticTenant.site()
        site.timezone = zone
        let picture = try TenantPicture.read(site, from: try SyntheticTenant.store(), now: SyntheticTenant.now)
        let service = try #require(picture.service("orders-webhook"))
        // A day of numbers, and an incident in the last hour of it.
        #expect(service.days == Array(repeating: .noData, count: 28) + [.ok, .critical])
        #expect(Array(service.dayNames.suffix(2)) == names)
        #expect(DayStrip(service.days, names: service.dayNames).sentence == "30 days: 1 OK, 1 critical on \(names[1]), 28 without data")
    }
}
