import Digests
import JSON
import Telemetry

/// AWS Lambda's read side over REST-JSON.
struct LambdaService: SimulatedService {
    static let signingName = "lambda"
    let wire = WireProtocol.restJSON

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "ListFunctions": { call throws(ServiceError) in try Self.listFunctions(call) },
            "GetFunctionConfiguration": { call throws(ServiceError) in .json(Self.configuration(try Self.function(call), call.system)) },
            "GetFunctionConcurrency": { call throws(ServiceError) in
                .json(try Self.function(call).reservedConcurrency.map { ["ReservedConcurrentExecutions": JSONValue($0)] } ?? .object([]))
            },
            "GetFunctionEventInvokeConfig": { call throws(ServiceError) in try Self.invokeConfiguration(call) },
            "ListEventSourceMappings": { call throws(ServiceError) in try Self.listMappings(call) },
        ]
    }

    func operation(of request: SimulatedRequest) -> String? {
        let path = request.path.split(separator: "/").map(String.init)
        // Named and not served: a policy has to be able to refuse them.
        if request.method == "POST", path.count == 4, path[1] == "functions", path[3] == "invocations" { return "InvokeFunction" }
        guard request.method == "GET", path.count >= 2 else { return nil }
        switch (path[0], path[1], path.count) {
        case ("2015-03-31", "functions", 3): return "GetFunction"
        case ("2015-03-31", "functions", 2): return "ListFunctions"
        case ("2015-03-31", "functions", 4) where path[3] == "configuration": return "GetFunctionConfiguration"
        case (_, "functions", 4) where path[3] == "concurrency": return "GetFunctionConcurrency"
        case ("2019-09-25", "functions", 4) where path[3] == "event-invoke-config": return "GetFunctionEventInvokeConfig"
        case ("2015-03-31", "event-source-mappings", 2): return "ListEventSourceMappings"
        default: return nil
        }
    }

    private static func listFunctions(_ call: Call) throws(ServiceError) -> Output {
        let all = call.system.functions.sorted { $0.name < $1.name }
        let page = try Page(all, token: call.parameter("Marker"), size: min(50, call.parameter("MaxItems").flatMap(Int.init) ?? 50))
        return .json(["Functions": .array(page.items.map { configuration($0, call.system) }), "NextMarker": JSONValue(page.next)])
    }

    /// Functions are asked for by name or by ARN.
    private static func function(_ call: Call) throws(ServiceError) -> FunctionModel {
        let asked = call.path.count > 2 ? call.path[2] : ""
        let name = asked.split(separator: ":").last.map(String.init) ?? ""
        guard let function = call.system.functions.first(where: { $0.name == name }) else {
            throw ServiceError("ResourceNotFoundException", status: 404, "Function not found: \(call.system.functionARN(name))")
        }
        return function
    }

    private static func invokeConfiguration(_ call: Call) throws(ServiceError) -> Output {
        let function = try function(call)
        if let destination = function.failureDestination {
            return .json(["FunctionArn": .string(call.system.functionARN(function.name) + ":$LATEST"), "MaximumRetryAttempts": 2,
                          "DestinationConfig": ["OnSuccess": .object([]), "OnFailure": ["Destination": .string(destination)]]])
        }
        throw ServiceError("ResourceNotFoundException", status: 404,
                           "The function \(call.system.functionARN(function.name)):$LATEST doesn't have an EventInvokeConfig")
    }

    private static func configuration(_ function: FunctionModel, _ system: SimulatedSystem) -> JSONValue {
        let modified = system.anchor - Int64(function.deployedDaysAgo) * 86_400 - 51 * 60
        var members: [JSONValue.Member] = [
            .init("FunctionName", .string(function.name)), .init("FunctionArn", .string(system.functionARN(function.name))),
            .init("Runtime", .string(function.runtime)), .init("Role", .string("arn:aws:iam::\(system.account):role/\(function.name)-role")),
            .init("Handler", .string(function.handler)), .init("CodeSize", 482_113), .init("Description", ""),
            .init("Timeout", JSONValue(function.timeout)), .init("MemorySize", JSONValue(function.memory)),
            .init("LastModified", .string(modified.rfc3339.dropLast() + ".000+0000")),
            .init("CodeSha256", .string(base64(sha256("\(function.name) \(function.deployedDaysAgo)")))), .init("Version", "$LATEST"),
            .init("TracingConfig", ["Mode": .string(function.tracing ? "Active" : "PassThrough")]),
            .init("RevisionId", .string(Dice(seed: 3, function.name).uuid(0))), .init("PackageType", "Zip"), .init("Architectures", ["x86_64"]),
            .init("EphemeralStorage", ["Size": 512]), .init("State", "Active"), .init("LastUpdateStatus", "Successful"),
            .init("LoggingConfig", ["LogFormat": "Text", "LogGroup": .string("/aws/lambda/\(function.name)")]),
        ]
        if !function.environment.isEmpty {
            let variables = function.environment.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
            members.append(.init("Environment", ["Variables": .object(variables)]))
        }
        return .object(members)
    }

    private static func listMappings(_ call: Call) throws(ServiceError) -> Output {
        let wanted = call.parameter("FunctionName"), source = call.parameter("EventSourceArn")
        let all = call.system.mappings.filter { mapping in
            (wanted == nil || wanted == mapping.function || wanted == call.system.functionARN(mapping.function))
                && (source == nil || source == call.system.queueARN(mapping.queue))
        }
        let page = try Page(all, token: call.parameter("Marker"), size: call.parameter("MaxItems").flatMap(Int.init) ?? 100)
        return .json(["EventSourceMappings": .array(page.items.map { mapping($0, call.system) }), "NextMarker": JSONValue(page.next)])
    }

    private static func mapping(_ mapping: MappingModel, _ system: SimulatedSystem) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("UUID", .string(mapping.id)), .init("BatchSize", JSONValue(mapping.batchSize)), .init("MaximumBatchingWindowInSeconds", 0),
            .init("EventSourceArn", .string(system.queueARN(mapping.queue))), .init("FunctionArn", .string(system.functionARN(mapping.function))),
            .init("LastModified", JSONValue((system.anchor - 3_456_000).seconds)), .init("State", "Enabled"),
            .init("StateTransitionReason", "USER_INITIATED"),
            .init("FunctionResponseTypes", mapping.reportsItemFailures ? ["ReportBatchItemFailures"] : []),
        ]
        if let limit = mapping.maximumConcurrency { members.append(.init("ScalingConfig", ["MaximumConcurrency": JSONValue(limit)])) }
        return .object(members)
    }
}
