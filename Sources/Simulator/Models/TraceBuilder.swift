import JSON

/// Builds the two segments that Lambda sends for a run (the service's and the function's) and hangs calls below them.
package struct TraceBuilder: Sendable {
    package let run: Run
    private let function: String
    private let account: String
    private let dice: Dice
    private var calls: [SegmentModel] = []
    private var annotations: [JSONValue.Member] = []
    private var upstream: [SegmentModel] = []
    private var downstream: [SegmentModel] = []
    /// Seconds between accepting an event and running it; only asynchronous invocations wait.
    package var dwell: Double?
    package var links: [JSONValue] = []
    /// Closed subsegments beside this one; an open one makes the segment incomplete.
    package var leavesSubsegmentOpen: String?

    package init(run: Run, function: String, account: String, dice: Dice) {
        self.run = run
        self.function = function
        self.account = account
        self.dice = dice.named("segment \(function)")
    }

    /// When the handler began.
    package var handlerStart: Double { run.start + (run.initDuration ?? 0) }
    package func segmentID(_ place: Int64) -> String { dice.hexDigits(16, run.event &* 31 &+ Int64(run.attempt), place) }

    /// The gateway in front, answering a little after the function.
    package mutating func gateway(_ name: String, method: String, path: String, status: Int, overhead: Double = 0.008) {
        var segment = SegmentModel(name, id: segmentID(1), origin: "AWS::ApiGateway::Stage", from: run.start - overhead / 2, to: run.end + overhead / 2)
        segment.details = [.init("http", [
            "request": ["method": .string(method), "url": .string("https://api.example/\(path.drop { $0 == "/" })")], "response": ["status": .number(Double(status))],
        ])]
        segment.isFault = status >= 500
        segment.isError = (400..<500).contains(status)
        segment.isThrottled = status == 429
        upstream.append(segment)
    }

    /// A call of an AWS service, seconds from the handler's start. The thing called sends no segments, so X-Ray infers a node for it.
    package mutating func call(_ service: AWSCall, from: Double, to: Double, change: (inout SegmentModel) -> Void = { _ in }) {
        let id = segmentID(Int64(10 + calls.count * 2))
        var segment = SegmentModel(service.name, id: id, from: handlerStart + from, to: handlerStart + to)
        segment.namespace = "aws"
        var aws: [JSONValue.Member] = [
            .init("operation", .string(service.operation)), .init("request_id", .string(dice.uuid(run.event, Int64(calls.count)))),
        ]
        if let resource = service.resource { aws.append(.init(resource.key, .string(resource.value))) }
        segment.details = [.init("aws", .object(aws)), .init("http", ["response": ["status": 200]])]
        change(&segment)
        add(segment, node: service.resource?.value ?? service.name, origin: service.origin)
    }

    /// A call of something outside AWS.
    package mutating func remote(_ host: String, from: Double, to: Double, method: String, url: String, status: Int,
                                 change: (inout SegmentModel) -> Void = { _ in }) {
        let id = segmentID(Int64(10 + calls.count * 2))
        var segment = SegmentModel(host, id: id, from: handlerStart + from, to: handlerStart + to)
        segment.namespace = "remote"
        segment.details = [.init("http", ["request": ["method": .string(method), "url": .string(url)], "response": ["status": .number(Double(status))]])]
        segment.isFault = status >= 500
        change(&segment)
        add(segment, node: host, origin: "remote")
    }

    private mutating func add(_ call: SegmentModel, node: String, origin: String) {
        var inferred = SegmentModel(node, id: segmentID(Int64(11 + calls.count * 2)), origin: origin, parent: call.id, from: call.start, to: call.end)
        inferred.isInferred = true
        (inferred.isError, inferred.isFault, inferred.isThrottled) = (call.isError, call.isFault, call.isThrottled)
        inferred.details = call.details
        calls.append(call)
        downstream.append(inferred)
    }

    package mutating func annotate(_ key: String, _ value: JSONValue) { annotations.append(.init(key, value)) }

    /// The finished trace. Where the run failed, the function's segment carries the exception.
    package func trace(type: String = "Error", message: String = "", id: String? = nil) -> TraceModel {
        TraceModel(id: id ?? run.traceID, segments: segments(type: type, message: message))
    }

    package func segments(type: String = "Error", message: String = "") -> [SegmentModel] {
        let accepted = run.start - (dwell ?? 0)
        var service = SegmentModel(function, id: segmentID(2), origin: "AWS::Lambda", parent: upstream.last?.id, from: accepted, to: run.end + 0.003)
        service.details = [.init("http", ["response": ["status": dwell == nil ? 200 : 202]]),
                           .init("aws", ["request_id": .string(run.requestID), "account_id": .string(account)])]
        service.isFault = run.isFailed
        if dwell != nil {
            service.children = [
                SegmentModel("Dwell Time", id: segmentID(3), from: accepted, to: run.start),
                SegmentModel("Attempt #\(run.attempt)", id: segmentID(4), from: run.start, to: run.end),
            ]
        }
        return upstream + [service, functionSegment(below: service, type: type, message: message)] + downstream
    }

    private func functionSegment(below service: SegmentModel, type: String, message: String) -> SegmentModel {
        let parent = dwell == nil ? service.id : segmentID(4)
        var segment = SegmentModel(function, id: segmentID(5), origin: "AWS::Lambda::Function", parent: parent, from: run.start, to: run.end)
        if let initDuration = run.initDuration {
            segment.children.append(SegmentModel("Initialization", id: segmentID(6), from: run.start, to: run.start + initDuration))
        }
        var invocation = SegmentModel("Invocation", id: segmentID(7), from: handlerStart, to: run.end - 0.0005)
        invocation.children = calls
        if !annotations.isEmpty { invocation.details.append(.init("annotations", .object(annotations))) }
        if let name = leavesSubsegmentOpen {
            invocation.children.append(SegmentModel(name, id: segmentID(9), from: handlerStart + 0.002, to: nil))
        }
        segment.children.append(invocation)
        segment.children.append(SegmentModel("Overhead", id: segmentID(8), from: run.end - 0.0005, to: run.end))
        segment.details = [.init("aws", ["function_arn": .string("arn:aws:lambda:us-east-1:\(account):function:\(function)")])]
        if !links.isEmpty { segment.details.append(.init("links", .array(links))) }
        if run.isFailed {
            segment.isFault = true
            segment.details.append(.init("cause", ["exceptions": [[
                "id": .string(dice.hexDigits(16, run.event, 77)), "type": .string(type), "message": .string(message),
                "stack": [["path": "index.js", "line": 41, "label": "handler"]],
            ]]]))
        }
        return segment
    }
}

/// A call that the AWS SDK made, as the tracing SDK notes it down.
package struct AWSCall: Sendable {
    package var name: String
    package var operation: String
    /// What the node on the map is.
    package var origin: String
    package var resource: (key: String, value: String)?

    package static func dynamoDB(_ operation: String, table: String?) -> AWSCall {
        AWSCall(name: "DynamoDB", operation: operation, origin: "AWS::DynamoDB::Table", resource: table.map { ("table_name", $0) })
    }

    package static func sqs(_ operation: String, queueURL: String) -> AWSCall {
        AWSCall(name: "SQS", operation: operation, origin: "AWS::SQS::Queue", resource: ("queue_url", queueURL))
    }

    package static func sns(_ operation: String, topicARN: String) -> AWSCall {
        AWSCall(name: "SNS", operation: operation, origin: "AWS::SNS", resource: ("topic_arn", topicARN))
    }

    package static func kms(_ operation: String) -> AWSCall { AWSCall(name: "KMS", operation: operation, origin: "AWS::KMS") }
    package static func s3(_ operation: String, bucket: String) -> AWSCall {
        AWSCall(name: "S3", operation: operation, origin: "AWS::S3::Bucket", resource: ("bucket_name", bucket))
    }
}
