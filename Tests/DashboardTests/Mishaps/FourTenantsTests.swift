@testable import Dashboard
import Foundation
import JSON
import Simulator
import Telemetry
import Testing

/// Four tenants that show nothing, for four different reasons: whoever looks sees which.
@Suite struct FourTenantsTests {
    static let accounts = [900_000_000_011, 900_000_000_012, 900_000_000_013, 900_000_000_014]

    /// A tenant that may read nothing, one that sleeps, one without resources, one whose server fails.
    static func site() throws -> TrialSite {
        func head(_ id: String, _ account: String, _ externalID: String) -> String {
            "id: \(id)\ntitle: \(id.prefix(1).uppercased() + id.dropFirst())\nsources:\n  prod:\n    aws: {region: eu-central-1, role_arn: \"arn:aws:iam::\(account):role/tidewatch-read\", external_id: \(externalID), backfill: 1h}\nservices:\n"
        }
        func generic(_ id: String, _ account: Int) -> String {
            head(id, String(account), "tenant-\(account)-external-id") + "  - id: orders\n    title: Orders\n    resources: [{kind: queue, name: svc-01-queue}, {kind: function, name: svc-01-worker}]\n"
        }
        return try TrialSite([
            "tidewatch.yaml": TrialSite.plain,
            "tenants/denied.yaml": generic("denied", accounts[0]),
            // The control system's queues for failures: they exist, and nothing ever came.
            "tenants/idle.yaml": head("idle", "666666666666", "wayne-external-id")
                + "  - id: failures\n    title: Failures\n    resources: [{kind: queue, name: gadgets-prod-failures-dlq}, {kind: queue, name: gadgets-prod-orders-dlq.fifo}]\n",
            "tenants/empty.yaml": head("empty", String(accounts[2]), "tenant-\(accounts[2])-external-id") + "  - {id: nothing, title: Nothing, source: prod, discover: {name_prefix: no-such-}}\n",
            "tenants/broken.yaml": generic("broken", accounts[3]),
        ], faults: FaultPlan([.init(account: String(accounts[0]), .deny), .init(account: String(accounts[3]), .serverError)]))
    }

    @Test func `denied, idle, empty and broken are told apart in status and on the page`() async throws {
        let site = try Self.site(), outcome = try await site.run()
        #expect(outcome.exit == .partial && Set(outcome.problems.map(\.tenant)) == ["denied", "broken"], "\(outcome.problems)")
        func status(_ tenant: String) throws -> JSONValue { try site.json(tenant + "/status.json") }
        func absences(_ tenant: String) throws -> Set<String> {
            let resources = (try status(tenant)["services"]?.array ?? []).flatMap { $0["resources"]?.array ?? [] }
            return Set(resources.flatMap { $0["signals"]?.array ?? [] }.compactMap { $0["absent"]?.string })
        }
        #expect(try absences("denied") == ["denied"])
        #expect(try absences("broken") == ["source_error"])
        #expect(try absences("idle").isSuperset(of: ["asleep"]) && absences("idle").isDisjoint(with: ["denied", "source_error"]))
        #expect(try absences("empty") == [])
        // A sleeping queue was sent nothing: that is a zero, and its depth is none.
        let sent = try site.signal("idle", "gadgets-prod-failures-dlq", "queue.sent"), visible = try site.signal("idle", "gadgets-prod-failures-dlq", "queue.visible")
        #expect(sent["value"]?.number == 0 && sent["quality"]?.string == "zero_filled" && visible["value"] == .null && visible["absent"]?.string == "asleep")
        let states = try Dictionary(["denied", "idle", "empty", "broken"].map { ($0, try status($0)["status"]?.string ?? "") }, uniquingKeysWith: { $1 })
        #expect(states == ["denied": "denied", "idle": "asleep", "empty": "no_data", "broken": "no_data"], "\(states)")
        let sentences = try ["denied", "idle", "empty", "broken"].map { try status($0)["sentence"]?.string ?? "" }
        #expect(Set(sentences).count == 4, "\(sentences)")
        #expect(sentences[0].lowercased().contains("denied") && sentences[3].lowercased().contains("unreachable"), "\(sentences)")
        // All four stand side by side for the operator.
        let fleet = try site.text("fleet/index.html")
        for sentence in [sentences[0], sentences[2], sentences[3], "Asleep"] { #expect(fleet.contains(sentence), "\(sentence)") }
        for (tenant, word) in [("denied", "denied"), ("idle", "sleep"), ("broken", "unreachable")] {
            #expect(try site.text(tenant + "/index.html").lowercased().contains(word), "\(tenant)")
        }
    }
}
