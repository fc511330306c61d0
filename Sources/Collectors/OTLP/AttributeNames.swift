/// What attributes of spans are called now, what they were called before, and which of them may be stored.
/// https://opentelemetry.io/docs/specs/semconv/ · messaging names moved in 1.17, 1.22, 1.25 and 1.27 and are still in development.
enum AttributeNames {
    /// Older or other libraries' name to the one that is kept. Where a writer states both, the current one counts.
    static let current: [String: String] = [
        "http.request.method": "http.method", "http.response.status_code": "http.status_code", "url.path": "http.path", "http.target": "http.path",
        "url.full": "http.url",
        "messaging.destination": "messaging.destination.name", "queuename": "messaging.destination.name", "peer.messaging.destination": "messaging.destination.name",
        "messaging.temp_destination": "messaging.destination.temporary",
        "messaging.message_id": "messaging.message.id", "messaging.id": "messaging.message.id",
        "messaging.conversation_id": "messaging.message.conversation_id",
        "messaging.message_payload_size_bytes": "messaging.message.body.size", "messaging.message.payload_size_bytes": "messaging.message.body.size",
        "messaging.batch.size": "messaging.batch.message_count", "messaging.batchSize": "messaging.batch.message_count",
        "messaging.client_id": "messaging.client.id", "messaging.kafka.client_id": "messaging.client.id", "messaging.rocketmq.client_id": "messaging.client.id",
        "messaging.consumer_id": "messaging.consumer.id",
        "messaging.kafka.consumer.group": "messaging.consumer.group.name", "messaging.rocketmq.client_group": "messaging.consumer.group.name",
        "messaging.kafka.destination.partition": "messaging.destination.partition.id", "messaging.eventhubs.consumer.group": "messaging.consumer.group.name",
        "messaging.operation": "messaging.operation.type",
        "messaging.protocol": "network.protocol.name", "net.app.protocol.name": "network.protocol.name",
        "messaging.url": "aws.sqs.queue.url", "event_source_arn": "messaging.source.arn",
        "exception.type": "error.type",
        "faas.id": "cloud.resource_id", "faas.execution": "faas.invocation_id", "cold_start": "faas.coldstart", "aws.requestId": "aws.request_id",
        "net.peer.name": "server.address", "db.name": "db.namespace", "db.operation": "db.operation.name", "db.sql.table": "db.collection.name",
        "db.dynamodb.table_name": "db.collection.name", "aws.dynamodb.table_names": "db.collection.name", "db.system.name": "db.system",
        "deployment.environment": "deployment.environment.name",
    ]

    /// Attributes that say what was done and hold nobody's data. All others are dropped, and named beside the span.
    static let kept: Set<String> = [
        "service.name", "service.version", "service.namespace", "deployment.environment.name", "telemetry.sdk.language", "otel.scope.name",
        "http.method", "http.path", "http.route", "rpc.system", "rpc.service", "rpc.method", "rpc.grpc.status_code", "network.protocol.name",
        "db.system", "db.namespace", "db.operation.name", "db.collection.name",
        "messaging.system", "messaging.destination.name", "messaging.destination.template", "messaging.destination.temporary", "messaging.destination.anonymous",
        "messaging.destination.partition.id", "messaging.destination.subscription.name", "messaging.message.id", "messaging.message.conversation_id",
        "messaging.message.body.size", "messaging.message.envelope.size", "messaging.batch.message_count", "messaging.client.id", "messaging.consumer.id",
        "messaging.consumer.group.name", "messaging.operation.type", "messaging.operation.name", "messaging.source.arn",
        "aws.sqs.queue.url", "aws.sns.topic.arn", "aws.request_id", "cloud.region", "cloud.resource_id", "faas.name", "faas.trigger", "faas.coldstart",
        "faas.invocation_id", "faas.version", "error.type", "peer.service", "server.address", "cloudevents.event_type", "cloudevents.event_source",
        "cloudevents.event_id", "graphql.operation.name", "graphql.operation.type",
    ]

    /// Named apart or of no use to anybody, so not listed among what was left out.
    static let silent: Set<String> = ["http.status_code", "http.url", "span.kind", "error", "otel.status_code", "otel.status_description", "internal.span.format", "otel.library.name"]

    /// Values that changed their spelling as well.
    static func value(_ text: String, of name: String) -> String {
        switch (name, text) {
        case ("messaging.system", "AmazonSQS"), ("messaging.system", "sqs"): "aws_sqs"
        case ("messaging.system", "aws_sns"), ("messaging.system", "AmazonSNS"), ("messaging.system", "sns"): "aws.sns"
        case ("messaging.operation.type", "publish"): "send"
        case ("messaging.operation.type", "deliver"): "process"
        default: text
        }
    }
}
