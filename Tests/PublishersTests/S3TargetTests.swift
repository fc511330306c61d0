import AWS
import Curl
import Foundation
import JSON
@testable import Publishers
import Simulator
import Synchronization
import Telemetry
import Testing

@Suite struct S3TargetTests {
    let site: RenderedSite

    init() throws {
        site = try RenderedSite()
        try site.render("acme", RenderedSite.release(1))
    }

    @Test func `everything goes out once, and a second time nothing is written`() async throws {
        let bucket = SimulatedBucket()
        let first = await bucket.target().publish(site.edition("acme"))
        #expect(first.failures == [])
        // The files, build.json, the manifest and the lease.
        #expect(bucket.puts.count == 9)
        #expect(bucket.objects["acme/index.html"] == "overview 1")
        #expect(bucket.objects[".tidewatch-publishing.json"] == nil)
        bucket.forget()
        let second = await bucket.target().publish(site.edition("acme"))
        #expect(second.failures == [] && second.written == 0)
        #expect(bucket.requests.map(\.method) == ["GET", "GET"])
    }

    @Test func `only what changed is sent: assets first, deeper pages before those that link to them, the manifest last`() async throws {
        let bucket = SimulatedBucket()
        _ = await bucket.target().publish(site.edition("acme"))
        try site.render("acme", RenderedSite.release(2))
        bucket.forget()
        _ = await bucket.target().publish(site.edition("acme"))
        #expect(bucket.puts == [".tidewatch-publishing.json", "acme/assets/page.222222222222.js", "acme/services/orders/index.html", "acme/services/index.html",
                                "acme/status.json", "acme/index.html", "acme/build.json", "acme/manifest.json"])
    }

    @Test func `each object has its type and how long it may be kept`() async throws {
        let bucket = SimulatedBucket()
        _ = await bucket.target(settings: .init(bucket: "ops-example", prefix: "ops/")).publish(site.edition("acme"))
        #expect(bucket.world.objects["ops-example/ops/acme/index.html"]?.headers == ["Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache"])
        #expect(bucket.world.objects["ops-example/ops/acme/assets/tidewatch.0123456789ab.css"]?.headers
            == ["Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=31536000, immutable"])
    }

    @Test func `what no page needs any longer is deleted a day later`() async throws {
        let bucket = SimulatedBucket(), old = "acme/assets/page.111111111111.js"
        _ = await bucket.target().publish(site.edition("acme"))
        try site.render("acme", RenderedSite.release(2))
        _ = await bucket.target().publish(site.edition("acme"))
        bucket.pass(86_399)
        _ = await bucket.target().publish(site.edition("acme"))
        #expect(bucket.objects[old] == "n=1")
        bucket.pass(1)
        _ = await bucket.target().publish(site.edition("acme"))
        #expect(bucket.objects[old] == nil)
        bucket.forget()
        _ = await bucket.target().publish(site.edition("acme"))
        #expect(bucket.requests.allSatisfy { $0.method == "GET" })
    }

    @Test func `a second publisher that comes in between never mixes its pages with those of the first`() async throws {
        let other = try RenderedSite()
        try other.render("acme", RenderedSite.release(7))
        let gate = AsyncStream<Void>.makeStream()
        let bucket = SimulatedBucket(onRequest: { if $0.method == "PUT", $0.path == "acme/services/index.html" { gate.continuation.finish() } })
        let second = SimulatedBucket(objects: bucket.world.objects)
        let target = bucket.target(), edition = site.edition("acme")
        let first = Task {
            let report = await target.publish(edition)
            gate.continuation.finish()
            return report
        }
        for await _ in gate.stream {}
        let report = await second.target(publisher: "another-site").publish(other.edition("acme"))
        #expect(await first.value.failures == [])
        let pages = ["acme/index.html", "acme/services/index.html", "acme/services/orders/index.html"].map { bucket.objects[$0]?.last }
        #expect(Set(pages).count == 1)
        // It may have come after the end of the first; else it wrote nothing.
        if let failure = report.failures.first {
            #expect(failure.message.contains("another publisher is writing to s3://ops-example/ (until 2026-11-20T10:12:00Z at the latest)"))
            #expect(second.puts.isEmpty)
        }
    }

    @Test func `the lease of a publisher that died is respected until it ends, and taken over at once by its own site`() async throws {
        let dying = SimulatedBucket(dies: { $0.path == "acme/services/index.html" })
        _ = await dying.target(publisher: "dead-site").publish(site.edition("acme"))
        let lease = try #require(dying.objects[Lease.name])
        #expect(!lease.contains("acme"))
        let stranger = SimulatedBucket(objects: dying.world.objects)
        #expect(await stranger.target(publisher: "another-site").publish(site.edition("acme")).failures.count == 1)
        #expect(stranger.puts.isEmpty)
        let own = SimulatedBucket(objects: dying.world.objects)
        #expect(await own.target(publisher: "dead-site").publish(site.edition("acme")).failures == [])
        #expect(own.objects["acme/index.html"] == "overview 1" && own.objects[Lease.name] == nil)
    }

    @Test func `a lease that has run out may be taken over by anybody`() async throws {
        let dying = SimulatedBucket(dies: { $0.path == "acme/services/index.html" })
        _ = await dying.target(publisher: "dead-site").publish(site.edition("acme"))
        let stranger = SimulatedBucket(objects: dying.world.objects)
        stranger.pass(720)
        #expect(await stranger.target(publisher: "another-site").publish(site.edition("acme")).failures == [])
        #expect(stranger.objects["acme/index.html"] == "overview 1" && stranger.objects[Lease.name] == nil)
    }

    @Test func `what a dead publisher may have written is written again, also where the manifest seems to know better`() async throws {
        let bucket = SimulatedBucket()
        _ = await bucket.target().publish(site.edition("acme"))
        // Release 2 gets half way; then release 1 comes back, whose digests the manifest still has.
        try site.render("acme", RenderedSite.release(2))
        let dying = SimulatedBucket(objects: bucket.world.objects, dies: { $0.method == "PUT" && $0.path == "acme/index.html" })
        #expect(await dying.target().publish(site.edition("acme")).failures.count == 2)
        #expect(bucket.objects["acme/services/index.html"] == "services 2" && bucket.objects["acme/index.html"] == "overview 1")
        try site.render("acme", RenderedSite.release(1))
        #expect(await bucket.target().publish(site.edition("acme")).failures == [])
        for (path, text) in RenderedSite.release(1) { #expect(bucket.objects["acme/" + path] == text) }
    }

    @Test func `a manifest that changed in between is not written over`() async throws {
        let bucket = SimulatedBucket(), objects = bucket.world.objects
        _ = await bucket.target().publish(site.edition("acme"))
        try site.render("acme", RenderedSite.release(2))
        // A program that knows nothing of leases.
        let meddled = SimulatedBucket(objects: objects, onRequest: {
            if $0.method == "PUT", $0.path == "acme/index.html" { try? objects.put(.init(body: Array("{}".utf8), etag: "\"other\""), at: "ops-example/acme/manifest.json", if: { _ in }) }
        })
        let report = await meddled.target().publish(site.edition("acme"))
        #expect(report.failures.map(\.tree) == ["acme"])
        #expect(report.failures.first?.message.contains("another publisher is writing") == true)
        #expect(bucket.objects["acme/manifest.json"] == "{}")
        #expect(await bucket.target().publish(site.edition("acme")).failures == [])
        #expect(bucket.objects["acme/index.html"] == "overview 2")
    }

    @Test(arguments: [
        ([FaultPlan.Rule(action: "s3:PutObject", .deny)], "s3 PutObject in eu-central-1 (publishing)"),
        ([FaultPlan.Rule(action: "s3:PutObject", .serverError)], "s3 PutObject in eu-central-1 (publishing)"),
        ([FaultPlan.Rule(action: "s3:GetObject", .deny)], "Allow this action"),
        ([FaultPlan.Rule(action: "s3:GetObject", .truncated)], "the body broke off"),
        ([FaultPlan.Rule(action: "s3:PutObject", .throttle)], "limits the rate"),
        ([FaultPlan.Rule(action: "s3:PutObject", .expiredToken)], "Renew the credentials"),
    ]) func `a refusal leaves the old site as it was`(_ faults: [FaultPlan.Rule], _ words: String) async throws {
        let bucket = SimulatedBucket()
        _ = await bucket.target().publish(site.edition("acme"))
        let before = bucket.objects
        try site.render("acme", RenderedSite.release(2))
        let faulty = SimulatedBucket(objects: bucket.world.objects, faults: faults)
        let report = await faulty.target().publish(site.edition("acme"))
        #expect(report.failures.count == 1 && report.failures.first?.message.contains(words) == true, "\(report.failures)")
        #expect(faulty.objects == before)
    }

    @Test func `a failure that passes is outlived`() async throws {
        let bucket = SimulatedBucket(faults: [.init(action: "s3:PutObject", times: 2, .serverError), .init(action: "s3:GetObject", times: 1, .truncated)])
        #expect(await bucket.target().publish(site.edition("acme")).failures == [])
        #expect(bucket.objects["acme/index.html"] == "overview 1")
    }

    @Test(arguments: [Lease.name, "acme/manifest.json"]) func `a write whose answer was lost is no conflict with itself`(_ path: String) async throws {
        let lost = Mutex(0)
        let bucket = SimulatedBucket(losesAnswer: { request in
            guard request.method == "PUT", request.path == path else { return false }
            return lost.withLock { count in
                count += 1
                return count == 1
            }
        })
        #expect(await bucket.target().publish(site.edition("acme")).failures == [])
        #expect(bucket.puts.filter { $0 == path }.count == 2)
        #expect(bucket.objects["acme/index.html"] == "overview 1")
    }

    @Test func `slow answers end with the time that publishing has`() async throws {
        // Requests under way at once each move the clock: far less than a signature lasts.
        let bucket = SimulatedBucket(faults: [.init(action: "s3:PutObject", .slow(seconds: 15))])
        let report = await bucket.target(settings: .init(bucket: "ops-example", limit: 10)).publish(site.edition("acme"))
        #expect(report.failures.first?.message.contains("Give the run more time") == true, "\(report.failures)")
        #expect(bucket.objects["acme/manifest.json"] == nil)
    }

    @Test func `one tree that cannot be read keeps no other back`() async throws {
        try site.render("globex", RenderedSite.release(1))
        try Data("not what was rendered".utf8).write(to: URL(fileURLWithPath: site.directory + "/acme/index.html"))
        let bucket = SimulatedBucket()
        let report = await bucket.target().publish(site.edition("acme", "globex"))
        #expect(report.failures.map(\.tree) == ["acme"])
        #expect(report.failures.first?.message.contains("it is not what build.json says") == true)
        #expect(bucket.objects["globex/index.html"] == "overview 1" && bucket.objects["acme/index.html"] == nil)
    }

    @Test func `the tree of a tenant that is no more is taken down, and nothing else`() async throws {
        try site.render("globex", RenderedSite.release(1))
        let bucket = SimulatedBucket()
        _ = await bucket.target().publish(site.edition("acme", "globex"))
        let report = await bucket.target().publish(site.edition("acme", gone: ["globex"]))
        #expect(report.removed == ["globex"])
        #expect(bucket.objects.keys.allSatisfy { $0.hasPrefix("acme/") } && bucket.objects.count == 8)
    }

    @Test func `a bucket that is not there is named`() async throws {
        let report = await SimulatedBucket().target(settings: .init(bucket: "missing-bucket")).publish(site.edition("acme"))
        #expect(report.failures.first?.message.contains("The specified bucket does not exist (NoSuchBucket") == true, "\(report.failures)")
    }

    @Test func `compressed neighbours stay at home`() async throws {
        try site.render("acme", ["index.html": String(repeating: "overview ", count: 400)], compressing: Encoding.allCases)
        let bucket = SimulatedBucket()
        _ = await bucket.target().publish(site.edition("acme"))
        #expect(bucket.objects.keys.sorted() == ["acme/build.json", "acme/index.html", "acme/manifest.json"])
    }
}
