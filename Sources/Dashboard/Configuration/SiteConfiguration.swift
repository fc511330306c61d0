import Alerting
import Publishers

/// `tidewatch.yaml`: what holds for every tenant.
package struct SiteConfiguration: Sendable {
    package var title: String
    /// Ends with a slash; messages link to it. Nothing where the site has no address yet.
    package var baseURL: String?
    /// What pages are written in, the fleet's own and those of tenants that say nothing else.
    package var language: SpokenLanguage
    /// Seconds between runs; freshness promises derive from it.
    package var interval: Int64
    package var retention: RetentionConfiguration
    package var receivers: [ReceiverConfiguration]
    package var route: Route?
    /// Names of tenants, services and rules in the route's children.
    var mentions: [Mention] = []
    /// Hears of messages that another receiver did not take.
    package var fallback: String?
    package var digests: [DigestConfiguration]
    /// Seconds after which each receiver is sent a test message again; nothing: never.
    package var drill: Int64?
    package var publish: [TargetConfiguration]
    /// In which files are put beside those that shrink.
    package var compress: [Encoding]
    package var heartbeat: HeartbeatConfiguration?
    /// Seconds of one run before it stops collecting and goes on with what it has.
    package var deadline: Int64
    /// Of each tenant that says nothing else.
    package var limits = TenantLimits()
    /// Of each process that does tenants' work.
    package var workers = WorkerLimits()

    /// Seconds that one stored point covers: five minutes, or the interval where it is shorter.
    package var grain: Int64 { min(300, max(60, interval / 60 * 60)) }
}

/// How long points are kept, in seconds.
package struct RetentionConfiguration: Hashable, Sendable {
    package var raw: Int64 = 15 * 86_400
    package var fiveMinutes: Int64 = 90 * 86_400
    package var hour: Int64 = 400 * 86_400
}

package struct HeartbeatConfiguration: Sendable {
    package var url: String
    package var allowPrivate: Bool
}

extension SiteConfiguration {
    static let schema = RecordSchema("the site", [
        .init("title", .text, "The site's name, in the head of the fleet page and in messages."),
        .init("base_url", .url, "Where the site is served; links in messages start with it."),
        .init("language", .text, "What pages are written in: en, de, or a language of templates/language-*.yaml. A tenant's own file may say otherwise. Default en."),
        .init("interval", .duration, "How often cron runs; freshness promises derive from it. Default 5m."),
        .init("deadline", .duration, "When a run stops collecting and goes on with what it has. Default 80 % of the interval."),
        .init("retention", .record(retentionSchema), "How long points are kept."),
        .init("receivers", .list(.record(ReceiverConfiguration.schema)), "Whom to tell."),
        .init("route", .record(Route.schema), "Which alert goes to which receiver."),
        .init("fallback", .text, "The receiver that is told when another one does not take messages."),
        .init("digests", .list(.record(DigestConfiguration.schema)), "Summaries that are sent whether or not anything happened."),
        .init("drill", .duration, "How often each receiver is sent a test message, so that a dead channel is noticed before it is needed. 7d is a good value; without it there are none."),
        .init("publish", .list(.oneOf(TargetConfiguration.fields)), "Where the finished site goes besides public/."),
        .init("compress", .list(.choice(Encoding.allCases.map(\.rawValue))), "Puts FILE.gz and FILE.br beside every changed file of a kilobyte and more, for web servers that hand them out. Default none."),
        .init("limits", .record(TenantLimits.schema), "How much each tenant may have; its own file may say otherwise."),
        .init("workers", .record(WorkerLimits.schema), "How much a process may use that does some tenants' work."),
        .init("heartbeat", .record(heartbeatSchema), "An address that is called after each run, so that silence is noticed elsewhere."),
    ])

    private static let retentionSchema = RecordSchema("retention", [
        .init("raw", .duration, "Points as collected. Default 15d."),
        .init("5m", .duration, "Five-minute roll-ups. Default 90d."),
        .init("1h", .duration, "Hourly roll-ups. Default 400d."),
    ])
    private static let heartbeatSchema = RecordSchema("a heartbeat", [
        .init("url", .url, required: true, "Called with POST; /start and /fail are added as ping services expect."),
        .init("allow_private", .flag, "Allow an address in a private network."),
    ])

    init(_ record: ConfigurationReader.Record) {
        title = record.text("title") ?? "Tidewatch"
        baseURL = record.url("base_url").map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        language = SpokenLanguage(record) ?? .english
        interval = record.duration("interval") ?? 300
        if !(60...86_400).contains(interval) {
            record.fail("interval", "must lie between 1m and 1d")
            interval = 300
        }
        deadline = record.duration("deadline") ?? interval * 8 / 10
        limits.read(record.record("limits", TenantLimits.schema))
        workers.read(record.record("workers", WorkerLimits.schema))
        retention = RetentionConfiguration()
        if let kept = record.record("retention", Self.retentionSchema) {
            retention.raw = kept.duration("raw") ?? retention.raw
            retention.fiveMinutes = kept.duration("5m") ?? retention.fiveMinutes
            retention.hour = kept.duration("1h") ?? retention.hour
            if retention.raw < 2 * 86_400 { kept.fail("raw", "rules look back over a day: keep at least 2d") }
        }
        let described = record.records("receivers", ReceiverConfiguration.schema)
        receivers = described.compactMap(ReceiverConfiguration.init)
        // Also the broken ones: a route to them is no second mistake.
        let known = described.compactMap { $0.text("name") }
        var names: Set<String> = []
        for receiver in receivers where !names.insert(receiver.name).inserted {
            record.fail("receivers", "the receiver '\(receiver.name)' is defined twice. Rename one.")
        }
        var mentions: [Mention] = []
        route = record.record("route", Route.schema).map { Route($0, receivers: known, mentions: &mentions) }
        self.mentions = mentions
        if route == nil, let first = receivers.first { route = Route(receiver: first.name) }
        fallback = record.text("fallback")
        if let name = fallback, !known.contains(name) { record.fail("fallback", "no receiver is called '\(printable(name))'. " + record.reader.suggestion(name, known)) }
        digests = record.records("digests", DigestConfiguration.schema).compactMap { DigestConfiguration($0, receivers: known) }
        drill = record.duration("drill")
        if let drill, drill < 86_400 { record.fail("drill", "must be at least 1d") }
        publish = record.unions("publish", TargetConfiguration.fields).compactMap(TargetConfiguration.init)
        var destinations: Set<String> = []
        for (index, target) in publish.enumerated() where !destinations.insert(target.settings.destination).inserted {
            record.fail("publish", "entry \(index + 1) goes where an earlier one goes, and each would take down what the other put there. Name all tenants in one entry.")
        }
        compress = record.has("compress") ? record.texts("compress").compactMap { word in
            if Encoding(rawValue: word) == nil { record.fail("compress", "'\(printable(word))' is no compression. " + record.reader.suggestion(word, Encoding.allCases.map(\.rawValue))) }
            return Encoding(rawValue: word)
        } : []
        heartbeat = record.record("heartbeat", Self.heartbeatSchema).flatMap { beat in
            beat.url("url").map { HeartbeatConfiguration(url: $0, allowPrivate: beat.flag("allow_private") ?? false) }
        }
    }
}
