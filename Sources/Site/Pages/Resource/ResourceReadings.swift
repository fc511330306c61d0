import Signals
import Telemetry

/// What one resource says of itself now, each number beside the limit that gives it a meaning.
struct ResourceReadings {
    struct Reading {
        var name: Phrase
        var value: Phrase
        /// `of 10 s`, `in 1 h`, or why there is no value.
        var against: Phrase
        var tone: StateMark?

        init(name: Phrase, value: Phrase, against: Phrase, tone: StateMark? = nil) {
            self.name = name
            self.value = value
            self.against = against
            self.tone = tone
        }

        /// A number.
        @_disfavoredOverload init(name: Phrase, value: String, against: Phrase, tone: StateMark? = nil) {
            self.init(name: name, value: .verbatim(value), against: against, tone: tone)
        }
    }

    let resource: ResourcePicture
    let clock: TenantClock
    /// Where the data ends.
    let end: Timestamp
    private static let hour: Int64 = 3_600, day: Int64 = 86_400

    /// In the order of the questions: is it stuck, how much is waiting or failing, how long is left, how near is the limit.
    var all: [Reading] {
        switch resource.id.kind {
        case .queue: resource.isDeadLetterQueue ? deadLetterQueue : queue
        case .function: function
        case .api, .httpAPI: api
        case .topic: [sum("Published", "published"), sum("Delivered", "delivered"), sum("Failed deliveries", "failed", isBad: true), setting("Subscriptions", .subscriptions), pending].compactMap(\.self)
        case .bus: [sum("Matched events", "matched"), sum("Target calls", "invocations"), sum("Failed deliveries", "failed", isBad: true), setting("Rule", .rule)].compactMap(\.self)
        case .table: table
        case .bucket, .stateMachine, .log, .trace, .probe, .balance, .slo: []
        }
    }

    private var queue: [Reading] {
        var out = [level("Waiting", "visible", .count, tone: alarm), level("In flight", "in_flight", .count)]
        if let delayed = resource.latest("delayed"), delayed > 0 { out.append(Reading(name: "Delayed", value: Words.count(delayed), against: "not yet visible")) }
        out.append(oldest)
        out += [sum("Sent", "sent"), sum("Deleted", "deleted")]
        if let change = growth("visible", over: Self.hour) { out.append(Reading(name: "Backlog change", value: change, against: "in 1\u{A0}h")) }
        out.append(drain)
        if let deadline { out.append(deadline) }
        return out
    }

    private var deadLetterQueue: [Reading] {
        var out = [level("Dead letters", "visible", .count, tone: (resource.latest("visible") ?? 0) > 0 ? alarm ?? .warning : nil)]
        for (words, span): (Phrase, Int64) in [("in 1\u{A0}h", Self.hour), ("in 24\u{A0}h", Self.day - resource.day.period)] {
            if let change = growth("visible", over: span) { out.append(Reading(name: "Growth", value: change, against: words, tone: change.hasPrefix("+") ? .warning : nil)) }
        }
        out.append(oldest)
        if let deadline { out.append(deadline) }
        return out
    }

    private var function: [Reading] {
        let timeout = resource.setting(.timeout)
        var out = [sum("Runs", "invocations"), share("Failed", "errors", of: "invocations"), sum("Throttles", "throttles", isBad: true)]
        for (name, signal): (Phrase, String) in [("p50", "duration.p50"), ("p95", "duration.p95"), ("p99", "duration.p99"), ("Longest", "duration.max")] {
            guard let value = resource.latest(signal) else { continue }
            out.append(Reading(name: name, value: Words.duration(value), against: timeout.map { "\(Words.percent(value / $0)) of the timeout of \(Words.duration($0))" } ?? "timeout unknown",
                               tone: timeout.map { value >= 0.8 * $0 } ?? false ? .warning : nil))
        }
        if let running = resource.latest("concurrency") {
            let reserved = resource.setting(.reservedConcurrency)
            out.append(Reading(name: "Running at once", value: Words.count(running), against: reserved.map { "of \(Words.count($0)) reserved" } ?? "no limit of its own",
                               tone: reserved.map { $0 > 0 && running >= $0 } ?? false ? .warning : nil))
        }
        if resource.sum("cold_starts", over: Self.day) != nil { out.append(share("Cold starts", "cold_starts", of: "invocations", over: Self.day, isBad: false)) }
        for (name, signal): (Phrase, String) in [("Init p50", "init_duration.p50"), ("Init p99", "init_duration.p99")] {
            if let value = resource.latest(signal) { out.append(Reading(name: name, value: Words.duration(value), against: "before a cold run begins")) }
        }
        if let used = resource.latest("memory_used") {
            out.append(Reading(name: "Memory", value: Words.bytes(used), against: resource.setting(.memory).map { "of \(Words.bytes($0))" } ?? "size unknown"))
        }
        if let age = resource.latest("async_age"), age > 0 { out.append(Reading(name: "Oldest waiting event", value: Words.duration(age), against: "asynchronous calls")) }
        if let dropped = resource.sum("async_dropped", over: Self.hour), dropped > 0 { out.append(sum("Dropped events", "async_dropped", isBad: true)) }
        if let runtime = resource.resource?.settings[.runtime]?.text {
            let end = Signals.RuntimeTable.end(of: runtime)
            let words: Phrase = end.map { $0 <= clock.now ? "without support since \(clock.fullDay($0))" : "supported until \(clock.fullDay($0))" } ?? "end of support unknown"
            out.append(Reading(name: "Runtime", value: runtime, against: words, tone: end.map { $0 - 183 * Self.day <= clock.now } ?? false ? .warning : nil))
        }
        return out
    }

    private var api: [Reading] {
        var out = [sum("Requests", "requests"), share("5xx", "errors_5xx", of: "requests"), share("4xx", "errors_4xx", of: "requests", isBad: false)]
        for (name, signal): (Phrase, String) in [("p50", "latency.p50"), ("p95", "latency.p95"), ("p99", "latency.p99")] {
            if let value = resource.latest(signal) { out.append(Reading(name: name, value: Words.duration(value), against: "whole answer")) }
        }
        if let behind = resource.latest("integration_latency.p99") {
            out.append(Reading(name: "Integration p99", value: Words.duration(behind), against: "behind the gateway"))
        }
        return out
    }

    private var table: [Reading] {
        var out = [sum("Throttled requests", "throttles", isBad: true), sum("System errors", "system_errors", isBad: true)]
        if let latency = resource.latest("latency.avg") { out.append(Reading(name: "Latency", value: Words.duration(latency), against: "mean: no percentile is published")) }
        for (name, signal, limit): (Phrase, String, Setting) in [("Write units", "consumed_write", Setting.writeCapacity), ("Read units", "consumed_read", .readCapacity)] {
            // CloudWatch's sum over a step; capacity is provisioned by the second.
            guard let value = resource.latest(signal).map({ $0 / Double(max(1, resource.day.period)) }) else { continue }
            out.append(Reading(name: name, value: Words.decimal(value, places: 2), against: resource.setting(limit).flatMap { $0 > 0 ? "of \(Words.count($0)) a second" : nil } ?? "a second, on demand"))
        }
        return out
    }

    private var alarm: StateMark? { resource.state == .critical || resource.state == .warning ? resource.state : nil }

    private var oldest: Reading {
        let retention = resource.setting(.retention)
        guard let age = resource.latest("oldest_age") else { return Reading(name: "Oldest message", value: ResourceFacts.absent(resource, "oldest_age"), against: "–") }
        return Reading(name: "Oldest message", value: Words.duration(age), against: retention.map { "\(Words.percent($0 > 0 ? age / $0 : 0)) of the retention of \(Words.duration($0))" } ?? "retention unknown", tone: age > 0 ? alarm : nil)
    }

    private var drain: Reading {
        guard let waiting = resource.latest("visible"), waiting > 0 else { return Reading(name: "Drained in", value: "–", against: "nothing waits") }
        guard let time = resource.reading("drain_time") else { return Reading(name: "Drained in", value: "–", against: "not measured") }
        return time.isFinite ? Reading(name: "Drained in", value: Words.duration(time), against: "at the pace of now") : Reading(name: "Drained in", value: "never", against: "more comes in than goes out", tone: alarm)
    }

    private var deadline: Reading? {
        guard let age = resource.latest("oldest_age"), let retention = resource.setting(.retention), retention > age, age >= 60 else { return nil }
        let left = Int64(saturating: retention - age)
        return Reading(name: "Silent deletion", value: "in \(Words.span(left, parts: 3))", against: .verbatim(clock.moment(end + left)), tone: age > retention / 2 ? .critical : nil)
    }

    private var pending: Reading? {
        resource.setting(.pendingSubscriptions).flatMap { $0 > 0 ? Reading(name: "Unconfirmed", value: Words.count($0), against: "subscriptions that get nothing", tone: .warning) : nil }
    }

    private func level(_ name: Phrase, _ signal: String, _ unit: MetricUnit, tone: StateMark? = nil) -> Reading {
        guard let value = resource.latest(signal) else { return Reading(name: name, value: ResourceFacts.absent(resource, signal), against: "–") }
        return Reading(name: name, value: .known(Words.value(value, unit)), against: "now", tone: value > 0 ? tone : nil)
    }

    private func sum(_ name: Phrase, _ signal: String, isBad: Bool = false) -> Reading {
        guard let value = resource.sum(signal, over: Self.hour) else { return Reading(name: name, value: ResourceFacts.absent(resource, signal), against: "–") }
        return Reading(name: name, value: Words.count(value), against: "in 1\u{A0}h", tone: isBad && value > 0 ? .warning : nil)
    }

    private func share(_ name: Phrase, _ part: String, of whole: String, over seconds: Int64 = hour, isBad: Bool = true) -> Reading {
        guard let some = resource.sum(part, over: seconds) else { return Reading(name: name, value: ResourceFacts.absent(resource, part), against: "–") }
        let all = resource.sum(whole, over: seconds)
        let base: Phrase = all.map { $0 > 0 ? "\(Words.percent(some / $0)) of \(Words.count($0)) in \(Words.span(seconds))" : "of none in \(Words.span(seconds))" } ?? "in \(Words.span(seconds))"
        return Reading(name: name, value: Words.count(some), against: base, tone: isBad && some > 0 ? .warning : nil)
    }

    private func setting(_ name: Phrase, _ setting: Setting) -> Reading? {
        let value = resource.resource?.settings[setting]
        return (value?.text ?? value?.number.map(Words.count)).map { Reading(name: name, value: $0, against: "as configured") }
    }

    /// The newest value against the one so long ago: `+12`. Nothing where the series does not reach back so far.
    private func growth(_ signal: String, over seconds: Int64) -> String? {
        // As many rows of grace as the newest value has.
        guard let now = resource.latest(signal), let before = resource.values(signal, over: seconds + resource.day.period).prefix(4).first(where: { !$0.isNaN }) else { return nil }
        let change = now - before
        return change == 0 ? "0" : "\(change > 0 ? "+" : "−")\(Words.count(abs(change)))"
    }
}
