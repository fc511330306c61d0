import JSON

extension TraceModel {
    /// The trace as CloudWatch keeps it in `aws/spans`: one document a span, with its resource beside it and attributes as plain maps. Nodes that
    /// X-Ray infers are no spans.
    func otelSpans(account: String) -> [(id: String, document: JSONValue)] {
        segments.filter { !$0.isInferred }.flatMap { segment in
            let resource: JSONValue = ["attributes": ["service.name": .string(segment.name), "cloud.provider": "aws", "cloud.account.id": .string(account)]]
            return segment.spans(traceID: String(id.dropFirst(2).filter { $0 != "-" }), parent: segment.parentID, resource: resource)
        }
    }
}

private extension SegmentModel {
    func spans(traceID: String, parent: String?, resource: JSONValue) -> [(id: String, document: JSONValue)] {
        var members: [JSONValue.Member] = [
            .init("resource", resource), .init("scope", ["name": "aws.xray"]), .init("traceId", .string(traceID)), .init("spanId", .string(id)), .init("flags", 1),
            .init("name", .string(name)), .init("kind", .string(kind)), .init("startTimeUnixNano", nanoseconds(start)), .init("attributes", .object(attributes)),
            .init("status", ["code": isError || isFault || isThrottled ? "ERROR" : "UNSET"]), .init("events", .array(events)), .init("links", .array(otelLinks)),
        ]
        if let parent { members.append(.init("parentSpanId", .string(parent))) }
        if let end { members += [.init("endTimeUnixNano", nanoseconds(end)), .init("durationNano", nanoseconds(end - start))] }
        return [(id, .object(members))] + children.flatMap { $0.spans(traceID: traceID, parent: id, resource: resource) }
    }

    var kind: String {
        let operation = detail("aws")?["operation"]?.string ?? ""
        if operation.hasPrefix("SendMessage") || operation.hasPrefix("Publish") || operation == "PutEvents" { return "PRODUCER" }
        if namespace != nil { return "CLIENT" }
        return origin != nil ? "SERVER" : "INTERNAL"
    }

    var attributes: [JSONValue.Member] {
        let http = detail("http"), aws = detail("aws")
        // A refused call always has a status on the wire.
        let status = http?["response"]?["status"] ?? (isThrottled ? 429 : isError && !isFault ? 400 : nil)
        let pairs: [(String, JSONValue?)] = [
            ("http.request.method", http?["request"]?["method"]), ("url.full", http?["request"]?["url"]), ("http.response.status_code", status),
            ("aws.request_id", aws?["request_id"]), ("rpc.method", aws?["operation"]), ("rpc.service", namespace == "aws" ? .string(name) : nil),
            ("aws.sqs.queue.url", aws?["queue_url"]), ("aws.sns.topic.arn", aws?["topic_arn"]), ("aws.dynamodb.table_names", aws?["table_name"].map { .array([$0]) }),
            ("faas.name", origin == "AWS::Lambda::Function" ? .string(name) : nil),
        ]
        return pairs.compactMap { key, value in value.map { .init(key, $0) } } + (detail("annotations")?.members ?? [])
    }

    var events: [JSONValue] {
        (detail("cause")?["exceptions"]?.array ?? []).map { exception in
            ["name": "exception", "timeUnixNano": nanoseconds(end ?? start),
             "attributes": ["exception.type": exception["type"] ?? "", "exception.message": exception["message"] ?? ""]]
        }
    }

    var otelLinks: [JSONValue] {
        (detail("links")?.array ?? []).map { link in
            ["traceId": .string((link["trace_id"]?.string ?? "").dropFirst(2).filter { $0 != "-" }), "spanId": link["id"] ?? "", "attributes": link["attributes"] ?? [:]]
        }
    }

    func nanoseconds(_ seconds: Double) -> JSONValue { .number((seconds * 1_000_000).rounded() * 1_000) }
}
