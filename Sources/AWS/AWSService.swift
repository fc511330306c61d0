/// How one AWS service is spoken to. All the services there are stand in the table below; what their operations mean is the
/// collectors' business.
package struct AWSService: Hashable, Sendable {
    package enum WireProtocol: Hashable, Sendable {
        /// One path, the operation in `X-Amz-Target`.
        case json(version: String, target: String)
        /// Method, path and query say the operation; bodies are JSON.
        case restJSON
        /// Form parameters, answers in XML.
        case query(apiVersion: String)
        /// Method, path and query say the operation; bodies are bytes or XML.
        case restXML
    }

    /// The first label of the host, which is the signing name too.
    package var name: String
    /// As in `AWS_ENDPOINT_URL_<name>`: https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html
    package var environmentName: String
    package var wire: WireProtocol

    private init(_ name: String, _ environmentName: String, _ wire: WireProtocol) {
        self.name = name
        self.environmentName = environmentName
        self.wire = wire
    }
}

extension AWSService {
    package static let sqs = AWSService("sqs", "SQS", .json(version: "1.0", target: "AmazonSQS"))
    package static let cloudWatch = AWSService("monitoring", "CLOUDWATCH", .json(version: "1.0", target: "GraniteServiceVersion20100801"))
    package static let logs = AWSService("logs", "CLOUDWATCH_LOGS", .json(version: "1.1", target: "Logs_20140328"))
    package static let events = AWSService("events", "EVENTBRIDGE", .json(version: "1.1", target: "AWSEvents"))
    package static let dynamoDB = AWSService("dynamodb", "DYNAMODB", .json(version: "1.0", target: "DynamoDB_20120810"))
    package static let states = AWSService("states", "SFN", .json(version: "1.0", target: "AWSStepFunctions"))
    package static let tagging = AWSService("tagging", "RESOURCE_GROUPS_TAGGING_API",
                                            .json(version: "1.1", target: "ResourceGroupsTaggingAPI_20170126"))
    package static let lambda = AWSService("lambda", "LAMBDA", .restJSON)
    package static let xray = AWSService("xray", "XRAY", .restJSON)
    package static let apiGateway = AWSService("apigateway", "API_GATEWAY", .restJSON)
    package static let sts = AWSService("sts", "STS", .query(apiVersion: "2011-06-15"))
    package static let sns = AWSService("sns", "SNS", .query(apiVersion: "2010-03-31"))
    package static let cloudFormation = AWSService("cloudformation", "CLOUDFORMATION", .query(apiVersion: "2010-05-15"))
    package static let s3 = AWSService("s3", "S3", .restXML)

    package static let all = [sqs, cloudWatch, logs, events, dynamoDB, states, tagging, lambda, xray, apiGateway, sts, sns, cloudFormation, s3]
}
