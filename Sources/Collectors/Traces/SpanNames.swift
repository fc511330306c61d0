import JSON
import Telemetry

/// Ids and names in segment documents, checked: they become file names and labels.
enum SpanNames {
    /// 16 hex digits, in lower case.
    static func id(_ text: String) -> String? { text.utf8.count == 16 && isHex(text) ? text.lowercased() : nil }

    /// `1-<8 hex>-<24 hex>`, or 32 hex digits as OpenTelemetry writes them.
    static func traceID(_ text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        if parts.count == 3, parts[0] == "1", parts[1].utf8.count == 8, parts[2].utf8.count == 24, isHex(parts[1]), isHex(parts[2]) { return text.lowercased() }
        return text.utf8.count == 32 && isHex(text) ? text.lowercased() : nil
    }

    /// `1-<8 hex>-<24 hex>` of 32 hex digits; anything else as it is.
    static func xrayTraceID(_ id: String) -> String { id.utf8.count == 32 && isHex(id) ? "1-\(id.prefix(8))-\(id.dropFirst(8))" : id }

    /// The second in which a trace began, which its id carries.
    static func start(ofTrace id: String) -> Epoch? {
        let hex = id.hasPrefix("1-") ? id.dropFirst(2).prefix(8) : id.prefix(8)
        return Int64(hex, radix: 16).map(Double.init)
    }

    private static func isHex(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || ($0 | 0x20 >= 97 && $0 | 0x20 <= 102) } }

    /// Path alone: the query may hold anything, and ids in the path become placeholders.
    static func path(of url: String) -> String {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...].drop { $0 != "/" } }
        return Redactor.redacted(rest.prefix { $0 != "?" && $0 != "#" }, limit: 200)
    }

    static func host(of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last ?? authority
        return host.isEmpty ? nil : Redactor.redacted(host, limit: 200)
    }

    /// The name of a part of AWS, as its owner gave it. Those that CloudFormation makes look like keys and are none; the inventory has them as they are.
    static func plain(_ name: some StringProtocol) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }

    static func kind(of document: JSONValue) -> TraceSpan.Kind {
        let operation = document["aws"]?["operation"]?.string ?? ""
        if operation.hasPrefix("SendMessage") || operation.hasPrefix("Publish") || operation == "PutEvents" { return .producer }
        if operation.hasPrefix("ReceiveMessage") { return .consumer }
        if document["namespace"]?.string != nil { return .client }
        // Subsegments have no origin; what has one received the call.
        return document["origin"]?.string != nil || document["http"]?["request"] != nil ? .server : .internal
    }

    static func origin(of document: JSONValue) -> String? {
        if let origin = document["origin"]?.string, !origin.isEmpty { return Redactor.redacted(origin, limit: 100) }
        switch document["namespace"]?.string {
        case "aws": return (document["name"]?.string).map { "AWS::" + Redactor.redacted($0, limit: 80) }
        case "remote": return "remote"
        default: return nil
        }
    }

    /// The table, queue, topic, function or host that the work was done on.
    static func resource(of document: JSONValue) -> String? {
        let aws = document["aws"] ?? .null
        func last(of text: String?, after mark: Character) -> String? { text.flatMap { $0.split(separator: mark).last.map(String.init) } }
        let candidates: [String?] = [
            aws["table_name"]?.string, aws["table_names"]?.array.first?.string, last(of: aws["queue_url"]?.string, after: "/"),
            last(of: aws["topic_arn"]?.string, after: ":"), last(of: aws["function_arn"]?.string, after: ":"), aws["function_name"]?.string,
            aws["bucket_name"]?.string, aws["resource_names"]?.array.first?.string, last(of: document["resource_arn"]?.string, after: ":"),
        ]
        let found = candidates.lazy.compactMap(\.self).first
        if let found, !found.isEmpty { return plain(found) }
        return document["namespace"]?.string == "remote" ? document["http"]?["request"]?["url"]?.string.flatMap(host) : nil
    }
}
