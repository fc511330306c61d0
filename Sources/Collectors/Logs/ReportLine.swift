import JSON
import Telemetry

/// What a Lambda log line says about an invocation: a REPORT or START line, or a `platform.*` record of JSON logging.
/// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
package enum PlatformLine: Equatable, Sendable {
    case start(requestID: String)
    case report(ReportLine)

    package var isStart: Bool { if case .start = self { true } else { false } }

    package init?(_ line: some StringProtocol) {
        if line.hasPrefix("REPORT RequestId: ") {
            guard let report = ReportLine(text: line) else { return nil }
            self = .report(report)
        } else if line.hasPrefix("START RequestId: ") {
            self = .start(requestID: String(line.dropFirst(17).prefix { $0 != " " && $0 != "\n" }))
        } else if line.hasPrefix("{"), line.contains("platform."), let record = try? JSONValue(parsing: Array(line.utf8)) {
            switch record["type"]?.string {
            case "platform.start":
                guard let id = record["record"]?["requestId"]?.string else { return nil }
                self = .start(requestID: id)
            case "platform.report":
                guard let report = ReportLine(record: record["record"] ?? .null) else { return nil }
                self = .report(report)
            default: return nil
            }
        } else {
            return nil
        }
    }
}

/// The numbers of one finished invocation, in seconds and bytes.
package struct ReportLine: Equatable, Sendable {
    package var requestID: String
    package var duration: Double
    package var billed: Double?
    package var initDuration: Double?
    package var memorySize: Double?
    package var memoryUsed: Double?
    package var traceID: String?
    package var failure: String?

    init?(text: some StringProtocol) {
        // Fields are set apart by tabs, in old and masked lines by blanks; so each is found by its name.
        func field(_ name: String) -> Substring? {
            let text = Substring(text)
            guard let found = text.firstRange(of: name) else { return nil }
            return text[found.upperBound...].prefix { $0 != "\t" && $0 != "\n" && $0 != "\r\n" }
        }
        func number(_ name: String) -> Double? {
            field(name).flatMap { Double(String($0.drop { $0 == " " }.prefix { $0 != " " })) }.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        }
        guard let id = field("RequestId: ")?.prefix(while: { $0 != " " }), !id.isEmpty, let duration = number("Duration: ") else { return nil }
        requestID = String(id)
        self.duration = duration / 1_000
        billed = number("Billed Duration: ").map { $0 / 1_000 }
        initDuration = (number("Init Duration: ") ?? number("Restore Duration: ")).map { $0 / 1_000 }
        memorySize = number("Memory Size: ").map { $0 * 1_048_576 }
        memoryUsed = number("Max Memory Used: ").map { $0 * 1_048_576 }
        traceID = field("XRAY TraceId: ").map { String($0.prefix { $0 != " " }) }
        failure = field("Status: ").flatMap { Self.failure($0.prefix { $0 != " " }, errorType: field("Error Type: ")) }
    }

    init?(record: JSONValue) {
        let metrics = record["metrics"] ?? .null
        func number(_ key: String) -> Double? { metrics[key]?.double.flatMap { $0 >= 0 ? $0 : nil } }
        guard let id = record["requestId"]?.string, !id.isEmpty, let duration = number("durationMs") else { return nil }
        requestID = id
        self.duration = duration / 1_000
        billed = number("billedDurationMs").map { $0 / 1_000 }
        initDuration = (number("initDurationMs") ?? number("restoreDurationMs")).map { $0 / 1_000 }
        memorySize = number("memorySizeMB").map { $0 * 1_048_576 }
        memoryUsed = number("maxMemoryUsedMB").map { $0 * 1_048_576 }
        let tracing = record["tracing"]?["value"]?.string
        traceID = tracing.flatMap { $0.split(separator: ";").first { $0.hasPrefix("Root=") } }.map { String($0.dropFirst(5)) }
        failure = record["status"]?.string.flatMap { Self.failure(Substring($0), errorType: (record["errorType"]?.string).map { Substring($0) }) }
    }

    private static func failure(_ status: Substring, errorType: Substring?) -> String? {
        if let errorType, errorType.contains("OutOfMemory") { return "out_of_memory" }
        return switch status.lowercased() {
        case "timeout": "timeout"
        case "success", "": nil
        default: "error"
        }
    }

    package func execution(of resource: ResourceID, at time: Timestamp) -> Execution {
        Execution(resource: resource, requestID: requestID, time: time, duration: duration, billed: billed, initDuration: initDuration,
                  memorySize: memorySize, memoryUsed: memoryUsed, traceID: traceID, failure: failure)
    }
}
