import Telemetry

/// How AWS spells what the product has other words for.
enum AWSNames {
    /// The prefix of a service in policies and in the ledger, which is not always its host.
    static func permission(_ service: String) -> String {
        switch service {
        case "monitoring": "cloudwatch"
        case "tagging": "tag"
        default: service
        }
    }

    /// Kind and name of what an ARN states: `arn:aws:sqs:eu-central-1:111122223333:orders`.
    static func resource(arn: String) -> (kind: ResourceKind, name: String)? {
        let parts = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", !parts[5].isEmpty else { return nil }
        let rest = parts[5]
        func after(_ prefix: String) -> String? { rest.hasPrefix(prefix) ? String(rest.dropFirst(prefix.count)) : nil }
        switch parts[2] {
        case "sqs": return (.queue, String(rest))
        case "sns": return (.topic, String(rest))
        case "s3": return (.bucket, String(rest))
        case "lambda": return after("function:").map { (.function, String($0.prefix { $0 != ":" })) }
        case "dynamodb": return after("table/").map { (.table, String($0.prefix { $0 != "/" })) }
        case "states": return after("stateMachine:").map { (.stateMachine, $0) }
        case "events": return after("event-bus/").map { (.bus, $0) }
        default: return nil
        }
    }

    /// The function in an integration's address: `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/<function ARN>/invocations`.
    static func functionARN(in address: String) -> String? {
        guard let place = address.lastRange(of: ":function:") else { return nil }
        let head = address[..<place.lowerBound]
        guard let start = head.lastRange(of: "arn:") else { return nil }
        let arn = address[start.lowerBound...].prefix { $0 != "/" }
        return resource(arn: String(arn))?.kind == .function ? String(arn) : nil
    }

    /// The same of a CloudFormation resource, by its type and physical id.
    static func resource(type: String, physicalID: String) -> (kind: ResourceKind, name: String)? {
        let last = physicalID.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? physicalID
        guard !last.isEmpty else { return nil }
        switch type {
        case "AWS::SQS::Queue": return (.queue, last)
        case "AWS::Lambda::Function": return (.function, physicalID)
        case "AWS::SNS::Topic": return (.topic, last)
        case "AWS::DynamoDB::Table": return (.table, physicalID)
        case "AWS::S3::Bucket": return (.bucket, physicalID)
        case "AWS::StepFunctions::StateMachine": return (.stateMachine, last)
        case "AWS::Events::EventBus": return (.bus, physicalID)
        // The physical id of an API is no name; whoever reads the stack looks it up.
        case "AWS::ApiGatewayV2::Api": return (.httpAPI, physicalID)
        case "AWS::ApiGateway::RestApi": return (.api, physicalID)
        default: return nil
        }
    }
}

private extension StringProtocol {
    func lastRange(of mark: String) -> Range<Index>? {
        var found: Range<Index>?, from = startIndex
        while let place = self[from...].firstRange(of: mark) { found = place; from = place.upperBound }
        return found
    }
}
