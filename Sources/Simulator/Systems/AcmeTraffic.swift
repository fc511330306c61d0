import JSON
import Telemetry

/// The way of a webhook through acme: accepted by the gateway, sent to the queue unless it repeats another, delivered in order.
struct AcmeTraffic: Sendable {
    let dice: Dice
    private let flow: Flow
    private let anchorMinute: Int64
    private let isHealthy: Bool
    private let publishing: RunShape
    private let delivering: RunShape
    private let failing: RunShape

    init(_ circumstances: Circumstances) {
        dice = circumstances.dice("acme")
        flow = circumstances.flow("acme webhooks", perMinute: 6.75, swing: 0.25)
        anchorMinute = circumstances.anchor.minute
        isHealthy = circumstances.isHealthy
        publishing = RunShape(warm: Quantiles(0.09, p50: 0.21, p95: 0.62, p99: 1.1, most: 1.35), dice: dice.named("publish"))
        delivering = RunShape(warm: Quantiles(0.22, p50: 0.41, p95: 0.9, p99: 1.4, most: 1.9), dice: dice.named("deliver"))
        failing = RunShape(warm: Quantiles(9.18, p50: 9.28, p95: 9.38, p99: 9.42, most: 9.45), dice: dice.named("fail"))
    }

    private var blockStart: Int64 { anchorMinute - Acme.blockedMinutes }
    func isBlocked(_ minute: Int64) -> Bool { !isHealthy && minute >= blockStart }

    /// The last burst was nine hours before the anchor.
    private func isBurst(_ minute: Int64) -> Bool {
        !isHealthy && (minute - anchorMinute + 540).quotientAndRemainder(dividingBy: Acme.burstEvery).remainder == 0
    }

    private func bursts(before minute: Int64) -> Int64 {
        guard !isHealthy else { return 0 }
        let since = minute - 1 - (anchorMinute - 540)
        return (since >= 0 ? since / Acme.burstEvery : (since - Acme.burstEvery + 1) / Acme.burstEvery) + 1
    }

    /// Events that got a 200 before the minute begins.
    func accepted(_ minute: Int64) -> Int64 {
        flow.total(before: minute) + bursts(before: minute) * (Acme.burstSize - Acme.burstTimeouts)
    }

    /// Accepted events that were no repetition: about one in fifty is.
    func sent(_ minute: Int64) -> Int64 {
        let total = accepted(minute)
        return total - (total >= 0 ? total / 50 : (total - 49) / 50)
    }

    /// Messages deleted after the backend took them.
    func delivered(_ minute: Int64) -> Int64 { sent(isHealthy ? minute : min(minute, blockStart)) }

    func oldestAge(_ minute: Int64) -> Double {
        isBlocked(minute) ? Double(minute + 1 - blockStart) * 60 : (1 + 11 * dice.named("age").unit(minute)).rounded()
    }

    func publishRuns(_ minute: Int64) -> [Run] {
        var runs = flow.events(in: minute).map { publishing.run(event: $0, minute: minute) }
        guard isBurst(minute) else { return runs }
        for index in 0..<Acme.burstSize {
            var run = publishing.run(event: minute * 100 + index, minute: minute)
            if index >= Acme.burstSize - Acme.burstTimeouts {
                run.duration = 3
                run.outcome = .timeout
            }
            runs.append(run)
        }
        return runs
    }

    func subscribeRuns(_ minute: Int64) -> [Run] {
        isBlocked(minute) ? attempts(minute) : (sent(minute)..<sent(minute + 1)).map { delivering.run(event: $0, minute: minute) }
    }

    /// The poison message comes back every 30 seconds, the queue's visibility timeout.
    private func attempts(_ minute: Int64) -> [Run] {
        [0, 1].map { half in
            let attempt = Int(clamping: (minute - blockStart) * 2) + half + 1
            var run = failing.run(event: Int64(attempt), attempt: attempt, minute: minute)
            run.start = Double(minute) * 60 + 3 + Double(half) * 30
run.traceStart = run.start
            run.initDuration = nil
            run.outcome = .error(type: "AxiosError", message: "Request failed with status code 504")
            return run
        }
    }

    func isHangUp(_ run: Run) -> Bool { dice.named("hang up").hits(0.0015, run.event) }

    /// The real function logs its whole environment and the full request; readers must redact both.
    func subscribeLines(_ run: Run) -> [String] {
        let stamp = FunctionModel.stamp(run.start), message = dice.named("message").uuid(run.isFailed ? 0 : run.event)
        var lines = [
            "\(stamp)\t\(run.requestID)\tINFO\tENVIRONMENT VARIABLES {\"AWS_ACCESS_KEY_ID\":\"ASIAACMEFAKEKEY00001\","
                + "\"AWS_SECRET_ACCESS_KEY\":\"fakeFAKEfakeFAKEfakeFAKEfakeFAKEfakeFAKE\",\"AWS_SESSION_TOKEN\":\"FwoGZXIvYXdzEFAKE\","
                + "\"SENTRY_DSN\":\"https://8f3c2a@sentry.acme.example/4\"}",
            "\(stamp)\t\(run.requestID)\tINFO\tPOST https://\(Acme.backend)/webhooks/orders messageId=\(message) "
                + "email=customer\(run.event.magnitude % 1_000)@example.com",
        ]
        if run.isFailed {
            lines.append("\(stamp)\t\(run.requestID)\tERROR\tRequest failed with status code 504 POST /webhooks/orders "
                + "messageId=\(message) orderId=R\(dice.named("order").word(0) % 1_000_000_000) retry \(run.attempt)")
        } else if isHangUp(run) {
            lines.append("\(stamp)\t\(run.requestID)\tERROR\tsocket hang up ECONNRESET \(Acme.backend):443")
        } else {
            lines.append("\(stamp)\t\(run.requestID)\tINFO\tbackend answered with status code 200 POST /webhooks/orders messageId=\(message)")
        }
        return lines
    }
}
