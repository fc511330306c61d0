extension SignalCatalogue {
    /// Metrics of AWS that are not asked for, and why: what is not here is not watched.
    static let leftOut: [(metrics: String, reason: String)] = [
        ("AWS/ApiGateway CacheHitCount, CacheMissCount", "they exist with a cache of the stage alone, and say nothing about failures"),
        ("AWS/DynamoDB UserErrors", "of a whole account and region: no table, and so no tenant, can be blamed for them"),
        ("AWS/Events PutEventsFailedEntriesCount, IngestionToInvocationSuccessLatency", "of an account, not of a rule; what a rule delivers is counted by its invocations, attempts and dead letters"),
        ("AWS/KMS, AWS/Usage", "keys and quotas are no part of a message's path"),
        ("AWS/Lambda UnreservedConcurrentExecutions, ClaimedAccountConcurrency", "of a whole account; a function's own concurrency is held against its own limit"),
        ("AWS/Lambda IteratorAge", "of streams (Kinesis, DynamoDB); queues have the age of their oldest message"),
        ("AWS/Lambda ProvisionedConcurrencyUtilization, ProvisionedConcurrencySpilloverInvocations", "they exist with provisioned concurrency alone"),
        ("AWS/Lambda PolledEventCount and the other counts of an event source mapping", "opt-in for each mapping; balances compare the queue's own counts with the function's"),
        ("AWS/S3 FirstByteLatency", "the time until the last byte is asked for, which holds it"),
        ("AWS/SNS NumberOfNotificationsFilteredOut-InvalidAttributes, -NoMessageAttributes", "parts of NumberOfNotificationsFilteredOut, which is asked for"),
        ("AWS/X-Ray metrics of groups", "the same numbers come from the summaries, with the size of the sample"),
    ]
}
