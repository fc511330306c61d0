/// How many calls a second AWS lets an account make in a region before it throttles. Calls of the same bucket share.
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
/// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
/// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
struct CallRate: Equatable {
    var bucket: String
    var perSecond: Double

    init(_ call: AWSCall) {
        let service = call.service.name
        switch (service, call.operation) {
        case ("monitoring", "ListMetrics"): self.init("monitoring ListMetrics", 25)
        // Five in most regions, more in some.
        case ("logs", "FilterLogEvents"), ("logs", "StartQuery"), ("logs", "GetQueryResults"): self.init("logs \(call.operation)", 5)
        case ("logs", _): self.init("logs \(call.operation)", 10)
        // All of the control plane together, the one call excepted that returns code.
        case ("lambda", _): self.init("lambda", 15)
        case ("apigateway", _): self.init("apigateway", 10)
        case ("tagging", _): self.init("tagging", 15)
        case ("sns", _): self.init("sns", 30)
        default: self.init("\(service) \(call.operation)", 50)
        }
    }

    private init(_ bucket: String, _ perSecond: Double) {
        self.bucket = bucket
        self.perSecond = perSecond
    }
}
