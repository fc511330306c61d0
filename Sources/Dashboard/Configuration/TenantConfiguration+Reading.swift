import Alerting
import Collectors
import Foundation
import Telemetry

extension TenantConfiguration {
    static let schema = RecordSchema("a tenant", [
        .init("id", .identifier, required: true, "Equals the file's name; becomes the folder of its pages. Not \(reservedTenantIDs.keys.sorted().joined(separator: ", ")), which name folders and files of ours."),
        .init("title", .text, "What people call it."),
        .init("timezone", .text, "IANA name, such as Europe/Berlin: clock times and days of its pages. Default UTC."),
        .init("language", .text, "What its pages are written in: en, de, or a language of templates/language-*.yaml. Default what the site says."),
        .init("disabled", .text, "Why it is not collected; pages stay, alerts stop."),
        .init("limits", .record(TenantLimits.schema), "How much of everything it may have, where that is not what the site says."),
        .init("sources", .map(.oneOf(SourceConfiguration.fields)), required: true, "Where its numbers come from, by a name of your choice."),
        .init("services", .list(.record(ServiceConfiguration.schema)), "What is watched, one page each."),
    ])

    /// - Parameter limits: what holds where the record says nothing.
    init?(_ record: ConfigurationReader.Record, file: String, fileName: String, limits: TenantLimits = TenantLimits()) {
        self.file = file
        self.limits = limits
        self.limits.read(record.record("limits", TenantLimits.schema))
        guard let id = record.identifier("id") else { return nil }
        if id != fileName { record.fail("id", "must equal the file name: rename the file to \(id).yaml or set id: \(printable(fileName))") }
        if let owner = reservedTenantIDs[id] { record.fail("id", "'\(id)' is reserved for \(owner). Choose another id.") }
        if Self.deviceNames.contains(id) { record.fail("id", "'\(id)' names a device on some systems, and a folder of that name cannot be copied there. Choose another id.") }
        self.id = id
        title = record.text("title") ?? id
        timezone = record.text("timezone") ?? "UTC"
        if TimeZone(identifier: timezone) == nil {
            record.fail("timezone", "unknown time zone '\(printable(timezone))'. " + record.reader.suggestion(timezone, TimeZone.knownTimeZoneIdentifiers))
            timezone = "UTC"
        }
        language = SpokenLanguage(record)
        disabled = record.text("disabled")
        sources = record.entries("sources").compactMap { name, node, path in
            guard isIdentifier(name) else {
                record.reader.report(node.mark, path, "a source's name must be \(FieldType.identifier.expectation)")
                return nil
            }
            return record.reader.union(node, of: SourceConfiguration.fields, path: path).flatMap { SourceConfiguration(key: name, $0) }
        }
        let keys = record.entries("sources").map(\.name), bringing = sources.filter(\.bringsResources).map(\.key)
        services = record.records("services", ServiceConfiguration.schema).compactMap { ServiceConfiguration($0, sources: keys, bringing: bringing) }
        var ids: Set<String> = []
        for service in services where !ids.insert(service.id).inserted {
            record.fail("services", "the service '\(service.id)' is defined twice. Rename one.")
        }
        checkResources(record)
        checkMentions(record)
    }

    // https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    private static let deviceNames = Set(["con", "prn", "aux", "nul"] + (0...9).flatMap { ["com\($0)", "lpt\($0)"] })

    /// What sources speak about must be declared: a wrong name would be silence.
    private func checkMentions(_ record: ConfigurationReader.Record) {
        let places = Dictionary(record.entries("sources").map { ($0.name, ($0.node.mark, $0.path)) }, uniquingKeysWith: { first, _ in first })
        for source in sources {
            for mention in source.settings.mentions {
                let problem: String
                switch mention {
                case .resource(let kind, let name):
                    let names = services.flatMap(\.resources).filter { $0.kind == kind }.map(\.name)
                    if names.contains(name) { continue }
                    problem = "no \(kind.rawValue) of this tenant is called '\(printable(name))'. " + record.reader.suggestion(name, names)
                case .traceGroup(let id):
                    let groups = services.flatMap(\.traceGroups), here = groups.filter { $0.source == source.key }.map(\.id)
                    if here.contains(id) { continue }
                    problem = groups.contains { $0.id == id } ? "the trace group '\(printable(id))' does not name this source. Give it source: \(source.key)."
                        : "no service has the trace group '\(printable(id))'. " + record.reader.suggestion(id, here)
                case .service(let id):
                    let ids = services.map(\.id)
                    if ids.contains(id) { continue }
                    problem = "no service of this tenant is called '\(printable(id))'. " + record.reader.suggestion(id, ids)
                }
                record.reader.report(places[source.key]?.0, places[source.key]?.1 ?? "sources", problem)
            }
        }
    }

    /// What one service alone cannot know: where `feeds` lead, and that a resource belongs to one service.
    private func checkResources(_ record: ConfigurationReader.Record) {
        let names = services.flatMap { $0.resources.map(\.name) }
        var owners: [String: String] = [:]
        for service in services {
            for resource in service.resources {
                func report(_ message: String) {
                    record.reader.diagnostics.report(Diagnostic(file: file, line: resource.line, column: 1, message: "services.\(service.id): " + message))
                }
                for next in resource.feeds where !names.contains(next) {
                    report("'\(printable(resource.name))' feeds '\(printable(next))', which is no resource of this tenant. " + record.reader.suggestion(next, names))
                }
                let key = "\(service.source)/\(resource.kind.rawValue)/\(resource.name)/\(resource.rule ?? "")"
                if let owner = owners.updateValue(service.id, forKey: key) {
                    report("'\(printable(resource.name))' belongs to '\(owner)' already. List it once; others reach it with feeds.")
                }
            }
        }
    }
}

extension ServiceConfiguration {
    static let kinds = ResourceKind.allCases.filter { ![.log, .trace, .balance, .slo].contains($0) }.map(\.rawValue)

    static let schema = RecordSchema("a service", [
        .init("id", .identifier, required: true, "Becomes the page's path."),
        .init("title", .text, "What people call it."),
        .init("pattern", .identifier, "Its architecture pattern: a page under patterns/."),
        .init("deploy", .identifier, "How it is deployed: a page under deploy/."),
        .init("source", .text, "The source of its resources; may be left out where only one source of the tenant brings any."),
        .init("discover", .record(discoverSchema), "Finds resources beside the declared ones."),
        .init("resources", .list(.record(resourceSchema)), "What belongs to it, in the order of a message's way."),
        .init("trace_groups", .list(.record(traceGroupSchema)), "Which traces are its."),
        .init("log_patterns", .record(patternSchema), "What counts as an error or a warning in its logs."),
        .init("logs", .choice(LogPolicy.allCases.map(\.rawValue)), "collect (default), denied where a policy refuses them on purpose, off."),
        .init("balance", .list(.record(balanceSchema)), "Conservation: what goes in must come out."),
        .init("slos", .list(.record(ObjectiveConfiguration.schema)), "Service level objectives: how much may go wrong over a month."),
        .init("rules", .map(.record(overrideSchema)), "Overrides of rules for this service."),
        .init("accept", .list(.record(AcceptedRisk.schema)), "Findings that somebody signed for."),
        .init("telemetry", .oneOrMore(.text), "Where its functions send traces, logs and errors themselves; the map says it in words."),
    ])
    private static let discoverSchema = RecordSchema("discovery", [
        .init("stack", .text, "A CloudFormation stack."),
        .init("drift", .flag, "true reads once a week what the stack's last drift detection found; nobody starts one for it."),
        .init("tags", .map(.text), "Tags that a resource must carry."),
        .init("name_prefix", .text, "How names start."),
    ])
    private static let resourceSchema = RecordSchema("a resource", [
        .init("kind", .choice(kinds), required: true, "What it is."),
        .init("name", .text, required: true, "The physical name, as AWS states it."),
        .init("title", .text, "What people call it."),
        .init("stage", .text, "Stage of an API."),
        .init("api_id", .text, "Id of an HTTP API; its metrics carry it instead of the name."),
        .init("rule", .text, "The rule of a bus."),
        .init("schedule", .text, "When a function is started: rate(1 day) or cron(…)."),
        .init("feeds", .oneOrMore(.text), "Names of the resources that come next, where configuration does not tell."),
        .init("calls", .oneOrMore(.text), "What else it calls, for the map: names of resources, or of things outside."),
        .init("called_by", .oneOrMore(.text), "What calls it from outside, for the map."),
        .init("rules", .map(.record(overrideSchema)), "Overrides of rules for this resource."),
        .init("accept", .list(.record(AcceptedRisk.schema)), "Findings that somebody signed for."),
    ])
    private static let traceGroupSchema = RecordSchema("a trace group", [
        .init("id", .identifier, required: true, "Becomes the page's path."),
        .init("title", .text, "What people call it."),
        .init("source", .text, "The source that brings its traces, where that is not the service's; it says there which they are."),
        .init("filter", .text, "An X-Ray filter expression."),
        .init("group", .text, "An X-Ray group's name."),
    ])
    private static let patternSchema = RecordSchema("log patterns", [
        .init("error", .oneOrMore(.text), "Words that mark an error line."),
        .init("warning", .oneOrMore(.text), "Words that mark a warning line."),
        .init("answer", .oneOrMore(.text), "How a line states what a dependency answered, such as 'status code {status}': tells its answers from the service's own."),
    ])
    private static let balanceSchema = RecordSchema("a balance", [
        .init("in", .oneOrMore(.text), required: true, "Signals that count what came in: queue.sent, or function(\"worker\").errors of any service; a minus takes away."),
        .init("out", .oneOrMore(.text), required: true, "Signals that count what went out or waits."),
        .init("tolerance", .ratio, "How far they may differ. Default 2%."),
        .init("window", .duration, "Over how long they are added up. Default 1h."),
    ])
    private static let overrideSchema = RecordSchema("a rule override", [
        .init("enabled", .flag, "false switches the rule off here."),
        .init("warning", .expression, "A new limit, or a whole condition."),
        .init("critical", .expression, "A new limit, or a whole condition."),
        .init("for", .duration, "How long it must last."),
        .init("recover_for", .duration, "How long it must be fine."),
        .init("active", .record(ActiveHours.schema), "Only in these hours."),
    ])

    /// - Parameter bringing: those of the sources that bring resources.
    init?(_ record: ConfigurationReader.Record, sources: [String], bringing: [String]) {
        guard let id = record.identifier("id") else { return nil }
        self.id = id
        title = record.text("title") ?? id
        pattern = record.identifier("pattern")
        deploy = record.identifier("deploy")
        mentions = ["pattern", "deploy"].compactMap { key in record.identifier(key).map { record.reader.mention($0, of: key, at: record.mark(of: key), record.path(of: key)) } }
        source = record.text("source") ?? (bringing.count == 1 ? bringing.first : sources.count == 1 ? sources.first : nil) ?? ""
        if !record.has("source"), source.isEmpty, sources.count > 1 {
            record.reader.report(record.mark, record.path, "the key 'source' is missing: the tenant has several (\(sources.joined(separator: ", ")))")
        } else if record.has("source"), !sources.contains(source) {
            record.fail("source", "no source is called '\(printable(source))'. " + record.reader.suggestion(source, sources))
        }
        discovery = DiscoveryConfiguration()
        if let discover = record.record("discover", Self.discoverSchema) {
            discovery.stack = discover.text("stack")
            discovery.readsDrift = discover.flag("drift") ?? false
            if discovery.readsDrift, discovery.stack == nil { discover.fail("drift", "drift is read of a stack: name it with stack") }
            discovery.namePrefix = discover.text("name_prefix")
            for (key, node, path) in discover.entries("tags") {
                if let value = node.string { discovery.tags[key] = value } else { record.reader.expected("text", at: node, path: path) }
            }
        }
        resources = record.records("resources", Self.resourceSchema).compactMap(Self.resource)
        traceGroups = record.records("trace_groups", Self.traceGroupSchema).compactMap { group in
            guard let id = group.identifier("id") else { return nil }
            let source = group.text("source")
            if let source, !sources.contains(source) {
                group.fail("source", "no source is called '\(printable(source))'. " + group.reader.suggestion(source, sources))
            } else if group.has("filter"), group.has("group") {
                group.reader.report(group.mark, group.path, "a trace group has either filter or group")
            } else if source == nil, !group.has("filter"), !group.has("group") {
                group.reader.report(group.mark, group.path, "a trace group needs either filter or group, or the source that brings its traces")
            }
            return TraceGroupConfiguration(id: id, title: group.text("title") ?? id, source: source, filter: group.text("filter"), group: group.text("group"))
        }
        let patterns = record.record("log_patterns", Self.patternSchema)
        errorPatterns = patterns?.texts("error") ?? []
        warningPatterns = patterns?.texts("warning") ?? []
        answerPatterns = patterns?.texts("answer") ?? []
        for pattern in answerPatterns where AnswerPattern(pattern) == nil {
            patterns?.fail("answer", "'\(printable(pattern))' needs some text and then \(AnswerPattern.mark) where the three digits stand, such as 'status code \(AnswerPattern.mark)'")
        }
        logs = record.choice("logs") ?? .collect
        balances = record.records("balance", Self.balanceSchema).map { balance in
            BalanceConfiguration(inputs: BalanceTermText.terms("in", balance), outputs: BalanceTermText.terms("out", balance),
                                 tolerance: balance.ratio("tolerance") ?? 0.02, window: min(max(balance.duration("window") ?? 3_600, 300), 86_400), line: balance.mark?.line ?? 0)
        }
        objectives = record.records("slos", ObjectiveConfiguration.schema).compactMap(ObjectiveConfiguration.init)
        var ids: Set<String> = []
        for objective in objectives where !ids.insert(objective.id).inserted { record.fail("slos", "the objective '\(objective.id)' is defined twice. Rename one.") }
        rules = Self.overrides(record)
        accepted = record.records("accept", AcceptedRisk.schema).compactMap(AcceptedRisk.init)
        telemetry = record.texts("telemetry")
    }

    private static func resource(_ record: ConfigurationReader.Record) -> DeclaredResource? {
        guard let kind: ResourceKind = record.choice("kind"), let name = record.text("name"), !name.isEmpty else { return nil }
        if name.utf8.count > 1_024 { record.fail("name", "longer than 1024 bytes: no provider has such names") }
        if let text = record.text("schedule"), let complaint = Schedule.complaint(about: text) {
            record.reader.report(record.mark(of: "schedule"), record.path(of: "schedule"), "'\(printable(text))': \(complaint.words)", grade: complaint.isMistake ? .error : .warning)
        }
        return DeclaredResource(kind: kind, name: name, title: record.text("title"), stage: record.text("stage"), apiID: record.text("api_id"),
                                rule: record.text("rule"), schedule: record.text("schedule"), feeds: record.texts("feeds"),
                                calls: record.texts("calls"), calledBy: record.texts("called_by"), rules: overrides(record), accepted: record.records("accept", AcceptedRisk.schema).compactMap(AcceptedRisk.init),
                                line: record.mark?.line ?? 0)
    }

    private static func overrides(_ record: ConfigurationReader.Record) -> [RuleOverride] {
        record.entries("rules").compactMap { rule, node, path in
            record.reader.open(node, as: overrideSchema, path: path).map { body in
                func text(_ key: String) -> RuleOverride.Text? {
                    body.text(key).map { .init(text: $0, line: body.mark(of: key)?.line ?? 0, column: body.mark(of: key)?.column ?? 0) }
                }
                return RuleOverride(rule: rule, isEnabled: body.flag("enabled"), warning: text("warning"), critical: text("critical"),
                                    forSeconds: body.duration("for"), recoverForSeconds: body.duration("recover_for"),
                                    active: body.record("active", ActiveHours.schema).flatMap { ActiveHours($0) },
                                    file: record.reader.file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
            }
        }
    }
}
