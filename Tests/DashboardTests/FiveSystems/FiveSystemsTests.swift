@testable import Dashboard
import Foundation
import JSON
import Simulator
import Telemetry
import Testing

/// One run over the five reference systems, end to end: what is wrong in each is what its pages, its alerts and its messages say.
@Suite struct FiveSystemsTests {
    private func status(_ tenant: String) async throws -> JSONValue { try await FiveSystems.firstRun.value.site.json(tenant + "/status.json") }
    private func page(_ path: String) async throws -> String { try await FiveSystems.firstRun.value.site.text(path) }
    private func signal(_ tenant: String, _ resource: String, _ signal: String) async throws -> JSONValue {
        try await FiveSystems.firstRun.value.site.signal(tenant, resource, signal)
    }

    @Test func `the run ends well and every tenant is up to date`() async throws {
        let run = try await FiveSystems.firstRun.value
        #expect(run.outcome.exit == .done && run.outcome.problems.isEmpty, "\(run.outcome.problems)")
        #expect(run.outcome.tenants.map(\.id) == FiveSystems.tenants)
        for tenant in FiveSystems.tenants {
            let status = try await status(tenant), build = try run.site.json(tenant + "/build.json")
            #expect(status["data_as_of"]?.string == "2026-11-20T10:05:00Z" && status["generated_at"]?.string == "2026-11-20T10:08:20Z")
            #expect(build["exit"]?.integer == 0 && build["problems"]?.array.isEmpty == true)
            #expect(try run.site.json(tenant + "/alerts.json")["alerts"] == status["alerts"])
            #expect(try run.site.damage(of: tenant) == [])
        }
        let fleet = try run.site.json("fleet/status.json")
        #expect(Set((fleet["tenants"]?.array ?? []).compactMap { ($0["tenant"] ?? $0["id"])?.string }) == Set(FiveSystems.tenants))
    }

    @Test func `acme's queue is blocked, with its age and the day on which messages are lost`() async throws {
        let status = try await status("acme"), queue = "sqs-webhook-buffer-prod-PublishQueue.fifo"
        #expect(status["status"]?.string == "critical")
        #expect(status["sentence"]?.string?.contains("blocked") == true)
        let alert = try #require(status["alerts"]?.first(["rule": "fifo-blocked", "resource": queue]))
        #expect(alert["severity"]?.string == "critical" && alert["state"]?.string == "firing" && alert["runbook"]?.string == "runbooks/fifo-group-blocked/")
        let age = try #require(try await signal("acme", queue, "queue.oldest_age")["value"]?.number)
        #expect(abs(age - 2_820) <= 300)
        #expect(try await signal("acme", queue, "queue.deleted")["value"]?.number == 0)
        let service = try await page("acme/services/orders-webhook/index.html")
        // Four days of retention, less the age, from the end of the data: 10:18 in Berlin.
        #expect(service.contains("silent deletion begins Tue 24\u{A0}Nov 10:18") || service.contains("silent deletion begins Tue 24 Nov 10:18"))
        #expect(try await page("acme/runbooks/fifo-group-blocked/index.html").contains(queue))
    }

    @Test(arguments: FiveSystems.tenants) func `the runbook that an alert leads to speaks of the very resource, and its commands of no other`(tenant: String) async throws {
        let alerts = (try await status(tenant)["alerts"]?.array ?? []).filter { $0["state"]?.string == "firing" && $0["suppressed_by"]?.isNull != false }
        #expect(!alerts.isEmpty)
        for (runbook, alerts) in Dictionary(grouping: alerts, by: { $0["runbook"]?.string ?? "" }) {
            let page = try await page("\(tenant)/\(runbook)index.html"), names = alerts.compactMap { $0["resource"]?.string }
            #expect(names.contains { page.contains($0) }, "\(runbook) of \(names)")
            if alerts.contains(where: { $0["rule"]?.string == "log-errors" }) { #expect(names.contains { page.contains("/aws/lambda/\($0)") }, "\(runbook) of \(names)") }
        }
    }

    @Test func `globex's HTTP flow fails four times in ten`() async throws {
        let site = try await FiveSystems.firstRun.value.site
        let rows = try site.text("globex/services/http-flow/data-6h.csv").split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        func sum(_ name: String) throws -> Double {
            let column = try #require(rows.first?.firstIndex(of: name))
            return rows.dropFirst().compactMap { Double($0[column]) }.reduce(0, +)
        }
        let share = try sum("function.errors http") / sum("function.invocations http")
        #expect((0.25...0.55).contains(share), "\(share)")
        #expect(try await status("globex")["services"]?.first(["id": "http-flow"])?["status"]?.string != "ok")
        #expect(try await page("globex/traces/http-flow/index.html").contains("of the sampled traces fail"))
        for other in ["sqs-flow", "dynamo-flow"] { #expect(try await status("globex")["services"]?.first(["id": other])?["status"]?.string == "ok", "\(other)") }
    }

    @Test func `initech's dead letters grow while no function fails, and its denied logs are no alarm`() async throws {
        let status = try await status("initech"), dead = "Users-OrderCompletedQueueTempDLQ-prod", worker = "CDK-Users-OrderCompleted-prod"
        let alert = try #require(status["alerts"]?.first(["rule": "dlq-nonempty", "resource": dead]))
        #expect(alert["severity"]?.string == "critical" && alert["state"]?.string == "firing")
        #expect(try #require(try await signal("initech", dead, "queue.visible")["value"]?.number) > 0)
        #expect(try await signal("initech", worker, "function.errors")["value"]?.number == 0)
        #expect(try await signal("initech", worker, "log.bytes")["absent"]?.string == "denied")
        #expect(try await signal("initech", worker, "function.memory_used")["absent"]?.string == "denied")
        // A declared denial is as it should be; what Datadog says of the same worker is no alarm of its own.
        #expect(Set((status["alerts"]?.array ?? []).compactMap { $0["rule"]?.string }) == ["dlq-nonempty", "log-errors", "trace-faults"])
        #expect(status["alerts"]?.array.allSatisfy { $0["service"]?.string == "order-completed" } == true)
        let service = try #require(status["services"]?.first(["id": "user-api"]))
        #expect(service["status"]?.string == "ok")
        #expect(try await page("initech/services/order-completed/index.html").contains("Declared in the configuration."))
    }

    @Test func `umbrella shows cold and warm runs by runtime`() async throws {
        #expect(try await status("umbrella")["status"]?.string != "critical")
        for (group, runtime) in [("upload-ts", "nodejs16.x"), ("upload-py", "python3.8"), ("upload-go", "go1.x")] {
            let page = try await page("umbrella/traces/\(group)/index.html")
            for word in ["By runtime", runtime, "Cold p50", "Warm p50", "Init p50"] { #expect(page.contains(word), "\(word) in \(group)") }
        }
    }

    @Test func `hooli's traces name what its functions wait for`() async throws {
        let site = try await FiveSystems.firstRun.value.site
        let traces = site.files("hooli").filter { $0.key.hasPrefix("traces/users/") && $0.key.hasSuffix("/index.json") }
        let names = try traces.values.map { Set((try JSONValue(parsing: $0)["spans"]?.array ?? []).compactMap { $0["name"]?.string }) }
        let waiting = names.filter { $0.contains("KMS") && $0.contains("DynamoDB") }
        #expect(!waiting.isEmpty)
        let page = site.files("hooli").first { $0.key.hasPrefix("traces/users/1-") && $0.key.hasSuffix("/index.html") && String(decoding: $0.value, as: UTF8.self).contains("KMS") }
        #expect(page != nil)
        #expect(try await status("hooli")["alerts"]?.first(["rule": "schedule-missed", "service": "daily"]) != nil)
    }

    @Test func `critical alerts reach the chat, signed, and the mailbox`() async throws {
        let run = try await FiveSystems.firstRun.value
        #expect(Set(run.hooks.map(\.url)) == ["http://127.0.0.1:8025/hook"])
        let bodies = try run.hooks.map { try JSONValue(parsing: $0.body) }
        let acme = try #require(bodies.first { $0["groupLabels"]?["tenant"]?.string == "acme" })
        #expect(acme["version"]?.string == "4" && acme["status"]?.string == "firing" && acme["receiver"]?.string == "chat")
        let alert = try #require(acme["alerts"]?.array.first)
        #expect(alert["labels"]?["alertname"]?.string == "fifo-blocked" && alert["labels"]?["severity"]?.string == "critical")
        #expect(alert["annotations"]?["runbook_url"]?.string == "http://localhost:8080/acme/runbooks/fifo-group-blocked/")
        for hook in run.hooks {
            #expect(hook.headers["webhook-signature"]?.hasPrefix("v1,") == true && hook.headers["webhook-timestamp"] == "1795169300")
            #expect(!String(decoding: hook.body, as: UTF8.self).contains("tidewatch-demo-secret"))
        }
        #expect(Set(run.hooks.compactMap { $0.headers["webhook-id"] }).count == run.hooks.count)
        let mail = try #require(run.mails.first { $0.contains("X-Tidewatch-Tenant: acme") && $0.contains("CRITICAL  acme / Orders webhook") })
        #expect(mail.contains("RUNBOOK   http://localhost:8080/acme/runbooks/fifo-group-blocked/") && mail.contains("Auto-Submitted: auto-generated"))
        #expect(mail.contains("silent deletion from Tue 24 Nov 10:18 UTC+1"))
    }

    @Test func `runbooks that messages link to are there`() async throws {
        let run = try await FiveSystems.firstRun.value
        for body in try run.hooks.map({ try JSONValue(parsing: $0.body) }) {
            for alert in body["alerts"]?.array ?? [] {
                for name in ["runbook_url", "dashboard_url"] {
                    let url = try #require(alert["annotations"]?[name]?.string)
                    #expect(try run.site.text(url.replacing("http://localhost:8080/", with: "") + "index.html").hasPrefix("<!doctype html>"), "\(url)")
                }
            }
        }
    }

    @Test func `no secret reaches state, pages or messages`() async throws {
        let run = try await FiveSystems.firstRun.value
        var texts = run.site.files().mapValues { String(decoding: $0, as: UTF8.self) }
        for name in try FileManager.default.contentsOfDirectory(atPath: run.site.directory + "/state") {
            texts["state/" + name] = FileManager.default.contents(atPath: run.site.directory + "/state/" + name).map { String(decoding: $0, as: UTF8.self) }
        }
        for (index, mail) in run.mails.enumerated() { texts["mail \(index)"] = mail }
        let secrets = [AccessKeys.baseSecret, AccessKeys.baseID, "whsec_", "tidewatch-demo-secret", "-external-id", "8f3c2a@sentry", "simulator-datadog", "simulator-sentry"]
        for (path, text) in texts { for secret in secrets where text.contains(secret) { Issue.record("\(secret) is in \(path)") } }
    }
}
