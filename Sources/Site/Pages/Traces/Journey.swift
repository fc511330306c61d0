import Storage
import Telemetry

/// Where the message of a trace came from and who went on with it: by links, whichever side states them, and where nobody does, by queue and time.
struct Journey {
    struct Step {
        var trace: Trace
        /// The span that sent or took the message on this side.
        var spanID: String?
        /// `linked`, `AWSTraceHeader`…
        var means: Phrase
        /// Nothing says that it is the same message: the queue is the same and the time fits.
        var isGuess: Bool
    }

    /// One batch may join hundreds of traces.
    static let mostSteps = 4
    private static let mostTried = 12
    /// Seconds after sending in which a guess looks for who took it.
    private static let reach: Int64 = 900

    /// Traces that began what this one goes on with.
    private(set) var before: [Step] = []
    /// Traces that go on with what this one began.
    private(set) var after: [Step] = []
    /// Links to traces that nobody kept.
    private(set) var unkept: [SpanLink] = []
    /// Links beyond the first few: nobody looked whether their traces are kept.
    private(set) var beyond: [SpanLink] = []
    /// Kept traces beyond the first few that link to this one.
    private(set) var takers: [String] = []

    init(of trace: Trace, picture: TenantPicture, store: TenantStore) throws(StoreError) {
        var seen: Set<String> = [trace.id]
        for link in trace.links {
            guard !seen.contains(link.linkedTraceID) else { continue }
            guard before.count + after.count < Self.mostSteps else { beyond.append(link); continue }
            guard let other = try store.trace(link.linkedTraceID) else { unkept.append(link); continue }
            seen.insert(other.id)
            let step = Step(trace: other, spanID: link.spanID, means: Self.word(link.kind), isGuess: false)
            if link.leadsOn { after.append(step) } else { before.append(step) }
        }
        let named = Set(beyond.map(\.linkedTraceID))
        for id in try store.traces(linkingTo: trace.id, limit: Self.mostTried) where !seen.contains(id) && !named.contains(id) {
            guard after.count < Self.mostSteps else { takers.append(id); continue }
            guard let other = try store.trace(id), let link = other.links.first(where: { $0.linkedTraceID == trace.id }) else { continue }
            seen.insert(id)
            let step = Step(trace: other, spanID: link.linkedSpanID, means: Self.word(link.kind), isGuess: false)
            if link.leadsOn { before.append(step) } else { after.append(step) }
        }
        if after.isEmpty, !trace.links.contains(where: \.leadsOn), let guess = try Self.guess(trace, seen, picture, store) { after.append(guess) }
    }

    private static func word(_ kind: String) -> Phrase {
        switch kind {
        case "link", "child", "parent": "linked"
        default: .verbatim(kind)
        }
    }

    /// Who polls the queue that this trace sent to, and began a trace soonest after.
    private static func guess(_ trace: Trace, _ seen: Set<String>, _ picture: TenantPicture, _ store: TenantStore) throws(StoreError) -> Step? {
        let resources = picture.services.flatMap(\.resources)
        for span in trace.spans where span.kind == .producer && span.status == .ok {
            guard let name = span.resource, let sent = span.end, let time = Timestamp(epoch: sent.rounded(.down)),
                  let queue = resources.first(where: { $0.id.kind == .queue && $0.id.name == name }) else { continue }
            let pollers = Set((picture.site.feeds[queue.id] ?? queue.resource?.feeds ?? []).filter { $0.kind == .function }.map(\.name))
            guard !pollers.isEmpty else { continue }
            var best: Trace?, tried = 0
            for group in picture.site.services.flatMap(\.traceGroups) {
                for id in try store.keptTraces(group: group.id, in: TimeWindow(from: time, to: time + reach)).reversed() where tried < mostTried && !seen.contains(id) {
                    tried += 1
                    guard let other = try store.trace(id), let first = other.spans.map(\.start).min(), first >= sent,
                          other.spans.contains(where: { pollers.contains($0.resource ?? $0.name) && $0.kind != .client && $0.kind != .producer }) else { continue }
                    // Whoever states where it comes from is asked, not guessed.
                    guard !other.links.contains(where: { !$0.leadsOn }), first < best?.spans.map(\.start).min() ?? .infinity else { continue }
                    best = other
                }
            }
            if let best { return Step(trace: best, spanID: span.id, means: "queue \(name) and time", isGuess: true) }
        }
        return nil
    }
}
