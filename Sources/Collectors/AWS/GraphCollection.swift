import AWS
import JSON
import Telemetry

/// X-Ray's service graph, hour by hour: who calls whom and how it goes, counted over all sampled traces. A few examples with their spans could
/// not say that, because they are chosen for being slow or broken.
struct GraphCollection: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    /// Seconds after its end for which an hour is read again: traces come late.
    static let lateness: Int64 = 900

    static func cursor(of source: String) -> SeriesID { SeriesID(ResourceID(source: source, kind: .trace, name: "x-ray service graph"), "calls") }

    /// Starts of the hours to read: the present one, and those that were not complete when they were last read.
    static func hours(cursor: Timestamp?, now: Timestamp, backfill: Int64) -> [Timestamp] {
        let first = cursor.map { min($0, now) - lateness } ?? now - min(86_400, max(0, backfill))
        var hours: [Timestamp] = [], hour = max(first, now - 86_400).floored(to: 3_600)
        while hour < now {
            hours.append(hour)
            hour = hour + 3_600
        }
        return hours
    }

    func harvest() async -> Harvest {
        let order = desk.order, series = Self.cursor(of: order.source)
        var harvest = Harvest(window: TimeWindow(from: order.now, to: order.now))
        guard order.services.contains(where: { !$0.traceGroups.isEmpty }) else { return harvest }
        for hour in Self.hours(cursor: order.cursors[series], now: order.now, backfill: order.backfill) {
            guard await desk.mayCall() else { return harvest }
            let end = min(hour + 3_600, order.now)
            let paged = await desk.client.pages(limit: order.budget.pages) { token in
                .rest(.xray, "GetServiceGraph", .post, "/ServiceGraph", input: .object(
                    [.init("StartTime", JSONValue(hour.seconds)), .init("EndTime", JSONValue(end.seconds))] + (token.map { [.init("NextToken", .string($0))] } ?? [])))
            } read: { body throws(AWSError) in
                let page = try body.json()
                return (page, page["NextToken"]?.string)
            }
            if let failure = paged.failure {
                note(failure, &harvest)
                return harvest
            }
            var answer = ServiceGraphAnswer()
            for page in paged.pages { answer.add(page) }
            if paged.isPartial { harvest.problems.append(trouble(.limit, "it has more pages than one run reads; calls are missing on the map")) }
            if answer.refused > 0 { harvest.problems.append(trouble(.badAnswer, "\(answer.refused) elements are no services or no edges; the others are kept")) }
            harvest.calls += answer.calls(source: order.source, hour: hour)
            harvest.cursors[series] = end
        }
        return harvest
    }

    private func trouble(_ kind: Problem.Kind, _ what: String) -> Problem {
        Problem(kind, source: desk.source, operation: "xray:GetServiceGraph", place: desk.region, message: "xray:GetServiceGraph in \(desk.region): \(what). The hour is read again in the next run.")
    }

    /// The map is drawn without it, from configuration: who may not read the graph, or whose endpoint has none, is told so and fails nothing.
    private func note(_ failure: AWSError, _ harvest: inout Harvest) {
        switch failure.kind {
        case .denied, .notFound, .invalid: harvest.readings.append(desk.denied("X-Ray service graph", failure, operation: "xray:GetServiceGraph"))
        default: harvest.problems.append(desk.problem(failure, operation: "xray:GetServiceGraph"))
        }
    }
}
