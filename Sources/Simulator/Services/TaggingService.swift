import JSON

/// The Resource Groups Tagging API over JSON 1.1. Every resource of a stack carries the tags that CloudFormation and the tenant put on it.
struct TaggingService: SimulatedService {
    static let signingName = "tagging"
    let wire = WireProtocol.json(version: "1.1", errorPrefix: "")

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        ["GetResources": { call throws(ServiceError) in try Self.resources(call) }]
    }

    private static func resources(_ call: Call) throws(ServiceError) -> Output {
        let filters = (call.input["TagFilters"]?.array ?? []).map { filter in
            (key: filter["Key"]?.string ?? "", values: (filter["Values"]?.array ?? []).compactMap(\.string))
        }
        let types = (call.input["ResourceTypeFilters"]?.array ?? []).compactMap(\.string)
        let all = call.system.stacks.flatMap { stack in stack.resources.map { (stack.name, $0) } }.compactMap { stack, resource -> Tagged? in
            guard let arn = call.system.arn(of: resource), types.isEmpty || types.contains(where: { isType(arn, $0) }) else { return nil }
            let tagged = Tagged(arn: arn, tags: [("aws:cloudformation:stack-name", stack), ("env", "prod"), ("service", call.system.tenant)])
            return filters.allSatisfy { filter in tagged.tags.contains { $0.key == filter.key && (filter.values.isEmpty || filter.values.contains($0.value)) } }
                ? tagged : nil
        }.sorted { $0.arn < $1.arn }
        let page = try Page(all, token: call.input["PaginationToken"]?.string, size: call.input["ResourcesPerPage"]?.integer ?? 100)
        return .json(["PaginationToken": .string(page.next ?? ""), "ResourceTagMappingList": .array(page.items.map(\.json))])
    }

    /// `sqs`, `lambda:function`.
    private static func isType(_ arn: String, _ type: String) -> Bool {
        let wanted = type.split(separator: ":"), parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard let service = wanted.first, parts.count > 5, parts[2] == service else { return false }
        return wanted.count < 2 || parts[5].hasPrefix(wanted[1])
    }

    private struct Tagged: Sendable {
        var arn: String
        var tags: [(key: String, value: String)]
        var json: JSONValue {
            ["ResourceARN": .string(arn), "Tags": .array(tags.map { ["Key": .string($0.key), "Value": .string($0.value)] })]
        }
    }
}

private extension SimulatedSystem {
    func arn(of resource: (logical: String, type: String, physical: String)) -> String? {
        switch resource.type {
        case "AWS::SQS::Queue": resource.physical.split(separator: "/").last.map { queueARN(String($0)) }
        case "AWS::Lambda::Function": functionARN(resource.physical)
        case "AWS::DynamoDB::Table": arn("dynamodb", "table/\(resource.physical)")
        case "AWS::SNS::Topic": resource.physical
        case "AWS::S3::Bucket": "arn:aws:s3:::\(resource.physical)"
        case "AWS::Events::EventBus": arn("events", "event-bus/\(resource.physical)")
        case "AWS::Events::Rule": arn("events", "rule/\(resource.physical)")
        case "AWS::ApiGateway::RestApi": "arn:aws:apigateway:\(region)::/restapis/\(resource.physical)"
        case "AWS::ApiGatewayV2::Api": "arn:aws:apigateway:\(region)::/apis/\(resource.physical)"
        default: nil
        }
    }
}
