import JSON
import Telemetry

/// CloudWatch Logs over JSON 1.1.
struct LogsService: SimulatedService {
    static let signingName = "logs"
    let wire = WireProtocol.json(version: "1.1", errorPrefix: "")
    static let pageLimit = 10_000
    /// Log lines take a few seconds to be found.
    static let delay: Int64 = 5

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "DescribeLogGroups": { call throws(ServiceError) in try Self.groups(call) },
            "FilterLogEvents": { call throws(ServiceError) in try Self.events(call) },
            "StartQuery": { call throws(ServiceError) in try Self.startQuery(call) },
            "GetQueryResults": { call throws(ServiceError) in try Self.queryResults(call) },
            "StopQuery": { _ in .json(["success": true]) },
        ]
    }

    private static func groups(_ call: Call) throws(ServiceError) -> Output {
        let prefix = call.input["logGroupNamePrefix"]?.string ?? ""
        let all = call.system.logGroups.filter { $0.name.hasPrefix(prefix) }.sorted { $0.name < $1.name }
        let page = try Page(all, token: call.input["nextToken"]?.string, size: min(50, call.input["limit"]?.integer ?? 50))
        let groups = page.items.map { group in
            var members: [JSONValue.Member] = [
                .init("logGroupName", .string(group.name)), .init("arn", .string(call.system.arn("logs", "log-group:\(group.name):*"))),
                .init("creationTime", JSONValue((call.system.anchor - 20_000_000).seconds * 1_000)), .init("metricFilterCount", 0),
                .init("storedBytes", 1_048_576), .init("logGroupClass", "STANDARD"),
            ]
            if let days = group.retentionDays { members.append(.init("retentionInDays", JSONValue(days))) }
            return JSONValue.object(members)
        }
        return .json(JSONValue.object([.init("logGroups", .array(groups)), .init("nextToken", JSONValue(page.next))]).withoutNulls)
    }

    private static func events(_ call: Call) throws(ServiceError) -> Output {
        let asked = call.input["logGroupName"]?.string ?? call.input["logGroupIdentifier"]?.string ?? ""
        let name = asked.hasPrefix("arn:") ? asked.split(separator: ":").dropFirst(6).joined(separator: ":") : asked
        guard let group = call.system.logGroups.first(where: { $0.name == name }) else {
            throw ServiceError("ResourceNotFoundException", "The specified log group does not exist.")
        }
        if group.isDenied {
            throw .denied(call.caller, action: "logs:FilterLogEvents", resource: call.system.arn("logs", "log-group:\(group.name):log-stream:"))
        }
        let scan = try LogScan(call)
        let found = scan.lines(of: group, now: call.now)
        let limit = min(Self.pageLimit, max(1, call.input["limit"]?.integer ?? Self.pageLimit))
        return .json(answer(found, scan: scan, limit: limit, group: group))
    }

    /// Now and then a page comes back empty with a token, as the real service does when it scanned without finding.
    private static func answer(_ found: [LogLine], scan: LogScan, limit: Int, group: LogGroupModel) -> JSONValue {
        let isEmptyPage = scan.offset == 0 && !scan.isContinued && found.count > limit / 2 && found.count % 2 == 1
        let shown = isEmptyPage ? [] : Array(found.dropFirst(scan.offset).prefix(limit))
        let next: String? = isEmptyPage ? "tw-0" : found.count > scan.offset + limit ? "tw-\(scan.offset + limit)" : nil
        let events = shown.enumerated().map { index, line in
            JSONValue.object([
                .init("logStreamName", .string(line.stream)), .init("timestamp", JSONValue(line.time)), .init("message", .string(line.message)),
                .init("ingestionTime", JSONValue(line.time + 1_200)),
                .init("eventId", .string(Dice(seed: 4, group.name + line.message).hexDigits(32, line.time, Int64(scan.offset + index)))),
            ])
        }
        return JSONValue.object([.init("events", .array(events)), .init("searchedLogStreams", []), .init("nextToken", JSONValue(next))]).withoutNulls
    }
}

/// A window, a pattern and a place to go on.
struct LogScan: Sendable {
    var start: Int64
    var end: Int64
    var pattern: LogPattern
    var offset: Int
    var isContinued: Bool

    init(_ call: Call) throws(ServiceError) {
        start = Int64(call.input["startTime"]?.integer ?? 0)
        end = Int64(call.input["endTime"]?.integer ?? Int(clamping: call.now.seconds) * 1_000)
        guard start <= end else { throw ServiceError("InvalidParameterException", "End time must not be less than start time.") }
        pattern = LogPattern(call.input["filterPattern"]?.string ?? "")
        let token = call.input["nextToken"]?.string
        isContinued = token != nil
        offset = try Page([0], token: token, size: 1).start
    }

    func lines(of group: LogGroupModel, now: Timestamp) -> [LogLine] {
        let known = min(end, (now - LogsService.delay).seconds * 1_000)
        // Nothing is older than a month; a scan from the epoch must not walk all minutes since.
        let first = max(start / 60_000, now.minute - 44_640) - 1
        guard first <= known / 60_000 else { return [] }
        return (first...(known / 60_000)).flatMap { group.lines($0) }.filter { $0.time >= start && $0.time <= known && pattern.matches($0.message) }
    }
}

extension JSONValue {
    /// Members that are null left out, as AWS writes its answers.
    var withoutNulls: JSONValue { .object(members.filter { !$0.value.isNull }) }
}
