@testable import Site
import Storage
import Telemetry
import Testing

/// A page that is green because somebody else's numbers arrived would be a lie.
@Suite struct PartlyReadTests {
    @Test(arguments: [(1, 6, StateMark.noData, "Partly read" as Phrase?), (0, 7, .noData, nil), (6, 1, .ok, nil), (7, 0, .ok, nil)])
    func `a resource is OK only when a source owes it no more than is known`(known: Int, owed: Int, state: StateMark, word: Phrase?) throws {
        let names = ["requests", "errors_4xx", "errors_5xx", "latency.p50", "latency.p95", "latency.p99", "integration_latency.p99"]
        let now = SyntheticTenant.now, id = SyntheticTenant.api, store = try TenantStore.inMemory()
        var harvest = Harvest(window: TimeWindow(from: now - 3_600, to: SyntheticTenant.dataTo))
        harvest.resources = [Resource(id: id, service: "shop", presence: .alive)]
        for name in names.prefix(known) { harvest.series.append(SeriesBatch(SeriesID(id, name), period: 300, samples: [Sample(SyntheticTenant.dataTo - 300, 1)])) }
        for name in names.suffix(owed) { harvest.absences[SeriesID(id, name)] = Absence(.sourceError, since: now - 300, detail: "the source gives no answer") }
        harvest.readings = [SourceReading(source: "prod", what: "CloudWatch metrics", state: .ok, dataTo: SyntheticTenant.dataTo, isMetrics: true)]
        try store.record(harvest, at: now)
        let picture = try TenantPicture.read(TenantSite(id: "acme", title: "Acme", services: [ServiceSite(id: "shop", title: "Shop", resources: [.init(id)])]), from: store, now: now)
        let resource = try #require(picture.services.first?.resources.first)
        #expect(resource.state == state && resource.word == word, "\(resource.state) \(resource.word?.english ?? "")")
        #expect(picture.services.first?.state == state)
    }
}
