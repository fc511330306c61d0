import Signals
import Telemetry

/// The two or three numbers that say how a resource is, each with its limit: for boxes of the path and for tables.
enum ResourceFacts {
    typealias Fact = PipelineStrip.Hop.Fact
    private static let window: Int64 = 300

    static func kind(of picture: ResourcePicture) -> Phrase {
        switch picture.id.kind {
        case .function: picture.resource?.settings[.runtime]?.text.map { "Function, \($0)" } ?? kind(.function)
        case .queue where picture.isDeadLetterQueue: "Dead-letter queue"
        case .queue where picture.resource?.settings[.fifo]?.flag == true || picture.id.name.hasSuffix(".fifo"): "FIFO queue"
        default: kind(picture.id.kind)
        }
    }

    /// The kind without what it runs on.
    static func bareKind(of picture: ResourcePicture) -> Phrase { picture.id.kind == .function ? kind(.function) : kind(of: picture) }

    /// Of nobody's resource.
    static func kind(_ kind: ResourceKind) -> Phrase {
        switch kind {
        case .api: "REST API"
        case .httpAPI: "HTTP API"
        case .function: "Function"
        case .queue: "Queue"
        case .topic: "Topic"
        case .bus: "Event bus"
        case .table: "Table"
        case .bucket: "Bucket"
        case .stateMachine: "State machine"
        case .log: "Log"
        case .trace: "Traces"
        case .probe: "HTTP check"
        case .balance: "Balance"
        case .slo: "Objective"
        }
    }

    /// `visible 3, in flight 1, oldest 4 s`; a dash where nothing is measured.
    static func words(of picture: ResourcePicture) -> Phrase {
        let facts = facts(of: picture).map { fact -> Phrase in "\(fact.name)\(Words.noBreak)\(fact.value)" }
        return facts.isEmpty ? "–" : facts.joined(separator: ", ")
    }

    static func facts(of picture: ResourcePicture) -> [Fact] {
        switch picture.id.kind {
        case .api, .httpAPI:
            [count("requests", picture, "requests"), count("5xx", picture, "errors_5xx", alarmsAbove: 0), latest("p99", picture, "latency.p99", .seconds)]
        case .function: functionFacts(picture)
        case .queue: queueFacts(picture)
        case .topic: [count("published", picture, "published"), count("failed", picture, "failed", alarmsAbove: 0)]
        case .bus: [count("matched", picture, "matched"), count("failed", picture, "failed", alarmsAbove: 0)]
        case .table: [count("throttles", picture, "throttles", alarmsAbove: 0), count("system errors", picture, "system_errors", alarmsAbove: 0)]
        case .stateMachine: [count("started", picture, "started"), count("failed", picture, "failed", alarmsAbove: 0)]
        case .probe: probeFacts(picture)
        case .bucket, .log, .trace, .balance: []
        case .slo: [latest("budget left", picture, "budget_left", .ratio)]
        }
    }

    /// What was asked of whom, what came back, how long it took and until when its certificate holds.
    private static func probeFacts(_ picture: ResourcePicture) -> [Fact] {
        let up = picture.latest("up"), target = picture.resource?.settings[.probeTarget]?.text
        let said = up.map { up -> Phrase in up >= 1 ? "as expected" : picture.resource?.settings[.probeAnswer]?.text.map { .known($0) } ?? "not as expected" }
        var facts = [Fact((target.map { "\($0) answers" } ?? ("answers" as Phrase)).form("verb"), said ?? absent(picture, "up"), tone: (up ?? 1) < 1 ? .warning : nil), latest("latency", picture, "latency", .seconds)]
        if let left = picture.latest("tls_expires_in") {
            facts.append(Fact("certificate", left > 0 ? "ends in \(Words.duration(left))" : "has ended", tone: left < 14 * 86_400 ? .warning : nil))
        } else if picture.absences["tls_expires_in"]?.reason == .sourceError {
            facts.append(Fact("certificate", "unknown"))
        }
        return facts
    }

    private static func functionFacts(_ picture: ResourcePicture) -> [Fact] {
        let errors = picture.sum("errors", over: window), runs = picture.sum("invocations", over: window)
        let tone: StateMark? = (errors ?? 0) > 0 ? .warning : nil
        let failed = errors.map { value -> Phrase in value > 0 ? runs.map { "\(Words.count(value)) of \(Words.count($0))" } ?? .verbatim(Words.count(value)) : "0" } ?? absent(picture, "errors")
        let timeout = picture.setting(.timeout), p99 = picture.latest("duration.p99") ?? picture.latest("duration.max")
        let near = p99.flatMap { value in timeout.map { value >= 0.8 * $0 } } ?? false
        return [
            Fact("errors", failed, tone: tone),
            count("throttles", picture, "throttles", alarmsAbove: 0),
            Fact(timeout.map { "p99 of \(Words.duration($0))" } ?? "p99", p99.map { .verbatim(Words.duration($0)) } ?? absent(picture, "duration.p99"), tone: near ? .warning : nil),
        ]
    }

    private static func queueFacts(_ picture: ResourcePicture) -> [Fact] {
        let tone: StateMark? = picture.state == .critical || picture.state == .warning ? picture.state : nil
        let age = picture.latest("oldest_age"), visible = picture.latest("visible")
        if picture.isDeadLetterQueue {
            return [Fact("visible", visible.map { .verbatim(Words.count($0)) } ?? absent(picture, "visible"), tone: (visible ?? 0) > 0 ? tone ?? .warning : nil),
                    Fact("oldest", age.map { .verbatim(Words.duration($0)) } ?? absent(picture, "oldest_age"))]
        }
        return [Fact("visible", visible.map { .verbatim(Words.count($0)) } ?? absent(picture, "visible"), tone: (visible ?? 0) > 0 ? tone : nil),
                latest("in flight", picture, "in_flight", .count),
                Fact("oldest", age.map { .verbatim(Words.duration($0)) } ?? absent(picture, "oldest_age"), tone: (age ?? 0) > 0 ? tone : nil)]
    }

    private static func count(_ name: Phrase, _ picture: ResourcePicture, _ signal: String, alarmsAbove limit: Double = .infinity) -> Fact {
        guard let value = picture.sum(signal, over: window) else { return Fact(name, absent(picture, signal)) }
        return Fact(name, .verbatim(Words.count(value)), tone: value > limit ? .warning : nil)
    }

    private static func latest(_ name: Phrase, _ picture: ResourcePicture, _ signal: String, _ unit: ChartUnit.Kind) -> Fact {
        guard let value = picture.latest(signal) else { return Fact(name, absent(picture, signal)) }
        return Fact(name, .verbatim(ChartUnit(unit, word: "").words(value)))
    }

    /// Unknown is a state word; nothing to measure is a dash.
    static func absent(_ picture: ResourcePicture, _ signal: String) -> Phrase {
        switch picture.absences[signal]?.reason {
        case .asleep: "asleep"
        case .denied: "denied"
        case .disabled: "off"
        case .sourceError: "no data"
        case .deleted: "gone"
        case .neverSeen, nil: picture.hasValues || picture.resource?.presence == .alive ? "–" : "no data"
        }
    }
}
