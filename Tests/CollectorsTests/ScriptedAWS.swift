import AWS
import Collectors
import Curl
import JSON
import Synchronization
import Telemetry

/// An AWS that answers each operation as a test says, and remembers what it was asked. Time passes only by waiting.
final class ScriptedAWS: Transport {
    typealias Answer = @Sendable (_ input: JSONValue, _ call: Int) -> (Int, String)

    private struct State {
        var asked: [(operation: String, input: JSONValue)] = []
        var waited: Int64 = 0
    }

    static let now = Timestamp(year: 2026, month: 11, day: 20, hour: 10, minute: 5)
    private let state = Mutex(State())
    private let answers: [String: Answer]

    init(_ answers: [String: Answer]) { self.answers = answers }

    /// Operations in the order in which they were asked.
    var operations: [String] { state.withLock { $0.asked.map(\.operation) } }
    func inputs(of operation: String) -> [JSONValue] { state.withLock { $0.asked.filter { $0.operation == operation }.map(\.input) } }

    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let operation = Self.operation(request)
        let input = (try? JSONValue(parsing: request.body)) ?? .null
        let call = state.withLock { state in
            state.asked.append((operation, input))
            return state.asked.count { $0.operation == operation }
        }
        let (status, body) = answers[operation]?(input, call) ?? (400, #"{"__type":"UnknownOperationException","message":"not scripted"}"#)
        return HTTPResponse(status: status, headers: ["x-amzn-RequestId": "r-\(operation)"], body: Array(body.utf8))
    }

    private static func operation(_ request: HTTPRequest) -> String {
        if let target = request.headers["X-Amz-Target"] { return String(target.split(separator: ".").last ?? "") }
        // Query services name the operation in their form.
        let form = String(decoding: request.body, as: UTF8.self).split(separator: "&")
        if let action = form.first(where: { $0.hasPrefix("Action=") }) { return String(action.dropFirst(7)) }
        let path = request.url.split(separator: "?").first.map(String.init) ?? ""
        for (suffix, name) in [("/configuration", "GetFunctionConfiguration"), ("/concurrency", "GetFunctionConcurrency"),
                               ("/event-invoke-config", "GetFunctionEventInvokeConfig"), ("/event-source-mappings/", "ListEventSourceMappings"),
                               ("/functions/", "ListFunctions"), ("/TraceSummaries", "GetTraceSummaries"), ("/Traces", "BatchGetTraces"),
                               ("/GetTraceSegmentDestination", "GetTraceSegmentDestination"), ("/StartTraceRetrieval", "StartTraceRetrieval"),
                               ("/ListRetrievedTraces", "ListRetrievedTraces"), ("/CancelTraceRetrieval", "CancelTraceRetrieval")]
        where path.hasSuffix(suffix) { return name }
        return path
    }

    func harvest(_ order: CollectionOrder, profile: String? = nil) async -> Harvest {
        let environment = AWSEnvironment(
            variables: ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "canary-secret"], transport: self,
            now: { self.state.withLock { Self.now + $0.waited } }, readFile: { _ in nil }, runCommand: { _ in nil }, random: { 0.5 },
            sleep: { duration in self.state.withLock { $0.waited += duration.components.seconds } })
        return await AWSCollector(AWSClient(AWSSource(tenant: "acme", region: "eu-central-1", profile: profile), environment: environment)).harvest(order)
    }
}

extension CollectionOrder {
    /// One service of source `prod`, seen before in every series unless `cursors` says otherwise.
    static func mock(_ resources: [ResourceOrder] = [], traceGroups: [TraceGroupOrder] = [], logs: ServiceOrder.LogPolicy = .off, prefix: String? = nil,
                     cursors: [SeriesID: Timestamp] = [:], backfill: Int64 = 1_800) -> CollectionOrder {
        CollectionOrder(tenant: "acme", source: "prod",
                        services: [ServiceOrder(id: "orders", resources: resources, namePrefix: prefix, traceGroups: traceGroups, logs: logs)],
                        cursors: cursors, now: ScriptedAWS.now, backfill: backfill)
    }
}

extension Harvest {
    func samples(_ kind: ResourceKind, _ name: String, _ signal: String) -> [Sample] {
        series.first { $0.series == SeriesID(ResourceID(source: "prod", kind: kind, name: name), signal) }?.samples ?? []
    }
    func absence(_ kind: ResourceKind, _ name: String, _ signal: String) -> AbsenceReason? {
        absences[SeriesID(ResourceID(source: "prod", kind: kind, name: name), signal)]?.reason
    }
    func resource(_ kind: ResourceKind, _ name: String) -> Resource? { resources.first { $0.id == ResourceID(source: "prod", kind: kind, name: name) } }
}

/// Answers of a healthy queue: attributes, and one point of 7 at the given time in every metric that is asked for.
func queueAnswers(attributes: String = "", metrics: @escaping ScriptedAWS.Answer) -> [String: ScriptedAWS.Answer] {
    ["GetQueueUrl": { input, _ in (200, #"{"QueueUrl":"https://sqs.eu-central-1.amazonaws.com/1/\#(input["QueueName"]?.string ?? "")"}"#) },
     "GetQueueAttributes": { _, _ in (200, #"{"Attributes":{"QueueArn":"arn:aws:sqs:eu-central-1:1:orders","MessageRetentionPeriod":"345600","VisibilityTimeout":"30","CreatedTimestamp":"1700000000.5"\#(attributes)}}"#) },
     "GetMetricData": metrics]
}

/// An answer of GetMetricData that gives the same points and status to every question.
func metricAnswer(_ input: JSONValue, times: String, values: String, status: String = "Complete", token: String? = nil) -> (Int, String) {
    let results = (input["MetricDataQueries"]?.array ?? []).compactMap { $0["Id"]?.string }.map {
        #"{"Id":"\#($0)","Label":"x","StatusCode":"\#(status)","Timestamps":[\#(times)],"Values":[\#(values)]}"#
    }
    return (200, #"{"MetricDataResults":[\#(results.joined(separator: ","))],"Messages":[]\#(token.map { #","NextToken":"\#($0)""# } ?? "")}"#)
}
