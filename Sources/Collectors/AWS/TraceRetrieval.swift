import AWS
import JSON
import Telemetry

/// Spans that Transaction Search keeps in its log group: a retrieval is started, waited for, and read page by page.
/// https://docs.aws.amazon.com/xray/latest/api/API_ListRetrievedTraces.html
struct TraceRetrieval: Sendable {
    private let desk: AWSDesk
    private let group: TraceGroupOrder
    private let resource: ResourceID

    init(_ desk: AWSDesk, _ group: TraceGroupOrder, _ resource: ResourceID) {
        self.desk = desk
        self.group = group
        self.resource = resource
    }

    /// As many ids as one retrieval takes.
    private static let idLimit = 100
    /// Five traces a page.
    private static let pageLimit = 100
    /// Waits before a look; together less than a minute.
    private static let waits: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15), .seconds(25)]

    /// As spans of OpenTelemetry, and where a trace cannot be read whole in that form, as segments of X-Ray.
    func read(_ ids: [String], of summaries: [TraceSummary], into harvest: inout Harvest) async {
        let ids = Array(ids.prefix(Self.idLimit))
        guard await desk.mayCall() else { return }
        do throws(Failure) {
            let token = try await start(ids, summaries.filter { ids.contains($0.id) })
            var traces: [String: Trace] = [:], refused = 0, isCut = false
            for format in ["OTEL", "XRAY"] where format == "OTEL" || refused > 0 {
                let paged = try await pages(of: token, format), answer = BatchGetTracesAnswer(pages: paged.pages, group: group.id)
                isCut = isCut || paged.isPartial
                refused = answer.refused
                for trace in answer.traces where traces[trace.id]?.isComplete != true { traces[trace.id] = trace }
            }
            harvest.traces += traces.sorted { $0.key < $1.key }.map(\.value)
            if isCut { harvest.problems.append(trouble("there are more pages than one run reads. What was read is kept", .limit)) }
            if refused > 0 { harvest.problems.append(trouble("\(refused) documents are neither spans nor segments. The others are kept", .badAnswer)) }
        } catch {
            harvest.problems.append(error.problem)
        }
    }

    private struct Failure: Error { var problem: Problem }

    private func start(_ ids: [String], _ summaries: [TraceSummary]) async throws(Failure) -> String {
        // Spans are found by their time: a minute more on either side for clocks that differ.
        let from = summaries.map(\.start).min().flatMap { Timestamp(epoch: $0.rounded(.down)) } ?? desk.order.now - 3_600
        let input: JSONValue = ["TraceIds": .array(ids.map(JSONValue.string)), "StartTime": JSONValue((from - 60).seconds), "EndTime": JSONValue(desk.order.now.seconds)]
        do throws(AWSError) {
            let answer = try await desk.client.send(.rest(.xray, "StartTraceRetrieval", .post, "/StartTraceRetrieval", input: input)).json()
            await desk.count("xray:StartTraceRetrieval", units: ids.count)
            if let token = answer["RetrievalToken"]?.string, !token.isEmpty { return token }
        } catch {
            throw Failure(problem: desk.problem(error, operation: "xray:StartTraceRetrieval", resource: resource))
        }
        throw Failure(problem: trouble("the answer names no retrieval", .badAnswer))
    }

    private func pages(of token: String, _ format: String) async throws(Failure) -> Paged<JSONValue> {
        for wait in Self.waits {
            guard await desk.client.pause(wait), await desk.mayCall() else { break }
            let paged = await desk.client.pages(limit: Self.pageLimit) { next in
                .rest(.xray, "ListRetrievedTraces", .post, "/ListRetrievedTraces", input: .object(
                    [.init("RetrievalToken", .string(token)), .init("TraceFormat", .string(format))] + (next.map { [.init("NextToken", .string($0))] } ?? [])))
            } read: { body throws(AWSError) in
                let page = try body.json()
                return (page, page["NextToken"]?.string)
            }
            if let failure = paged.failure { throw Failure(problem: desk.problem(failure, operation: "xray:ListRetrievedTraces", resource: resource)) }
            switch paged.pages.first?["RetrievalStatus"]?.string ?? "" {
            case "COMPLETE": return paged
            case "FAILED", "CANCELLED", "TIMEOUT": throw Failure(problem: trouble("the retrieval came to no end", .badAnswer))
            // Scheduled, running, or a word of tomorrow.
            default: continue
            }
        }
        // What nobody waits for must not go on reading.
        _ = try? await desk.client.send(.rest(.xray, "CancelTraceRetrieval", .post, "/CancelTraceRetrieval", input: ["RetrievalToken": .string(token)]))
        throw Failure(problem: trouble("the retrieval did not end in time and was stopped", .timedOut))
    }

    private func trouble(_ what: String, _ kind: Problem.Kind) -> Problem {
        Problem(kind, source: desk.source, operation: "xray:ListRetrievedTraces", place: desk.region,
                message: "xray:ListRetrievedTraces of trace group '\(group.id)' in \(desk.region): \(what). The next run asks for new traces; their rates and durations are not affected.", resource: resource)
    }
}
