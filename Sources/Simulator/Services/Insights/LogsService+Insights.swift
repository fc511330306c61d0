import Digests
import JSON
import Telemetry

/// Logs Insights. A query's id holds the whole question, so that nothing need be remembered between calls.
extension LogsService {
    /// Seconds that a query runs.
    private static let runtime: Int64 = 2

    static func startQuery(_ call: Call) throws(ServiceError) -> Output {
        let asked = call.input["logGroupName"]?.string ?? call.input["logGroupNames"]?.array.first?.string ?? ""
        guard let group = call.system.logGroups.first(where: { $0.name == asked }) else {
            throw ServiceError("ResourceNotFoundException", "Log group '\(asked)' does not exist for account ID '\(call.system.account)'")
        }
        if group.isDenied { throw .denied(call.caller, action: "logs:StartQuery", resource: call.system.arn("logs", "log-group:\(group.name):log-stream:")) }
        guard let start = call.input["startTime"]?.integer, let end = call.input["endTime"]?.integer, start <= end, let query = call.input["queryString"]?.string else {
            throw ServiceError("InvalidParameterException", "The query's time range or text is missing or not valid.")
        }
        _ = try InsightsParser.commands(query)
        let question: JSONValue = ["g": .string(group.name), "s": JSONValue(start), "e": JSONValue(end), "q": .string(query), "l": JSONValue(call.input["limit"]?.integer ?? 10_000),
                                   "t": JSONValue(call.now.seconds)]
        return .json(["queryId": .string(base64(question.bytes()))])
    }

    static func queryResults(_ call: Call) throws(ServiceError) -> Output {
        guard let id = call.input["queryId"]?.string, let bytes = base64Decoded(id), let question = try? JSONValue(parsing: bytes), let name = question["g"]?.string,
              let start = question["s"]?.integer, let end = question["e"]?.integer, let query = question["q"]?.string, let asked = question["t"]?.integer,
              let group = call.system.logGroups.first(where: { $0.name == name }) else {
            throw ServiceError("ResourceNotFoundException", "The specified query does not exist.")
        }
        let known = min(Int64(end) * 1_000 + 999, (call.now - delay).seconds * 1_000)
        let first = max(Int64(start) / 60, call.now.minute - 44_640)
        let lines = first * 60_000 > known ? [] : (first...(known / 60_000)).flatMap { group.lines($0) }.filter { $0.time >= Int64(start) * 1_000 && $0.time <= known }
        let scanned = lines.reduce(0) { $0 + $1.message.utf8.count }
        guard call.now.seconds - Int64(asked) >= runtime else {
            return .json(["status": "Running", "results": [], "statistics": ["bytesScanned": JSONValue(scanned / 2), "recordsScanned": JSONValue(lines.count / 2), "recordsMatched": 0]])
        }
        let run = InsightsRun(lines.map { InsightsRecord($0, group: group.name) }, try InsightsParser.commands(query))
        let rows = run.records.prefix(question["l"]?.integer ?? 10_000).map { record in
            JSONValue.array(run.shown.compactMap { name in record.fields[name]?.text.map { ["field": .string(name), "value": .string($0)] } })
        }
        return .json(["status": "Complete", "results": .array(rows), "statistics": [
            "bytesScanned": JSONValue(scanned), "recordsScanned": JSONValue(lines.count), "recordsMatched": JSONValue(run.records.count)]])
    }
}

private extension InsightsRecord {
    /// A line with what the service finds in it: REPORT fields, and the members of a JSON line.
    init(_ line: LogLine, group: String) {
        time = line.time
        fields = ["@timestamp": .text(InsightsExpression.stamp(line.time)), "@message": .text(line.message), "@logStream": .text(line.stream),
                  "@ptr": .text(Dice(seed: 5, group + line.message).hexDigits(32, line.time))]
        if line.message.hasPrefix("REPORT ") {
            func number(_ name: String) -> Double? {
                line.message.firstRange(of: name).flatMap { Double(line.message[$0.upperBound...].prefix { $0.isNumber || $0 == "." }) }
            }
            fields["@duration"] = number("\tDuration: ").map { .number($0) }
            fields["@initDuration"] = number("\tInit Duration: ").map { .number($0) }
            // The service counts a megabyte as a million bytes here.
            fields["@maxMemoryUsed"] = number("\tMax Memory Used: ").map { .number($0 * 1_000_000) }
        } else if line.message.hasPrefix("{"), let record = try? JSONValue(parsing: Array(line.message.utf8)) {
            for member in record.members {
                switch member.value {
                case .string(let text): fields[member.key] = .text(text)
                case .number(let number): fields[member.key] = .number(number)
                default: break
                }
            }
        }
    }
}
