import Alerting
import Signals
import Site
import Telemetry
import Yams

/// A word that must be the name of something in another file, and where it is written.
struct Mention: Hashable, Sendable {
    /// `tenant`, `rule`, `pattern`.
    var label: String
    var word: String
    var path: String
    var file: String
    var line: Int
    var column: Int

    /// That nothing is called so.
    func report(among known: [String], grade: Diagnostic.Grade = .error, to diagnostics: Diagnostics) {
        guard !known.contains(word) else { return }
        let near = nearestWord(to: word, among: known).map { " Did you mean '\($0)'?" } ?? (known.isEmpty ? " There is none." : "")
        diagnostics.report(Diagnostic(grade, file: file, line: line, column: column, message: "\(path): no \(label) is called '\(printable(word))'.\(near)"))
    }
}

extension ConfigurationReader {
    func mention(_ word: String, of label: String, at mark: Mark?, _ path: String) -> Mention {
        Mention(label: label, word: word, path: path, file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}

/// Whether what files name is there, and fits what another file says: tenants and rules of routes, pages of patterns, services and resources,
/// the step of queries. Run by `validate`, which has read every tenant, and by no run: a route to a tenant that is gone must not end the watch
/// over the others. What is only found in an account cannot be known here, so a name that may be found there is a warning.
struct ReferenceCheck {
    let configuration: Configuration
    let library: ContentLibrary
    let rules: CompiledRuleBook

    func check(diagnostics: Diagnostics) {
        for mention in configuration.tenants.flatMap(\.services).flatMap(\.mentions) {
            let kind: DocumentSite.Kind = mention.label == "deploy" ? .deploy : .pattern
            mention.report(among: library.documents.filter { $0.kind == kind }.map(\.slug), to: diagnostics)
        }
        for settings in configuration.tenants.flatMap(\.sources).compactMap({ $0.settings as? PrometheusSourceSettings }) {
            for (query, var place) in zip(settings.queries, settings.places) {
                guard let mismatch = query.mismatch(step: configuration.site.grain) else { continue }
                place.message += ": the query \(mismatch)"
                diagnostics.report(place)
            }
        }
        let named = ["tenant": configuration.tenantIDs, "rule": Set(configuration.rules.map(\.id)).sorted()]
        for mention in configuration.site.mentions { if let known = named[mention.label] { mention.report(among: known, to: diagnostics) } }
        // Of a tenant that was not understood no service is known.
        guard configuration.brokenTenants.isEmpty, !configuration.tenants.isEmpty else { return }
        let services = Set(configuration.tenants.flatMap(\.services).map(\.id)).sorted()
        for mention in configuration.site.mentions where mention.label == "service" { mention.report(among: services, to: diagnostics) }
        for draft in configuration.rules {
            for service in draft.services { mention(service, "service", draft, "services").report(among: services, to: diagnostics) }
            if let glob = draft.resources, !names(of: draft.on).contains(where: Glob(glob).matches) { mention(glob, draft.on.rawValue, draft, "resources").report(among: names(of: draft.on), grade: grade, to: diagnostics) }
        }
        for rule in rules.all {
            for (kind, name) in rule.namedResources where kind != .balance && !names(of: kind).contains(name) {
                let draft = configuration.rules.first { $0.id == rule.id && $0.on == rule.on }
                let key = rule.warningText?.contains(name) == true ? "warning" : "critical"
                let place = draft?.origins[key] ?? rule.origin
                Mention(label: kind.rawValue, word: name, path: "rules.\(rule.id).\(key)", file: place.file, line: place.line, column: place.column).report(among: names(of: kind), grade: grade, to: diagnostics)
            }
        }
    }

    private func mention(_ word: String, _ label: String, _ draft: RuleDraft, _ key: String) -> Mention {
        let place = draft.origins[key] ?? draft.origin
        return Mention(label: label, word: word, path: "rules.\(draft.id).\(key)", file: place.file, line: place.line, column: place.column)
    }

    private var grade: Diagnostic.Grade {
        configuration.tenants.flatMap(\.services).contains { $0.discovery.stack != nil || $0.discovery.namePrefix != nil || !$0.discovery.tags.isEmpty } ? .warning : .error
    }

    private func names(of kind: ResourceKind) -> [String] { configuration.tenants.flatMap(\.services).flatMap { $0.names(of: kind) } }
}

extension ServiceConfiguration {
    /// What its file declares of a kind.
    func names(of kind: ResourceKind) -> [String] {
        switch kind {
        case .log: resources.filter { [.function, .api, .httpAPI].contains($0.kind) }.map(\.name)
        case .trace: traceGroups.map(\.id)
        case .slo: objectives.map { "\(id)/\($0.id)" }
        case .balance: [id]
        case .api, .httpAPI, .function, .queue, .topic, .bus, .table, .bucket, .stateMachine, .probe: resources.filter { $0.kind == kind }.map(\.name)
        }
    }
}
