import Alerting
import Telemetry

extension ResourceValues {
    /// The values that documents may name, of the resource that is in trouble now, or else of the first of its kind.
    /// A kind that the tenant does not have has no values, and a text shows its generic words instead.
    init(_ picture: TenantPicture, about alert: AlertState?, service: ServicePicture?) {
        self.init()
        let service = service ?? alert.flatMap { picture.service($0.service) }
        let clock = picture.clock
        func set(_ name: String, _ words: String?, _ number: Double? = nil, isCritical: Bool = false) {
            if let words { self[name] = Value(words, number, isCritical: isCritical) }
        }
        set("tenant", picture.site.id)
        set("tenant.title", picture.site.title)
        set("service", service?.site.id)
        set("service.title", service?.site.title)
        let subject = alert.flatMap { alert in service?.resources.first { $0.id == alert.key.resource } }
        set("resource", subject?.site.title)
        set("stack", service?.site.stack)
        set("source", subject?.id.source ?? service?.resources.first?.id.source)
        if let arn = subject?.resource?.arn ?? service?.resources.compactMap({ $0.resource?.arn }).first {
            let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count > 4, !parts[3].isEmpty { set("region", String(parts[3])) }
            if parts.count > 4, !parts[4].isEmpty { set("account", String(parts[4])) }
        }
        if let alert {
            let evidence = AlertEvidence(alert, picture.rule(alert.key.rule))
            set("alert.since", clock.moment(alert.since))
            set("alert.duration", Words.span(max(0, picture.now - alert.activeAt)), Double(picture.now - alert.activeAt))
            set("alert.value", evidence.value?.text(in: picture.language), alert.value, isCritical: alert.severity == .critical)
            set("alert.limit", evidence.limit?.text(in: picture.language), alert.limit)
        }
        for kind in [ResourceKind.queue, .function, .api, .httpAPI, .table, .topic, .bus, .probe] {
            guard let resource = service.flatMap({ Self.companion(kind, of: subject, in: $0) }) ?? service?.resources.first(where: { $0.id.kind == kind && !$0.alerts.isEmpty })
                ?? service?.resources.first(where: { $0.id.kind == kind && !$0.isDeadLetterQueue })
                ?? service?.resources.first(where: { $0.id.kind == kind }) else { continue }
            add(resource, in: service, picture)
        }
        if let service {
            let logs = subject?.id.kind == .log ? [subject].compactMap(\.self) : service.resources.filter { $0.id.kind == .log }
            for (name, seconds) in [("log.errors", 900), ("log.errors_day", 86_400)] as [(String, Int64)] {
                let counts = logs.compactMap { $0.sum("errors", over: seconds) }
                if !counts.isEmpty { set(name, Words.count(counts.reduce(0, +)), counts.reduce(0, +)) }
            }
            if let group = service.site.traceGroups.first { set("trace.group", group.title) }
            if let trace = service.resources.first(where: { $0.id.kind == .trace }) {
                set("trace.count", trace.sum("count", over: 3_600).map(Words.count), trace.sum("count", over: 3_600))
                set("trace.fault_rate", trace.latest("fault_rate").map(Words.percent), trace.latest("fault_rate"))
            }
        }
    }

    /// The resource of a kind that belongs to what is in trouble: itself, who writes the log, who reads the queue or the source of its dead letters,
    /// what it feeds, what feeds it. A command about another one would lead the reader away.
    private static func companion(_ kind: ResourceKind, of subject: ResourcePicture?, in service: ServicePicture) -> ResourcePicture? {
        guard let subject else { return nil }
        if subject.id.kind == kind { return subject }
        let all = service.resources.filter { $0.id.kind == kind }
        if subject.id.kind == .log { return all.first { $0.id.name == subject.id.name } }
        let sources = subject.isDeadLetterQueue ? service.resources.filter { $0.resource?.settings[.redriveTarget]?.text?.split(separator: ":").last.map(String.init) == subject.id.name } : []
        let fed = Set(([subject] + sources).flatMap { $0.resource?.feeds ?? [] })
        return all.first { fed.contains($0.id) } ?? all.first { $0.resource?.feeds.contains(subject.id) == true }
    }

    private mutating func add(_ resource: ResourcePicture, in service: ServicePicture?, _ picture: TenantPicture) {
        let kind = resource.id.kind == .httpAPI ? "api" : resource.id.kind.rawValue
        let hasTrouble = resource.alerts.contains { $0.phase == .firing && $0.severity == .critical }
        func set(_ name: String, _ words: String?, _ number: Double? = nil, isCritical: Bool = false) {
            guard self["\(kind).\(name)"] == nil else { return }
            self["\(kind).\(name)"] = words.map { Value($0, number, isCritical: isCritical) }
        }
        func level(_ name: String, _ signal: String, _ words: (Double) -> String) { set(name, resource.latest(signal).map(words), resource.latest(signal), isCritical: hasTrouble) }
        func total(_ name: String, _ signal: String) { set(name, resource.sum(signal, over: 300).map(Words.count), resource.sum(signal, over: 300)) }
        func setting(_ name: String, _ setting: Setting, _ words: (Double) -> String) { set(name, resource.setting(setting).map(words), resource.setting(setting)) }
        func text(_ name: String, _ setting: Setting) { set(name, resource.resource?.settings[setting].map { SettingWords.words($0).text(in: picture.language) }) }

        set("name", resource.id.name)
        switch resource.id.kind {
        case .queue:
            text("url", .url)
            for name in ["visible", "in_flight"] { level(name, name, Words.count) }
            level("oldest_age", "oldest_age", Words.duration)
            level("drain_time", "drain_time", Words.duration)
            for name in ["deleted", "sent"] { total(name, name) }
            setting("retention", .retention, Words.duration)
            setting("visibility_timeout", .visibilityTimeout, Words.duration)
            setting("max_receive_count", .maxReceiveCount, Words.count)
            text("dlq_sources", .deadLetterSources)
            set("last_delete", resource.lastNonZero("deleted").map(picture.clock.moment) ?? (resource.day.columns["deleted"] == nil ? nil : "more than a day ago"))
            if let age = resource.latest("oldest_age"), let retention = resource.setting(.retention), retention > age {
                let left = retention - age
                set("deadline", picture.clock.moment(picture.end + Int64(saturating: left)), left, isCritical: hasTrouble)
                set("time_left", Words.span(Int64(saturating: left), parts: 3), left, isCritical: hasTrouble)
            }
            if let target = resource.resource?.settings[.redriveTarget]?.text, let name = target.split(separator: ":").last {
                set("dlq", String(name))
                let dlq = service?.resources.first { $0.id.kind == .queue && $0.id.name == name }
                set("dlq_visible", dlq?.latest("visible").map(Words.count), dlq?.latest("visible"))
            }
        case .function:
            setting("timeout", .timeout, Words.duration)
            setting("memory", .memory, Words.bytes)
            setting("reserved_concurrency", .reservedConcurrency, Words.count)
            text("runtime", .runtime)
            text("log_group", .logGroup)
            text("mapping_id", .mappingID)
            for name in ["errors", "invocations", "throttles", "async_dropped"] { total(name, name) }
            set("async_dropped_day", resource.sum("async_dropped", over: 86_400).map(Words.count), resource.sum("async_dropped", over: 86_400))
            level("duration_p99", "duration.p99", Words.duration)
            level("concurrency", "concurrency", Words.count)
            level("async_age", "async_age", Words.duration)
        case .api, .httpAPI:
            text("stage", .stage)
            for name in ["requests", "errors_5xx", "errors_4xx"] { total(name, name) }
            level("latency_p99", "latency.p99", Words.duration)
        case .table:
            total("throttles", "throttles")
            setting("read_capacity", .readCapacity, Words.count)
            setting("write_capacity", .writeCapacity, Words.count)
        case .topic: total("failed", "failed")
        case .bus:
            text("rule", .rule)
            total("failed", "failed")
        case .probe:
            level("up", "up") { $0 >= 1 ? "as expected" : "not as expected" }
            level("latency", "latency", Words.duration)
            level("status", "status", Words.count)
            level("tls_expires_in", "tls_expires_in", Words.duration)
        case .bucket, .stateMachine, .log, .trace, .balance, .slo: break
        }
    }
}
