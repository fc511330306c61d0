import JSON
import Telemetry

/// The attributes of one span under their current names, and what they say about it.
struct SpanAttributes: Sendable {
    private var values: [String: String] = [:]

    /// The service that did the work.
    var service: String? { self["service.name"] }
    subscript(_ name: String) -> String? { values[name] }

    /// Attributes of OTLP: `[{"key": …, "value": {"stringValue": …}}]`, or the plain map that CloudWatch makes of them.
    mutating func add(otlp attributes: JSONValue?) {
        add((attributes?.array ?? []).compactMap { item in item["key"]?.string.flatMap { key in Self.text(any: item["value"]).map { (key, $0) } } })
        add((attributes?.members ?? []).compactMap { member in Self.text(plain: member.value).map { (member.key, $0) } })
    }

    /// Tags of Jaeger: `[{"key": …, "type": …, "value": …}]`, where any value may be text.
    mutating func add(jaeger list: [JSONValue]) {
        add(list.compactMap { item in item["key"]?.string.flatMap { key in Self.text(plain: item["value"]).map { (key, $0) } } })
    }

    mutating func set(_ name: String, _ text: String?) { if let text, !text.isEmpty { values[name] = text } }

    private mutating func add(_ pairs: [(String, String)]) {
        for (key, text) in pairs.prefix(1_000) {
            let name = AttributeNames.current[key] ?? key
            // A name of today is never overwritten by its older form.
            if name != key, values[name] != nil { continue }
            values[name] = AttributeNames.value(text, of: name)
        }
    }

    /// What is stored: known names, and those that the operator asked for; then the names of the rest, without their values.
    func kept(and wanted: Set<String>) -> [String: String] {
        var kept: [String: String] = [:], dropped: [String] = []
        for (name, text) in values.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
            if AttributeNames.kept.contains(name) || wanted.contains(name), kept.count < 50 {
                kept[name] = name == "http.path" ? SpanNames.path(of: text) : Redactor.redacted(text, limit: 200)
            } else if !AttributeNames.silent.contains(name), name.utf8.count <= 60 {
                dropped.append(name)
            }
        }
        if kept["http.path"] == nil, let url = values["http.url"] { kept["http.path"] = SpanNames.path(of: url) }
        if !dropped.isEmpty { kept["attributes.left_out"] = Redactor.redacted(dropped.joined(separator: ", "), limit: 200) }
        return kept
    }

    var httpStatus: Int? { self["http.status_code"].flatMap { Int($0) }.flatMap { (100..<1_000).contains($0) ? $0 : nil } }

    /// The function, queue, table, service or host that the work was done on.
    func resource(of kind: TraceSpan.Kind) -> String? {
        let own = self["faas.name"] ?? service
        let found: String? = switch kind {
        case .server, .consumer, .internal: own
        case .producer: self["messaging.destination.name"] ?? own
        case .client:
            self["messaging.destination.name"] ?? self["db.collection.name"] ?? self["db.namespace"] ?? self["peer.service"] ?? self["rpc.service"]
                ?? self["server.address"] ?? self["http.url"].flatMap(SpanNames.host)
        }
        return found.map { Redactor.redacted($0, limit: 200) }
    }

    /// In the words of X-Ray where the thing is one of AWS.
    func origin(of kind: TraceSpan.Kind) -> String? {
        switch kind {
        case .server, .consumer: self["faas.name"] != nil || self["faas.invocation_id"] != nil ? "AWS::Lambda::Function" : nil
        case .internal: nil
        case .producer, .client:
            switch (self["messaging.system"], self["db.system"]) {
            case ("aws_sqs"?, _): "AWS::SQS::Queue"
            case ("aws.sns"?, _): "AWS::SNS::Topic"
            case ("eventbridge"?, _): "AWS::Events"
            case (_, "dynamodb"?), (_, "aws.dynamodb"?): "AWS::DynamoDB::Table"
            default: "remote"
            }
        }
    }

    /// X-Ray's three kinds: a refused request is an error, too many of them a throttle, all else a fault.
    func status(isError: Bool) -> TraceSpan.Status {
        switch httpStatus {
        case 429?: .throttle
        case let code? where isError && (400..<500).contains(code): .error
        default: isError ? .fault : .ok
        }
    }
}

private extension SpanAttributes {
    static func text(any value: JSONValue?) -> String? {
        guard let member = value?.members.first else { return nil }
        switch member.key {
        case "stringValue", "boolValue", "intValue", "doubleValue": return text(plain: member.value)
        case "arrayValue":
            let items = (member.value["values"]?.array ?? []).prefix(20).compactMap { text(any: $0) }
            return items.isEmpty ? nil : items.joined(separator: ", ")
        // Maps and bytes are payloads.
        default: return nil
        }
    }

    static func text(plain value: JSONValue?) -> String? {
        switch value {
        case .string(let text)?: text
        case .bool(let flag)?: flag ? "true" : "false"
        case .number(let number)?: Int64(exactly: number).map(String.init) ?? "\(number)"
        case .array(let items)?:
            items.isEmpty ? nil : items.prefix(20).compactMap { text(plain: $0) }.joined(separator: ", ")
        case .object?, .null?, nil: nil
        }
    }
}
