import Telemetry

/// Which traces are worth keeping with all their spans: the slowest, those that failed, and one that is ordinary, to compare with.
enum Exemplars {
    static func choice(from summaries: [TraceSummary], kept: Set<String>, limit: Int) -> [String] {
        let fresh = summaries.filter { !kept.contains($0.id) }.sorted { ($0.duration, $0.id) > ($1.duration, $1.id) }
        var chosen: [String] = []
        func take(_ summary: TraceSummary?) {
            guard let summary, chosen.count < limit, !chosen.contains(summary.id) else { return }
            chosen.append(summary.id)
        }
        take(fresh.first)
        for summary in fresh.filter(\.hasFault).prefix(2) { take(summary) }
        take(fresh.first { $0.hasError && !$0.hasFault })
        take(fresh.first(where: \.hasThrottle))
        let fine = fresh.filter { !$0.hasFault && !$0.hasError && !$0.hasThrottle }
        take(fine.isEmpty ? nil : fine[fine.count / 2])
        // Distributions of waiting times need more than one example.
        for summary in fine.prefix(2) { take(summary) }
        return chosen
    }
}
