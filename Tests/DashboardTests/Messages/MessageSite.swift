import Curl
@testable import Dashboard
import Foundation
import JSON
import Synchronization
import Telemetry

/// A site whose numbers the test writes and whose receivers answer as the test says.
struct MessageSite {
    /// A whole step; runs take place three minutes later.
    static let start = Timestamp(year: 2026, month: 11, day: 20, hour: 6, minute: 0)

    let trial: TrialSite
    let hooks: Hooks
    let services: Int
    private let interval: Int64

    /// Receivers of webhooks, by the last part of their address.
    final class Hooks: Transport {
        struct Call: Sendable {
            var name: String
            var id: String?
            var body: String
            var headers: HTTPHeaders
        }
        private let state = Mutex<(calls: [Call], answers: [String: Int])>(([], [:]))

        var calls: [Call] { state.withLock { $0.calls } }
        func calls(to name: String) -> [Call] { calls.filter { $0.name == name } }
        /// The status that a receiver answers from now on; nothing: it does not answer at all.
        func answer(_ name: String, with status: Int?) { state.withLock { $0.answers[name] = status ?? 0 } }

        func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
            let name = request.url.split(separator: "/").last.map(String.init) ?? ""
            let status = state.withLock { state in
                state.calls.append(Call(name: name, id: request.headers["webhook-id"], body: String(decoding: request.body, as: UTF8.self), headers: request.headers))
                return state.answers[name] ?? 200
            }
            if status == 0 { throw TransferError(.timedOut, place: "POST https://hooks.example", text: "no answer came") }
            return HTTPResponse(status: status)
        }
    }

    init(services: Int = 1, interval: String = "5m", route: String = "receiver: chat", more: String = "", timezone: String = "UTC", variables: [String: String] = [:]) throws {
        self.services = services
        self.interval = QuantityText.duration(interval) ?? 300
        hooks = Hooks()
        let list = (0..<services).map { "  - {id: s\($0), title: Service \($0), resources: [{kind: queue, name: q\($0)}]}" }.joined(separator: "\n")
        let series = (0..<services).map { "q\($0): 'queue(\"q\($0)\").oldest_age'" }.joined(separator: ", ")
        trial = try TrialSite([
            "tidewatch.yaml": """
                title: Messages
                base_url: https://ops.example/
                interval: \(interval)
                receivers:
                  - {name: chat, webhook: {url: "https://hooks.example/chat"}}
                  - {name: phone, webhook: {url: "https://hooks.example/phone", format: slack}}
                route: {\(route)}
                \(more)
                """,
            "tenants/t.yaml": """
                id: t
                title: Tenant
                timezone: \(timezone)
                sources:
                  disk:
                    files:
                      path: numbers
                      files:
                        - {path: age.csv, format: csv, series: {\(series)}}
                services:
                \(list)
                """,
            "numbers/age.csv": "time,series,value\n",
            // Nothing but the numbers that are written here decides.
            "rules/own.yaml": """
                rules:
                  - id: queue-age
                    title: Oldest message is too old
                    on: queue
                    warning: oldest_age > 15m
                    critical: oldest_age > 1h
                    for: 5m
                    runbook: queue-backlog
                    summary: "{{resource}}: oldest message {{value}} (limit {{limit}})"
                """,
        ], variables: variables, now: Self.start, transport: hooks)
    }

    /// One run at `minute`, with the oldest message of every queue in seconds for each step of the hours before.
    @discardableResult
    func run(at minute: Int64, hours: Int64 = 2, stages: Set<RunOptions.Stage> = [.collect, .evaluate, .notify], _ age: (Int64) -> Int) async throws -> RunOutcome {
        let now = Self.start + minute * 60, last = now.floored(to: 300) - 300
        var lines = ["time,series,value"]
        for step in stride(from: last.seconds - hours * 3_600, through: last.seconds, by: 300) {
            for queue in 0..<services { lines.append("\(step),q\(queue),\(age((step - Self.start.seconds) / 60))") }
        }
        try trial.write(lines.joined(separator: "\n") + "\n", to: "numbers/age.csv")
        trial.clock.set(now + 180)
        return try await trial.run { $0.stages = stages }
    }

}
