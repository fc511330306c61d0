import Telemetry

extension SignalCatalogue {
    /// DynamoDB and S3.
    static let storage: [SignalDefinition] = [
        .counter(.table, "throttles", "Throttled requests", CloudWatchMetric("AWS/DynamoDB", "ThrottledRequests", .sum, operations: operations)),
        .counter(.table, "read_throttles", "Reads beyond capacity", CloudWatchMetric("AWS/DynamoDB", "ReadThrottleEvents", .sum)),
        .counter(.table, "write_throttles", "Writes beyond capacity", CloudWatchMetric("AWS/DynamoDB", "WriteThrottleEvents", .sum)),
        .counter(.table, "system_errors", "Errors of the service", CloudWatchMetric("AWS/DynamoDB", "SystemErrors", .sum, operations: operations),
                 cadence: .slow, note: "Errors of callers are counted by account, not by table: they are not here."),
        .distribution(.table, "latency.avg", "Latency of the slowest operation, mean",
                      CloudWatchMetric("AWS/DynamoDB", "SuccessfulRequestLatency", .average, scale: 0.001, operations: operations), cadence: .slow,
                      note: "At the service, without retries and network."),
        .counter(.table, "consumed_read", "Read units used", CloudWatchMetric("AWS/DynamoDB", "ConsumedReadCapacityUnits", .sum)),
        .counter(.table, "consumed_write", "Write units used", CloudWatchMetric("AWS/DynamoDB", "ConsumedWriteCapacityUnits", .sum)),
        .counter(.table, "conditional_failures", "Conditions that did not hold",
                 CloudWatchMetric("AWS/DynamoDB", "ConditionalCheckFailedRequests", .sum), cadence: .slow, note: "Normal where writes are made idempotent by them."),

        .counter(.bucket, "requests", "Requests", s3("AllRequests"), absence: .optional, cadence: .slow, note: optIn),
        .counter(.bucket, "puts", "Writes", s3("PutRequests"), absence: .optional, note: optIn),
        .counter(.bucket, "errors_4xx", "Client errors", s3("4xxErrors"), absence: .optional, cadence: .slow, note: optIn),
        .counter(.bucket, "errors_5xx", "Server errors", s3("5xxErrors"), absence: .optional, note: optIn),
        .distribution(.bucket, "latency.p99", "Latency, 99th percentile",
                      CloudWatchMetric("AWS/S3", "TotalRequestLatency", .percentile(99), scale: 0.001), absence: .optional, cadence: .slow, note: optIn),
        .gauge(.bucket, "size", "Bytes stored", CloudWatchMetric("AWS/S3", "BucketSizeBytes", .average), unit: .bytes, period: 86_400, cadence: .daily,
               note: "One to two days late."),
        .gauge(.bucket, "objects", "Objects stored", CloudWatchMetric("AWS/S3", "NumberOfObjects", .average), period: 86_400, cadence: .daily,
               note: "One to two days late."),
    ]

    /// What applications call; DynamoDB keeps some metrics by operation alone.
    private static let operations = ["BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"]
    private static let optIn = "Request metrics must be switched on at the bucket and cost money."
    private static func s3(_ metric: String) -> CloudWatchMetric { CloudWatchMetric("AWS/S3", metric, .sum) }
}
