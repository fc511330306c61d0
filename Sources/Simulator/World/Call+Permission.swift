/// What IAM is asked about a call: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
extension Call {
    /// The action that a policy names; API Gateway knows one for all its reading.
    package var permission: String {
        switch service {
        case "apigateway": "apigateway:GET"
        case "tagging": "tag:\(operation)"
        default: action
        }
    }

    /// The resource that a policy names; a star where the service tells none apart.
    package var resource: String {
        func arn(_ rest: String) -> String { "arn:aws:\(service):\(region):\(caller.account):\(rest)" }
        func text(_ key: String) -> String { input[key]?.string ?? "" }
        switch service {
        case "sqs":
            let name = input["QueueName"]?.string ?? text("QueueUrl").split(separator: "/").last.map(String.init) ?? ""
            return operation == "ListQueues" ? "*" : arn(name)
        case "lambda" where path.count > 2 && path[1] == "functions": return arn("function:" + (path[2].split(separator: ":").last.map(String.init) ?? ""))
        case "dynamodb" where input["TableName"] != nil: return arn("table/\(text("TableName"))")
        case "s3": return "arn:aws:s3:::" + path.joined(separator: "/")
        case "sns" where input["TopicArn"] != nil: return text("TopicArn")
        case "events" where operation.contains("Rule") && operation != "ListRules":
            let rule = input["Rule"]?.string ?? text("Name"), bus = input["EventBusName"]?.string ?? "default"
            return arn("rule/" + (bus == "default" ? rule : "\(bus)/\(rule)"))
        case "logs": return arn("log-group:\(text("logGroupName")):log-stream:")
        case "cloudformation" where input["StackName"] != nil:
            return text("StackName").hasPrefix("arn:") ? text("StackName") : arn("stack/\(text("StackName"))/*")
        case "apigateway": return "arn:aws:apigateway:\(region)::/" + path.drop { $0 == "v2" }.joined(separator: "/")
        default: return "*"
        }
    }
}
