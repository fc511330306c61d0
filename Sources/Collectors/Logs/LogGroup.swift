import JSON
import Telemetry

/// The log group of one function, and what to look for in it.
struct LogGroup: Sendable {
    /// Signals of the function itself that only its log tells.
    static let functionSignals = ["cold_starts", "init_duration.p50", "init_duration.p99", "memory_used", "timeouts", "out_of_memory", "retries"]

    var function: ResourceID
    var service: String
    var name: String
    var patterns: LogPatterns

    init(_ resource: Resource, _ patterns: LogPatterns) {
        self.init(function: resource.id, service: resource.service, name: resource.settings[.logGroup]?.text ?? "/aws/lambda/\(resource.id.name)", patterns)
    }

    init(function: ResourceID, service: String, name: String, _ patterns: LogPatterns) {
        self.function = function
        self.service = service
        self.name = name
        self.patterns = patterns
    }

    /// The log as a resource of its own, named like its function.
    var log: ResourceID { ResourceID(source: function.source, kind: .log, name: function.name) }
    var errors: SeriesID { SeriesID(log, "errors") }
    var warnings: SeriesID { SeriesID(log, "warnings") }

    func resource(_ presence: Presence) -> Resource {
        Resource(id: log, service: service, presence: presence, settings: [.logGroup: .text(name)])
    }

    /// - Parameter withMetrics: also for what CloudWatch would tell about the group.
    func absences(_ reason: AbsenceReason, now: Timestamp, detail: String, withMetrics: Bool = false) -> [SeriesID: Absence] {
        let series = [errors, warnings] + (withMetrics ? [SeriesID(log, "events"), SeriesID(log, "bytes")] : []) + Self.functionSignals.map { SeriesID(function, $0) }
        return Dictionary(series.map { ($0, Absence(reason, since: now, detail: detail)) }, uniquingKeysWith: { first, _ in first })
    }

    /// How far back the lines about past runs were read; kept among the cursors, for no line tells it.
    var history: SeriesID { SeriesID(log, "history") }

    /// When its lines were last too many to be read one by one.
    var heavy: SeriesID { SeriesID(log, "heavy") }

    func question(_ lines: LogPatterns.Lines = .all) -> LogReader.Question {
        LogReader.Question(group: name, pattern: patterns.filter(lines), resource: function)
    }
}

/// One page of FilterLogEvents. Empty pages with a token are ordinary.
package struct FilterLogEventsAnswer: Sendable {
    package struct Event: Sendable, Equatable {
        package var time: Timestamp
        package var id: String
        package var message: String
    }

    package var events: [Event] = []
    package var nextToken: String?
    package var refused = 0
    /// Bytes of all messages: what was read of the log.
    package var bytes = 0

    package init(_ body: JSONValue) {
        nextToken = body["nextToken"]?.string
        for item in body["events"]?.array ?? [] {
            guard let message = item["message"]?.string, let milliseconds = item["timestamp"]?.double, let time = Timestamp(epoch: (milliseconds / 1_000).rounded(.down)) else {
                refused += 1
                continue
            }
            bytes += message.utf8.count
            events.append(Event(time: time, id: item["eventId"]?.string ?? "", message: message))
        }
    }
}
