@testable import Dashboard
import Foundation
import Storage
import Telemetry
import Testing

/// The map of each reference system beside the edge list of its description, row by row. What the description names and the account does not hold
/// (the domain in front of acme's API, CloudFront and the deployment's own function of hooli) has no part on it.
@Suite struct `The maps of the five systems` {
    private static let oauth = ["Metadata", "AuthorizeGet", "AuthorizePost", "Callback", "Token", "Introspect", "Revoke", "RegisterClient", "ClientGet", "ClientUpdate", "ClientDelete"]
        .map { "OAuth\($0)" }

    private static func fan(_ from: [String], _ to: [String]) -> [String] { from.flatMap { from in to.map { "\(from) > \($0)" } } }

    private static let systems: [(String, [String], telemetry: String?)] = {
        let users = ["CDK-Users-RegisterUser-prod", "CDK-Users-Login-prod", "CDK-Users-GetUserDetails-prod"]
        let initech = fan(["clients"], ["Users-HttpApi-prod"]) + fan(["Users-HttpApi-prod"], users + oauth) + fan(users + oauth, ["Users-Users-prod"])
            + fan(Array(users.dropFirst()) + oauth, ["JWT secret in SSM"])
            + ["CDK-Users-RegisterUser-prod > shared-bus-prod", "shared-bus-prod > Users-bus-prod", "Users-bus-prod > Users-OrderCompletedQueue-prod",
               "Users-OrderCompletedQueue-prod > CDK-Users-OrderCompleted-prod", "Users-OrderCompletedQueue-prod > dead letters", "CDK-Users-OrderCompleted-prod > Users-Users-prod"]
        let acme = ["webhook sender > orders-endpoint", "orders-endpoint > publish-to-sqs", "publish-to-sqs > PublishQueue.fifo", "PublishQueue.fifo > subscribe-to-sqs",
                    "subscribe-to-sqs > Messages", "subscribe-to-sqs > shop.acme.example"]
        let globex = ["clients > xrayTracerAPI", "xrayTracerAPI > fan-out topic"] + fan(["fan-out topic"], ["dynamo", "http", "sns_publish", "sqs"])
            + ["dynamo > Hits", "http > jsonplaceholder.typicode.com", "sns_publish > second topic", "second topic > sns_subscribe", "sqs > Queue", "Queue > sqs_subscribe"]
        let languages = ["xraystarter-ts", "xraystarter-py", "xraystarter-go"]
        let umbrella = ["uploader > incoming", "incoming > s3eventTopic"] + fan(["s3eventTopic"], languages) + fan(languages, ["items"])
        let routes = ["UserCreate", "UserRead", "UserUpdate", "UserDelete"]
        let hooli = ["clients > gofaas"] + fan(["gofaas"], ["Dashboard", "WorkCreate"] + routes) + fan(routes, ["UsersTable"]) + fan(["UserCreate", "UserUpdate", "UserRead"], ["KMS"])
            + ["WorkCreate > Worker", "Worker > bucket", "rate(1 day) > WorkerPeriodic", "WorkerPeriodic > bucket"]
            + fan(["Dashboard", "WorkCreate", "Worker", "WorkerPeriodic"] + routes, ["NotificationTopic"]) + fan(["NotificationTopic"], ["e-mail", "SMS"])
        return [("initech", initech, "Datadog"), ("acme", acme, "Datadog and Sentry"), ("globex", globex, nil), ("umbrella", umbrella, nil), ("hooli", hooli, nil)]
    }()

    @Test(arguments: systems) func `the map has the hops of the description and no other`(_ tenant: String, _ expected: [String], _ telemetry: String?) async throws {
        let site = try await FiveSystems.firstRun.value.site
        let hops = try site.text("\(tenant)/map/hops.csv").split(separator: "\r\n").dropFirst().map { row in
            row.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false).prefix(2).map(String.init).joined(separator: " > ")
        }
        let missing = Set(expected).subtracting(hops), foreign = Set(hops).subtracting(expected)
        #expect(missing.isEmpty && foreign.isEmpty, "\(tenant): missing \(missing.sorted()), foreign \(foreign.sorted())")
        #expect(hops.count == Set(hops).count)
        let page = try site.text("\(tenant)/map/index.html")
        if let telemetry { #expect(page.contains("send telemetry to \(telemetry)")) } else { #expect(!page.contains("telemetry")) }
        #expect(page.contains("aria-label=\"Service map.") && page.contains("Service map as a list"))
    }

    private struct Line {
        var x1: Int, y1: Int, x2: Int, y2: Int

        func side(_ x: Int, _ y: Int) -> Int { ((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)).signum() }
        func parts(_ other: Line) -> Bool { side(other.x1, other.y1) * side(other.x2, other.y2) < 0 }
        func crosses(_ other: Line) -> Bool {
            let isShared = x1 == other.x1 && y1 == other.y1 || x2 == other.x2 && y2 == other.y2
            return !isShared && parts(other) && other.parts(self)
        }
    }

    /// Counted on the picture: lines of the page, taken as straight, that cross without a common end. Fourteen functions of initech share two
    /// targets, and eight of hooli three, so some must.
    @Test(arguments: [("acme", 0), ("globex", 0), ("umbrella", 0), ("hooli", 10), ("initech", 44)])
    func `few lines cross`(_ tenant: String, _ most: Int) async throws {
        let page = try await FiveSystems.firstRun.value.site.text("\(tenant)/map/index.html")
        var lines: [Line] = []
        for match in page.matches(of: /d="M(\d+) (\d+)C\d+ \d+ \d+ \d+ (\d+) (\d+)"/) {
            let line = Line(x1: Int(match.1) ?? 0, y1: Int(match.2) ?? 0, x2: Int(match.3) ?? 0, y2: Int(match.4) ?? 0)
            if line.x1 < line.x2 { lines.append(line) }
        }
        #expect(lines.count >= 6)
        var crossings = 0
        for (place, one) in lines.enumerated() { for other in lines[..<place] where one.crosses(other) { crossings += 1 } }
        #expect(crossings <= most, "\(crossings)")
    }

    @Test func `traces show the calls, and the hop that fails is the page's sentence`() async throws {
        let site = try await FiveSystems.firstRun.value.site
        let page = try site.text("globex/map/index.html")
        #expect(page.contains("fail") && page.contains("http to jsonplaceholder.typicode.com"))
        let rows = try site.text("globex/map/hops.csv").split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let http = try #require(rows.first { $0.first == "http" && $0[1].hasPrefix("jsonplaceholder") })
        // Of all sampled calls, not of examples that were kept for failing.
        let share = try #require(Double(http[7]))
        #expect(http[3] == "yes" && (0.25...0.55).contains(share))
        #expect(rows.first { $0.first == "fan-out topic" && $0[1] == "dynamo" }?[3] == "no")
    }

    @Test func `a function that comes moves nothing and is listed`() async throws {
        let site = try FiveSystems.site(only: ["umbrella"], backfill: "10m"), file = site.directory + "/tenants/umbrella.yaml"
        let all = try String(contentsOfFile: file, encoding: .utf8)
        try site.write(all.replacing("      - {kind: function, name: xraystarter-go, feeds: items}\n", with: "").replacing(", xraystarter-go]", with: "]"), to: "tenants/umbrella.yaml")
        try await site.run()
        let before = try TenantStore(path: site.statePath("umbrella")).mapPlaces()
        #expect(before.count == 6)
        try site.write(all, to: "tenants/umbrella.yaml")
        site.clock.advance(.seconds(300))
        try await site.run()
        let after = try TenantStore(path: site.statePath("umbrella")).mapPlaces()
        #expect(after.count == 7 && before.allSatisfy { after[$0.key] == $0.value })
        let page = try site.text("umbrella/map/index.html")
        #expect(page.contains("s3eventTopic to xraystarter-go") && page.contains(">new<"))
    }
}
