import JSON
import Telemetry

/// The rights that a plan needs and no others, as an IAM policy. Denials stand beside them, for a role that has more from elsewhere.
package struct AccessPolicy: Sendable {
    /// Reading these would take messages from their consumers, show contents, or change something.
    static let denied = [
        "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "kms:Decrypt", "lambda:GetFunction", "lambda:InvokeFunction", "s3:GetObject",
        "secretsmanager:GetSecretValue", "sqs:DeleteMessage", "sqs:PurgeQueue", "sqs:ReceiveMessage", "sqs:SendMessage", "ssm:GetParameter",
        "ssm:GetParameters", "ssm:GetParametersByPath",
    ]

    package let order: CollectionOrder
    package let region: String
    /// Twelve digits; where it is not known any account is meant, and the role's own account is what it comes to.
    package let account: String?

    package init(_ order: CollectionOrder, region: String, account: String?) {
        self.order = order
        self.region = region
        self.account = account
    }

    package var document: JSONValue {
        let operations = Set(CollectionPlan(order, interval: 300).lines.map(\.operation)).union(mayFollow)
        var actions: [[String]: Set<String>] = [:]
        for operation in operations {
            for (action, scopes) in grants(operation) { actions[scopes.sorted(), default: []].insert(action) }
        }
        let allowed = actions.sorted { ($0.value.min() ?? "") < ($1.value.min() ?? "") }.map { scopes, names -> JSONValue in
            ["Effect": "Allow", "Action": .array(names.sorted().map(JSONValue.string)), "Resource": .array(scopes.map(JSONValue.string))]
        }
        let refusal: JSONValue = ["Sid": "NeverReadContents", "Effect": "Deny", "Action": .array(Self.denied.map(JSONValue.string)), "Resource": "*"]
        return ["Version": "2012-10-17", "Statement": .array(allowed + [refusal])]
    }
}

private extension AccessPolicy {
    var resources: [Resource] { CollectionPlan.resources(of: order) }
    var isDiscovering: Bool { order.services.contains(where: \.isDiscovering) }

    /// Calls that follow from what the others find: nobody knows them before.
    var mayFollow: Set<String> {
        var names: Set<String> = []
        let kinds = Set(resources.map(\.id.kind))
        if kinds.contains(.queue) || isDiscovering { names.formUnion(["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListDeadLetterSourceQueues"]) }
        if kinds.contains(.function) { names.formUnion(["events:ListTargetsByRule", "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListDeadLetterSourceQueues"]) }
        if isDiscovering {
            names.formUnion(["lambda:GetFunctionConfiguration", "lambda:GetFunctionConcurrency", "lambda:ListEventSourceMappings", "lambda:GetFunctionEventInvokeConfig",
                             "cloudwatch:GetMetricData", "events:ListRules", "events:ListTargetsByRule"])
            if order.services.contains(where: { $0.isDiscovering && $0.logs == .collect }) { names.formUnion(["logs:DescribeLogGroups", "logs:FilterLogEvents"]) }
        }
        // Where spans are kept is known once it was asked.
        if order.services.contains(where: { !$0.traceGroups.isEmpty }) {
            let retrieving = ["xray:CancelTraceRetrieval", "xray:ListRetrievedTraces", "xray:StartTraceRetrieval"]
            switch order.keepsTracesInLogs {
            case nil: names.formUnion(retrieving + ["xray:BatchGetTraces"])
            case true?: names.formUnion(retrieving)
            case false?: names.insert("xray:BatchGetTraces")
            }
        }
        // Which APIs write an access log, and which groups are heavy, is seen only by reading them.
        let collectsLogs = order.services.contains { $0.logs == .collect }
        if collectsLogs, !logGroups.isEmpty, kinds.contains(.api) || kinds.contains(.httpAPI) || isDiscovering { names.insert("logs:FilterLogEvents") }
        if collectsLogs, !logGroups.isEmpty, order.logReading != .filter { names.formUnion(["logs:StartQuery", "logs:GetQueryResults", "logs:StopQuery"]) }
        if order.services.contains(where: { !$0.tags.isEmpty || $0.stack?.isEmpty == false }) {
            names.formUnion(["apigateway:GetRestApis", "apigateway:GetApis", "sns:ListTopics", "sns:ListSubscriptionsByTopic", "dynamodb:DescribeTable", "s3:GetBucketNotification", "s3:GetMetricsConfiguration",
                             "apigateway:GetResources", "apigateway:GetIntegrations"])
        }
        return names
    }

    func arn(_ service: String, _ rest: String) -> String { "arn:\(partition):\(service):\(region):\(account ?? "*"):\(rest)" }

    var partition: String { region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws" }

    /// The IAM action of an operation, and the narrowest resources that its service can tell apart.
    /// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    func grants(_ operation: String) -> [(action: String, scopes: [String])] {
        switch operation {
        // Dead-letter queues are followed, so their names are not known beforehand.
        case "sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListDeadLetterSourceQueues": [(operation, [arn("sqs", "*")])]
        case "lambda:GetFunctionConfiguration", "lambda:GetFunctionConcurrency", "lambda:GetFunctionEventInvokeConfig":
            [(operation, named(.function) { arn("lambda", "function:\($0)") })]
        case "dynamodb:DescribeTable": [(operation, named(.table) { arn("dynamodb", "table/\($0)") })]
        case "s3:GetBucketNotification", "s3:GetMetricsConfiguration": [(operation, named(.bucket) { "arn:\(partition):s3:::\($0)" })]
        case "sns:ListSubscriptionsByTopic": [(operation, named(.topic) { arn("sns", $0) })]
        case "events:ListTargetsByRule": [(operation, [arn("events", "rule/*")])]
        case "logs:FilterLogEvents", "logs:StartQuery": [(operation, logGroups)]
        case "logs:DescribeLogGroups": [(operation, [arn("logs", "log-group:*")])]
        case "cloudformation:DescribeStackResourceDrifts": [(operation, order.services.filter(\.readsDrift).compactMap(\.stack).filter { !$0.isEmpty }.map { arn("cloudformation", "stack/\($0)/*") })]
        case "cloudformation:ListStackResources": [(operation, order.services.compactMap(\.stack).filter { !$0.isEmpty }.map { arn("cloudformation", "stack/\($0)/*") })]
        // API Gateway knows one action; paths say what may be read.
        case "apigateway:GetRestApis", "apigateway:GetStages": [("apigateway:GET", paths(["/restapis", "/restapis/*/stages"]))]
        case "apigateway:GetApis", "apigateway:GetStagesV2": [("apigateway:GET", paths(["/apis", "/apis/*/stages"]))]
        case "apigateway:GetResources": [("apigateway:GET", paths(["/restapis/*/resources"]))]
        case "apigateway:GetIntegrations": [("apigateway:GET", paths(["/apis/*/integrations"]))]
        default: [(operation, ["*"])]
        }
    }

    func paths(_ paths: [String]) -> [String] { paths.map { "arn:\(partition):apigateway:\(region)::\($0)" } }

    var logGroups: [String] {
        let apis = resources.filter { $0.id.kind == .api || $0.id.kind == .httpAPI }
        let isRead = order.services.contains { service in service.logs == .collect && apis.contains { $0.service == service.id } }
        // Where an API writes its access log is known once its stage was read.
        let isUnknown = isRead && apis.contains { $0.checkedAt == nil && order.known[$0.id] == nil }
        if isDiscovering || isUnknown { return [arn("logs", "log-group:*")] }
        let names = resources.filter { $0.id.kind == .log }.compactMap { $0.settings[.logGroup]?.text } + (isRead ? apis.compactMap { AccessLog($0)?.group } : [])
        return Set(names).sorted().map { arn("logs", "log-group:\($0):*") }
    }

    /// By name where every name is known, by prefix where that is all there is, else any.
    func named(_ kind: ResourceKind, _ arn: (String) -> String) -> [String] {
        if order.services.contains(where: { !$0.tags.isEmpty || $0.stack?.isEmpty == false }) { return [arn("*")] }
        let prefixes = order.services.compactMap(\.namePrefix).filter { !$0.isEmpty && kind == .function }
        let names = Set(resources.filter { resource in resource.id.kind == kind && !prefixes.contains { resource.id.name.hasPrefix($0) } }.map(\.id.name))
        return (names.sorted() + Set(prefixes).sorted().map { $0 + "*" }).map(arn)
    }
}
