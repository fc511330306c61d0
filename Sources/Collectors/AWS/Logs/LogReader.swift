import AWS
import JSON
import Telemetry

/// Asks FilterLogEvents page by page, within the budget, and says in words why a list ended early.
struct LogReader: Sendable {
    let desk: AWSDesk

    /// A group, what its lines must hold, and whose they are.
    struct Question: Sendable {
        var group: String
        /// Empty for every line.
        var pattern: String
        var resource: ResourceID
    }

    func pages(_ question: Question, in window: TimeWindow, limit: Int) async -> Paged<FilterLogEventsAnswer> {
        guard await desk.mayCall(), limit > 0 else { return Paged(pages: [], end: .pageLimit(0)) }
        let paged = await desk.client.pages(limit: limit, bytes: desk.order.budget.logBytes) { token in
            var call = AWSCall.json(.logs, "FilterLogEvents", Self.input(question, window, token: token))
            call.stall = LogReach.stall
            return call
        } read: { answer throws(AWSError) in
            let page = FilterLogEventsAnswer(try answer.json())
            return (page, page.nextToken)
        }
        await desk.count("logs:FilterLogEvents", units: paged.pages.reduce(0) { $0 + $1.bytes })
        return paged
    }

    /// Times are milliseconds, and the end is included.
    private static func input(_ question: Question, _ window: TimeWindow, token: String?) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("logGroupName", .string(question.group)), .init("startTime", JSONValue(window.start.seconds * 1_000)),
            .init("endTime", JSONValue(window.end.seconds * 1_000 - 1)),
        ]
        if !question.pattern.isEmpty { members.append(.init("filterPattern", .string(question.pattern))) }
        if let token { members.append(.init("nextToken", .string(token))) }
        return .object(members)
    }

    /// A list that is longer than one run reads.
    func tooLong(_ question: Question, remedy: String) -> Problem {
        Problem(.limit, source: desk.source, operation: "logs:FilterLogEvents", place: desk.region,
                message: "logs:FilterLogEvents of '\(question.group)' in \(desk.region): more lines than one run reads. \(remedy)", resource: question.resource)
    }
}
