import AWS
import JSON
import Telemetry

/// The spans of a few traces of one group, from X-Ray itself or from the log group of Transaction Search.
struct TraceExamples: Sendable {
    private let desk: AWSDesk
    private let group: TraceGroupOrder
    private let resource: ResourceID
    /// What the summaries said.
    private let known: Harvest

    init(_ desk: AWSDesk, _ group: TraceGroupOrder, _ resource: ResourceID, from known: Harvest) {
        self.desk = desk
        self.group = group
        self.resource = resource
        self.known = known
    }

    func harvest(_ ids: [String], areInLogs: Bool) async -> Harvest {
        var harvest = Harvest(window: known.window)
        if areInLogs {
            await TraceRetrieval(desk, group, resource).read(ids, of: known.summaries, into: &harvest)
        } else {
            await read(ids, into: &harvest)
        }
        harvest.series = TraceStatistics.dwell(in: harvest.traces, resource: resource, window: known.window, period: desk.order.grain) {
            CollectionWindow.quality(of: $0, end: known.window.end)
        }
        return harvest
    }

    /// The service takes five ids at a time and may leave some for later; once more is enough.
    private func read(_ ids: [String], into harvest: inout Harvest) async {
        var waiting = ids, tries = 0
        while !waiting.isEmpty, tries < 2 {
            tries += 1
            let asked = waiting
            waiting = []
            for start in stride(from: 0, to: asked.count, by: 5) {
                guard await desk.mayCall() else { return }
                let portion = Array(asked[start..<min(start + 5, asked.count)])
                let paged = await desk.client.pages(limit: 20) { token in
                    .rest(.xray, "BatchGetTraces", .post, "/Traces", input: .object(
                        [.init("TraceIds", .array(portion.map(JSONValue.string)))] + (token.map { [.init("NextToken", .string($0))] } ?? [])))
                } read: { body throws(AWSError) in
                    let page = BatchGetTracesAnswer(try body.json(), group: group.id)
                    return (page, page.nextToken)
                }
                await desk.count("xray:BatchGetTraces", units: portion.count)
                if let failure = paged.failure {
                    harvest.problems.append(desk.problem(failure, operation: "xray:BatchGetTraces", resource: resource))
                    if failure.kind == .denied || failure.concernsCredentials { return }
                }
                for page in paged.pages {
                    harvest.traces += page.traces
                    waiting += page.unprocessed.filter(portion.contains)
                }
            }
        }
    }
}
