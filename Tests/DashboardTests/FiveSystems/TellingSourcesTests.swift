@testable import Dashboard
import Foundation
import JSON
import Simulator
import Telemetry
import Testing

/// What AWS does not know and Datadog and Sentry do: on the pages, in status.json, in the plan and in the ledger.
@Suite struct TellingSourcesTests {
    private static let worker = "CDK-Users-OrderCompleted-prod"
    private func site() async throws -> TrialSite { try await FiveSystems.firstRun.value.site }

    @Test func `initech's errors are known although CloudWatch's logs are denied and no function fails`() async throws {
        let site = try await site()
        let errors = try site.signal("initech", Self.worker, "log.errors")
        #expect((errors["value"]?.number ?? 0) > 0 && errors["absent"] == .null)
        #expect(try site.signal("initech", Self.worker, "log.bytes")["absent"]?.string == "denied")
        #expect(try site.signal("initech", Self.worker, "function.errors")["value"]?.number == 0)
        #expect(try site.signal("initech", Self.worker, "function.cold_starts")["value"]?.number != nil)
        let page = try site.text("initech/services/order-completed/index.html")
        for words in ["as Datadog counted them", "MissingUserId", "Denied by policy", "Declared in the configuration."] { #expect(page.contains(words), "\(words)") }
        #expect(try site.text("initech/checks/index.html").contains("failures that it keeps to itself"))
    }

    @Test func `initech's traces are Datadog's, with rates over all spans and examples with every span`() async throws {
        let site = try await site()
        for group in ["orders", "users"] {
            #expect((try site.signal("initech", group, "trace.count")["value"]?.number ?? 0) > 0)
            #expect(try site.text("initech/traces/\(group)/index.html").contains("Trace duration"))
        }
        #expect((try site.signal("initech", "orders", "trace.fault_rate")["value"]?.number ?? 0) > 0.05)
        // The worker answers success, so the failed work is one span of a trace that ended well.
        let traces = try site.files("initech").filter { $0.key.hasPrefix("traces/orders/") && $0.key.hasSuffix("/index.json") }.map { try JSONValue(parsing: $0.value) }
        let failed = try #require(traces.first { ($0["spans"]?.array ?? []).contains { $0["status"]?.string == "fault" } })
        let spans = failed["spans"]?.array ?? []
        #expect(spans.first { $0["parent_id"] == .null }?["status"]?.string == "ok")
        let message = try #require(spans.first { $0["kind"]?.string == "consumer" })
        #expect(message["annotations"]?["messaging.system"]?.string == "aws_sqs" && message["annotations"]?["messaging.message.id"] != nil
            && message["annotations"]?["messaging.destination.name"]?.string == "Users-OrderCompletedQueue-prod")
        #expect(spans.first { $0["parent_id"] == .null }?["annotations"]?["messaging.batch.message_count"]?.string == "2")
        // Each message's link was written twice and is there once; the sender's trace stands beside it.
        #expect(failed["links"]?.array.count == 2 && Set((failed["links"]?.array ?? []).compactMap { $0["trace_id"]?.string }).count == 2)
        let page = try site.text("initech/traces/orders/\(try #require(failed["trace_id"]?.string))/index.html")
        // Few traces are kept: a link is drawn, or its trace is named as not kept.
        #expect(page.contains("goes on with a message of the following one") || page.contains("Not kept, so not drawn"))
        let texts = site.files("initech").values.map { String(decoding: $0, as: UTF8.self) }
        #expect(texts.allSatisfy { !$0.contains("@example.com\"") && !$0.contains("customer1") })
    }

    @Test func `acme's page compares Sentry's events with the errors of the functions`() async throws {
        let site = try await site(), function = "sqs-webhook-buffer-prod-subscribe-to-sqs"
        #expect(try site.signal("acme", function, "function.exceptions.unhandled")["value"]?.number != nil)
        let page = try site.text("acme/services/orders-webhook/index.html")
        let sentence = try #require(page.firstRange(of: "Sentry counts ").map { page[$0.lowerBound...].prefix { $0 != "<" } })
        let numbers = sentence.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        #expect(sentence.contains(" unhandled events") && sentence.contains(" errors: ") && sentence.contains("never reached it"), "\(sentence)")
        // Unhandled, handled, errors, and what is missing of them.
        #expect(numbers.count == 4 && numbers[2] - numbers[0] == numbers[3] && numbers[3] > 0 && numbers[2] > 50, "\(sentence)")
        #expect(page.contains("Sentry WEBHOOK-7, unhandled: AxiosError: Request failed with status code"))
        #expect(try site.text("acme/checks/index.html").contains("failed runs that Sentry does not know of"))
    }

    @Test func `their calls are in the ledger and on the page of sources`() async throws {
        let site = try await site()
        for (tenant, words) in [("initech", ["Datadog logs", "Datadog metrics", "Datadog spans"]), ("acme", ["Sentry events"])] {
            let page = try site.text("\(tenant)/checks/index.html")
            for word in words { #expect(page.contains(word), "\(word)") }
        }
        let actions = site.network.actions
        #expect(actions["111111111111 datadog:AggregateLogs"] == 4 && actions["111111111111 datadog:QueryMetrics"] == 3 && actions["222222222222 sentry:EventsStats"] == 2)
    }

    @Test func `the plan counts their calls, and no policy is asked for`() async throws {
        let site = try FiveSystems.site(only: ["acme", "initech"])
        let plan = try await SitePlan(directory: site.directory, world: site.world(), tenants: [])
        let month = 30 * 86_400 / 300
        let datadog = try #require(plan.entries.first { $0.plan.source == "datadog" }), sentry = try #require(plan.entries.first { $0.plan.source == "sentry" })
        #expect(datadog.plan.lines.map { "\($0.operation) \($0.calls)" } == ["datadog:AggregateLogs \(4 * month)", "datadog:AggregateSpans \(4 * month)", "datadog:QueryMetrics \(3 * month)", "datadog:SearchSpans \(4 * month)"])
        #expect(sentry.plan.lines.map { "\($0.operation) \($0.calls)" } == ["sentry:EventsStats \(2 * month)", "sentry:ListIssues \(month)"])
        #expect(datadog.policy == nil && datadog.plan.dollars == 0 && plan.text.contains("initech / datadog in 127.0.0.1:4570"))
        #expect(plan.policies.members.map(\.key) == ["acme/prod", "initech/prod"])
    }

    @Test(arguments: [(Fault.deny, "denied", "Forbidden"), (.throttle, "source_error", "asks to be left alone for 1200 s"), (.garbage, "source_error", "no JSON"), (.serverError, "source_error", "status 500"),
                      (.truncated, "source_error", "broke off")])
    func `what Datadog refuses is said where its numbers would be, and AWS's are untouched`(_ fault: Fault, _ reason: String, _ words: String) async throws {
        let site = try FiveSystems.site(only: ["initech"], backfill: "1h", faults: FaultPlan([.init(action: "datadog:*", fault)]))
        let outcome = try await site.run()
        #expect(outcome.exit == .partial)
        #expect(outcome.problems.contains { $0.message.contains(words) && $0.message.hasPrefix("Datadog: ") }, "\(outcome.problems.map(\.message))")
        #expect(outcome.problems.allSatisfy { !$0.message.contains("simulator-datadog") })
        #expect(try site.signal("initech", Self.worker, "log.errors")["absent"]?.string == reason)
        #expect(try site.signal("initech", "orders", "trace.count")["absent"]?.string == reason)
        #expect((try site.signal("initech", Self.worker, "function.invocations")["value"]?.number ?? 0) > 0)
        #expect(try site.json("initech/status.json")["data_as_of"]?.string == "2026-11-20T10:05:00Z")
    }

    @Test func `single elements of a wrong type cost themselves alone`() async throws {
        let site = try FiveSystems.site(only: ["acme", "initech"], backfill: "1h", faults: FaultPlan([.init(action: "datadog:*", .wrongTypes), .init(action: "sentry:*", .wrongTypes)]))
        let outcome = try await site.run()
        #expect(outcome.exit == .partial && outcome.problems.allSatisfy { $0.message.contains("kept") }, "\(outcome.problems.map(\.message))")
        let events = try site.signal("initech", Self.worker, "log.events")
        #expect((events["value"]?.number ?? 0) > 0 && events["quality"]?.string == "partial")
        // Where nothing is left there is no zero.
        #expect(try site.signal("initech", "users", "trace.count")["absent"]?.string == "source_error")
        #expect(try site.signal("acme", "sqs-webhook-buffer-prod-subscribe-to-sqs", "function.exceptions.unhandled")["absent"]?.string == "source_error")
    }

    @Test func `AWS gone is stale, whatever Datadog says`() async throws {
        let site = try FiveSystems.site(only: ["initech"], backfill: "1h")
        try await site.run()
        let later = try site.again(faults: FaultPlan([.init(account: "111111111111", action: "cloudwatch:*", .deny), .init(account: "111111111111", action: "sqs:*", .deny), .init(account: "111111111111", action: "sts:*", .deny)]), now: site.clock.now + 3_600)
        try await later.run()
        #expect(try later.json("initech/status.json")["data_as_of"]?.string == "2026-11-20T10:05:00Z")
        let status = try later.json("initech/status.json")
        // A service without an alert says nothing but that.
        #expect((status["services"]?.array ?? []).first { $0["id"] == "user-api" }?["status"]?.string == "stale")
    }

    @Test func `a second run asks for the overlap alone and changes nothing that is final`() async throws {
        let site = try FiveSystems.site(only: ["acme", "initech"], backfill: "1h")
        try await site.run()
        let again = try await site.run()
        #expect(again.exit == .done && again.tenants.allSatisfy { $0.newPoints == 0 })
        #expect(try site.damage(of: "initech") == [] && site.damage(of: "acme") == [])
    }
}

/// What may be wrong in the keys of these sources, each with its place.
@Suite struct TellingSourceConfigurationTests {
    private func mistakes(_ source: String, groups: String = "") throws -> [String] {
        let tenant = """
            id: acme
            sources:
              prod:
                aws: {region: eu-central-1}
              other:
            \(source.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n"))
            services:
              - id: users
                resources: [{kind: function, name: users-login}]
            \(groups)
            """
        do {
            let loaded = try ConfigurationTests.load(["/site/tidewatch.yaml": "title: T", "/site/tenants/acme.yaml": tenant])
            return loaded.brokenTenants.flatMap(\.diagnostics).map(\.description)
        } catch let error as ConfigurationError {
            return error.diagnostics.map(\.description)
        }
    }

    @Test(arguments: [
        ("datadog: {api_key: k, app_key: k}", "asks for nothing: give it logs, metrics or spans"),
        ("datadog: {app_key: k, logs: [{function: users-login, query: \"*\"}]}", "the key 'api_key' is missing"),
        ("datadog: {api_key: \"${NO_SUCH_KEY}\", app_key: k, logs: [{function: users-login, query: \"*\"}]}", "the environment variable NO_SUCH_KEY is not set"),
        ("datadog: {site: \"https://datadoghq.eu\", api_key: k, app_key: k, logs: [{function: users-login, query: \"*\"}]}", "expected a host such as datadoghq.eu"),
        ("datadog: {api_key: k, app_key: k, logs: [{function: users-logon, query: \"*\"}]}", "no function of this tenant is called 'users-logon'. Did you mean 'users-login'?"),
        ("datadog: {api_key: k, app_key: k, spans: [{trace_group: users, query: \"*\"}]}", "no service has the trace group 'users'"),
        ("datadog: {api_key: k, app_key: k, metrics: [{series: 'function(\"users-login\").cold_start', query: 'sum:x{*}.rollup(sum, $period)'}]}", "function has no signal 'cold_start'. Did you mean 'cold_starts'?"),
        ("datadog: {api_key: k, app_key: k, metrics: [{series: 'function(\"users-login\").cold_starts', query: 'sum:x{*}'}]}", "needs .rollup(sum, $period)"),
        ("datadog: {api_key: k, app_key: k, budget: {calls_per_run: 0}, logs: [{function: users-login, query: \"*\"}]}", "expected a whole number from 1 to 10000"),
        ("sentry: {organization: acme-retail, auth_token: t, projects: [{slug: \"a b\", function: users-login}]}", "expected a slug of a-z"),
        ("sentry: {organization: acme-retail, auth_token: t, projects: [{slug: a, function: users-login}, {slug: b, function: users-login}]}", "two projects are given for the function 'users-login'"),
        ("sentry: {organization: acme-retail, projects: [{slug: a, function: users-login}]}", "the key 'auth_token' is missing"),
        ("sentry: {organisation: acme-retail, auth_token: t, projects: []}", "unknown key 'organisation'. Did you mean 'organization'?"),
    ]) func `a mistake has its place and a way out`(_ source: String, _ message: String) throws {
        let found = try mistakes(source)
        #expect(found.contains { $0.contains(message) && $0.hasPrefix("tenants/acme.yaml:") }, "\(found)")
    }

    @Test func `a trace group that another source brings must say so`() throws {
        let source = "datadog: {api_key: k, app_key: k, spans: [{trace_group: login, query: \"*\"}]}"
        #expect(try mistakes(source, groups: "    trace_groups: [{id: login, source: other}]") == [])
        #expect(try mistakes(source, groups: "    trace_groups: [{id: login, filter: ''}]").contains { $0.contains("does not name this source. Give it source: other.") })
        #expect(try mistakes(source, groups: "    trace_groups: [{id: login, source: othr}]").contains { $0.contains("no source is called 'othr'. Did you mean 'other'?") })
    }
}
