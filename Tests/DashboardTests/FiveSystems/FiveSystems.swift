@testable import Dashboard
import Foundation
import JSON
import Simulator
import Telemetry

/// `Examples/five-systems` over the simulated AWS: the very files of the demo, with less history, because a debug build takes its time.
enum FiveSystems {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/five-systems").path
    static let tenants = ["acme", "globex", "hooli", "initech", "umbrella"]
    static let variables = ["DEMO_AWS_PORT": "4570", "DEMO_SMTP_PORT": "2525", "DEMO_HOOK_PORT": "8025", "DEMO_DD_API_KEY": "simulator-datadog-api-key",
                            "DEMO_DD_APP_KEY": "simulator-datadog-application-key", "DEMO_SENTRY_TOKEN": "simulator-sentry-token",
                            "DEMO_HOOK_SECRET": "whsec_dGlkZXdhdGNoLWRlbW8tc2VjcmV0LTAxMjM0NTY3ODk="]

    static func site(only: [String] = tenants, backfill: String = "3h", faults: FaultPlan = FaultPlan(), now: Timestamp = TrialSite.firstRun) throws -> TrialSite {
        var files = ["tidewatch.yaml": try String(contentsOfFile: folder + "/tidewatch.yaml", encoding: .utf8)]
        for tenant in only {
            let text = try String(contentsOfFile: folder + "/tenants/\(tenant).yaml", encoding: .utf8)
            // hooli asks for two days by itself: a missed daily run shows only in more than one.
            files["tenants/\(tenant).yaml"] = text.contains("backfill:") ? text : ["aws", "datadog", "sentry"].reduce(text) { $0.replacing("    \($1):\n", with: "    \($1):\n      backfill: \(backfill)\n") }
        }
        return try TrialSite(files, variables: variables, faults: faults, now: now)
    }

    /// What several tests look at: the first run and all that it sent.
    struct FirstRun: Sendable {
        var site: TrialSite
        var outcome: RunOutcome
        var hooks: [TrialNetwork.Hook]
        var mails: [String]
    }

    static let firstRun = Task {
        let site = try FiveSystems.site()
        let outcome = try await site.run()
        return FirstRun(site: site, outcome: outcome, hooks: site.network.hooks, mails: site.mailbox.mails.map { String(decoding: $0.message, as: UTF8.self) })
    }
}

extension JSONValue {
    /// The first element of a list that has these members.
    func first(_ members: KeyValuePairs<String, String>) -> JSONValue? { array.first { item in members.allSatisfy { item[$0.key]?.string == $0.value } } }
}
