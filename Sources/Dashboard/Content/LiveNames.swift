/// The names that content may use in `{{…}}`, each with the word that stands there outside a tenant or where there is no such resource.
/// A closed list: a name that is not in it is the author's mistake and fails the build. Nothing in it reaches beyond one tenant.
package enum LiveNames {
    package static let generic: [String: String] = [
        "tenant": "TENANT", "tenant.title": "the tenant", "service": "SERVICE", "service.title": "the service", "region": "REGION", "account": "ACCOUNT",
        "source": "SOURCE", "resource": "RESOURCE", "stack": "STACK",
        "alert.since": "the start", "alert.value": "the value", "alert.limit": "the limit", "alert.duration": "this long",
        "queue.name": "QUEUE", "queue.url": "QUEUE_URL", "queue.visible": "the visible", "queue.in_flight": "the in-flight", "queue.oldest_age": "the age",
        "queue.deleted": "the deleted", "queue.sent": "the sent", "queue.retention": "the retention", "queue.visibility_timeout": "the visibility timeout",
        "queue.deadline": "the deadline", "queue.time_left": "the time left", "queue.drain_time": "the drain time", "queue.last_delete": "the last delete",
        "queue.dlq": "DLQ", "queue.dlq_visible": "the dead letters", "queue.max_receive_count": "the receive limit", "queue.dlq_sources": "the source queues",
        "function.name": "FUNCTION", "function.timeout": "the timeout", "function.memory": "the memory size", "function.runtime": "RUNTIME",
        "function.errors": "the errors", "function.invocations": "the runs", "function.throttles": "the throttles", "function.duration_p99": "the p99",
        "function.reserved_concurrency": "the reserved concurrency", "function.concurrency": "the concurrency", "function.log_group": "LOG_GROUP",
        "function.mapping_id": "MAPPING_ID", "function.async_age": "the event age", "function.async_dropped": "the dropped events",
        "api.name": "API", "api.stage": "STAGE", "api.requests": "the requests", "api.errors_5xx": "the 5xx answers", "api.errors_4xx": "the 4xx answers",
        "api.latency_p99": "the p99", "table.name": "TABLE", "table.throttles": "the throttled requests", "table.read_capacity": "the read capacity",
        "table.write_capacity": "the write capacity", "topic.name": "TOPIC", "topic.failed": "the failed deliveries", "bus.name": "BUS", "bus.rule": "RULE",
        "bus.failed": "the failed invocations", "trace.group": "GROUP", "trace.fault_rate": "the fault rate", "trace.count": "the traces", "log.errors": "the error lines",
    ]
}
