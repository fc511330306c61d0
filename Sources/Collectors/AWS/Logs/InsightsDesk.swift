import AWS
import JSON
import Telemetry

/// Starts a query, waits for it within bounds, and keeps account of what it scanned.
struct InsightsDesk: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    struct Question: Sendable {
        var query: String
        var group: String
        var window: TimeWindow
        var resource: ResourceID
        var limit = 10_000
    }

    /// Waits between two looks; together less than a minute and a half.
    private static let waits: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8), .seconds(15), .seconds(15), .seconds(30)]

    /// The rows of a query that came to its end; else what stood in the way, which is nothing where it was only not its turn.
    func rows(_ question: Question) async -> Result<[[String: String]], Unanswered> {
        guard await desk.mayCall(), await desk.mayScan() else { return .failure(Unanswered()) }
        let id: String
        do throws(AWSError) {
            let body = try await desk.client.call(.logs, "StartQuery", [
                "logGroupName": .string(question.group), "startTime": JSONValue(question.window.start.seconds), "endTime": JSONValue(question.window.end.seconds - 1),
                "queryString": .string(question.query), "limit": JSONValue(question.limit),
            ]).json()
            await desk.count("logs:StartQuery", units: 0)
            guard let given = body["queryId"]?.string, !given.isEmpty else { return .failure(unanswered("the answer names no query", .badAnswer, question)) }
            id = given
        } catch {
            return .failure(Unanswered(desk.problem(error, operation: "logs:StartQuery", resource: question.resource), error))
        }
        return await end(of: id, question)
    }

    private func end(of id: String, _ question: Question) async -> Result<[[String: String]], Unanswered> {
        var scanned = 0
        for wait in Self.waits {
            guard await desk.client.pause(wait), await desk.mayCall() else { break }
            do throws(AWSError) {
                let answer = InsightsAnswer(try await desk.client.call(.logs, "GetQueryResults", ["queryId": .string(id)]).json())
                // Each look tells the sum so far.
                await desk.count("logs:StartQuery", units: max(0, answer.bytesScanned - scanned))
                scanned = max(scanned, answer.bytesScanned)
                switch answer.status {
                case .complete: return .success(answer.rows)
                case .scheduled, .running, .unknown: continue
                case .failed, .cancelled, .timeout: return .failure(unanswered("the query ended as \(answer.status.rawValue)", .badAnswer, question))
                }
            } catch {
                return .failure(Unanswered(desk.problem(error, operation: "logs:GetQueryResults", resource: question.resource), error))
            }
        }
        // What nobody waits for must not go on scanning.
        _ = try? await desk.client.call(.logs, "StopQuery", ["queryId": .string(id)])
        return .failure(unanswered("the query did not end in time and was stopped", .timedOut, question))
    }

    private func unanswered(_ what: String, _ kind: Problem.Kind, _ question: Question) -> Unanswered {
        Unanswered(Problem(kind, source: desk.source, operation: "logs:StartQuery", place: desk.region,
                           message: "Logs Insights on '\(question.group)' in \(desk.region): \(what). The next hour's run asks again; set log_reading: filter to read lines instead.", resource: question.resource))
    }

    /// Why a query has no rows.
    struct Unanswered: Error, Sendable {
        var problem: Problem?
        var error: AWSError?

        init(_ problem: Problem? = nil, _ error: AWSError? = nil) {
            self.problem = problem
            self.error = error
        }
    }
}
