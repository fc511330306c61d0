import Signals
import Telemetry
import Testing

@Suite struct CheckTests {
    @Test(arguments: Check.all.map(\.id)) func `each check finds in its examples exactly what they say`(id: String) throws {
        let check = try #require(Check.named(id))
        for example in check.examples {
            #expect(check.findings(in: example.inspection).map(\.resource.name).sorted() == example.finds, "\(id): \(example.title)")
        }
        #expect(check.examples.contains { !$0.finds.isEmpty } && check.examples.contains { $0.finds.isEmpty }, "\(id) needs an example of either kind")
    }

    @Test func `ids are paths, unique and sorted`() {
        let ids = Check.all.map(\.id)
        #expect(ids == Set(ids).sorted())
        #expect(ids.allSatisfy { $0.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "-") } })
        #expect(Check.all.allSatisfy { $0.explanation.hasPrefix("content/") && $0.explanation.contains("#") && $0.sentence.hasSuffix(".") })
    }

    @Test func `a resource that is gone is not inspected`() {
        let gone = Resource(id: ResourceID(source: "prod", kind: .table, name: "users"), service: "s", presence: .missing, settings: [.readCapacity: 1, .writeCapacity: 1])
        #expect(Check.findings(in: Inspection([gone], now: Timestamp(year: 2026, month: 11, day: 20))).isEmpty)
    }

    @Test func `figures are said in words, and hostile ones do not stop the check`() {
        let queue = ResourceID(source: "prod", kind: .queue, name: "orders"), worker = ResourceID(source: "prod", kind: .function, name: "worker")
        func detail(visibility: Double, timeout: Double) -> String? {
            let resources = [Resource(id: queue, service: "s", settings: [.visibilityTimeout: .number(visibility)], feeds: [worker]),
                             Resource(id: worker, service: "s", settings: [.timeout: .number(timeout)])]
            return Check.findings(in: Inspection(resources, now: Timestamp(seconds: 0))).first { $0.check == "visibility-timeout" }?.detail
        }
        #expect(detail(visibility: 30, timeout: 30) == "Hidden for 30 s, worker may run 30 s: at least 3 min is advised.")
        #expect(detail(visibility: -.infinity, timeout: 1e300) != nil)
        #expect(detail(visibility: .nan, timeout: .nan) == nil)
    }
}
