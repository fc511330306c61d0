import Alerting
import Foundation
import Markdown
@testable import Site
import Storage
import Telemetry

/// A tenant whose names, log lines, annotations and documents were all written by somebody who means harm, with more of everything than fits.
struct HostileTenant {
    /// Attack lists and odd strings of the data that is not part of the package; without it only our own.
    static let shared = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data/hostile").standardizedFileURL
    static let isComplete = FileManager.default.fileExists(atPath: shared.path)
    static let queues = 500

    static let own = [
        WholeSiteTests.hostile, String(repeating: "long", count: 2_500), String(repeating: "W", count: 10_000), "مرحبا بالعالم", "\u{202E}txet desrever\u{2066}", "👩‍👩‍👧‍👦🏳️‍🌈", "line\nbreak\r\nand\ttab", "nul\u{0}bell\u{7}esc\u{1B}[31m",
        "</svg><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "' onmouseover='alert(1)", "{{tenant}}{{{say}}}", "<!--", "]]>", "-->", "&lt;b&gt;&amp;", "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}",
        "../../../etc/passwd", "CON", ".", "..", " ", "\u{FEFF}", "%2e%2e%2f", "http://evil.example/", "</title><svg/onload=alert(1)>", "</textarea><details open ontoggle=alert(1)>", "\u{02}<title\u{03}",
    ]

    /// Every string once, in one order.
    static let strings: [String] = {
        var found = own
        for file in ["xss/payloadbox.txt"] + ["0xcela_event_handlers", "IntrudersXSS", "JHADDIX_XSS", "XSSDetection", "xss_alert", "xss_payloads_quick"].map({ "xss/patt/\($0).txt" }) + ["injection/directory_traversal.txt", "injection/ssti.fuzz.txt", "injection/crlfinjection.txt"] {
            guard let data = FileManager.default.contents(atPath: shared.appendingPathComponent(file).path) else { continue }
            found += String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        }
        if let data = FileManager.default.contents(atPath: shared.appendingPathComponent("strings/naughty-strings.json").path), let lists = try? JSONDecoder().decode([String: [String]].self, from: data) {
            for (_, list) in lists.sorted(by: { $0.key < $1.key }) { found += list }
        }
        var seen: Set<String> = []
        return found.filter { !$0.isEmpty && seen.insert($0).inserted }
    }()

    private static func string(_ index: Int) -> String { strings[index % strings.count] }
    /// Names of one service must differ; short lists are used again with a number.
    private static func name(_ index: Int) -> String { string(index) + (index >= strings.count ? " \(index / strings.count)" : "") }

    static let resources: [ResourceID] = (0..<queues).map { ResourceID(source: "prod", kind: .queue, name: name($0)) }
    /// One of each kind that has a page, and one of each that has none.
    static let kinds: [ResourceID] = [ResourceKind.api, .httpAPI, .function, .queue, .topic, .bus, .table, .bucket, .stateMachine, .probe].enumerated()
        .map { ResourceID(source: "prod", kind: $0.element, name: name($0.offset * 3)) }

    static func site() -> TenantSite {
        let rules = [
            RuleSite(id: "queue-age", title: string(0), on: .queue, unit: .seconds, warning: "oldest_age > 15m", critical: "oldest_age > 1h", forSeconds: 300, manners: [string(4)], runbook: "hostile-0",
                     limits: [.init(signal: "oldest_age", warning: 900, critical: 3_600), .init(signal: "visible", warning: -.infinity, critical: 1e308)], resources: resources),
            RuleSite(id: "fn-errors", title: string(9), on: .function, unit: .count, warning: string(10), runbook: "hostile-1", resources: kinds),
        ]
        let size = 80, count = (strings.count + size - 1) / size
        let documents = (0..<count).map { page -> DocumentSite in
            let part = strings.dropFirst(page * size).prefix(size)
            return DocumentSite(kind: .runbook, slug: "hostile-\(page)", title: string(page), summary: string(page + 1), alerts: page == 0 ? ["queue-age"] : [], owner: string(page + 2), needs: string(page + 3)) { context in
                var options = MarkdownOptions(live: context.values)
                options.block = context.block
                options.reservedIDs = DocumentContext.reservedIDs
                // As a paragraph, a list, a cell, a heading and a link's target: wherever Markdown lets text in.
                let text = part.enumerated().map { index, line in
                    let flat = String(line.map { $0.isNewline ? " " : $0 })
                    return switch index % 5 {
                    case 0: line
                    case 1: "- \(flat)\n- `\(flat)`"
                    case 2: "| a | b |\n|---|---|\n| \(flat) | x |"
                    case 3: "## \(flat)"
                    default: "[\(flat)](\(flat)) and ![\(flat)](<\(flat)>)"
                    }
                }.joined(separator: "\n\n")
                return (try? MarkdownDocument(text).rendered(options).html) ?? "<p>Refused.</p>"
            }
        }
        return TenantSite(
            id: "hostile", title: string(0), timezone: "Europe/Berlin", baseURL: "https://ops.example.com/",
            services: [ServiceSite(id: "swamp", title: string(5), resources: resources.map { .init($0, title: $0.name) }, traceGroups: [.init(id: "swamp", title: string(8))]),
                       ServiceSite(id: "kinds", title: string(9), pattern: string(11), resources: kinds.map { .init($0, title: $0.name) }, logsDeclared: nil),
                       ServiceSite(id: "refused", title: string(1), resources: [.init(ResourceID(source: "other", kind: .function, name: string(2)))], logsDeclared: string(12))],
            rules: rules, documents: documents,
            silences: (0..<20).map { SilenceSite(id: string($0), match: string($0 + 1), until: nil, by: string($0 + 2), reason: string($0 + 3)) },
            findings: (0..<200).map { FindingSite(state: .warning, service: "swamp", title: string($0), detail: string($0 + 1)) })
    }

    static func store() throws -> TenantStore {
        let store = try TenantStore.inMemory(), now = SyntheticTenant.now, dataTo = SyntheticTenant.dataTo
        try store.record(harvest(), at: now)
        let states = resources.prefix(300).enumerated().map { index, id -> AlertState in
            var state = AlertState(key: AlertKey(rule: "queue-age", resource: id), service: "swamp", phase: .firing, severity: index % 2 == 0 ? .critical : .warning, since: now - Int64(index) * 60, activeAt: now - Int64(index) * 60 - 300, summary: string(index), evaluatedTo: dataTo)
            state.value = [0, -1, 1e308, .infinity, 900][index % 5]
            state.limit = 900
            state.incident = "20260917-0227-swamp"
            return state
        }
        let incident = Incident(id: "20260917-0227-swamp", service: "swamp", title: string(7), severity: .critical, startedAt: now - 2_700, alerts: states.map(\.key))
        try store.save(EvaluationRecord(states: states, transitions: states.map { AlertTransition(.fired, state: $0, at: $0.since) }, incidents: [incident], messages: [], evaluatedTo: dataTo, at: now))
        return store
    }

    private static func harvest() -> Harvest {
        let now = SyntheticTenant.now, dataTo = SyntheticTenant.dataTo, start = dataTo - 86_400
        var harvest = Harvest(window: TimeWindow(from: start, to: dataTo))
        harvest.resources = (resources.map { ($0, "swamp") } + kinds.map { ($0, "kinds") }).enumerated().map { index, pair in
            Resource(id: pair.0, service: pair.1, arn: "arn:aws:sqs:\(string(index)):1:x", presence: .alive,
                     settings: [.retention: .number([345_600, 0, -1, 1e308, 60][index % 5]), .timeout: .number([3, 0, 1e-9, 1e308, -4][index % 5]), .runtime: .text(string(index)), .rule: .text(string(index))],
                     feeds: pair.1 == "kinds" ? kinds.filter { $0 != pair.0 } : [])
        }
        // No point, one point, all equal, negative, as large as a number gets, one spike, every other missing.
        func samples(_ shape: Int) -> [Sample] {
            (0..<288).compactMap { row in
                let time = start + Int64(row) * 300
                switch shape % 8 {
                case 0: return nil
                case 1: return row == 287 ? Sample(time, 1) : nil
                case 2: return Sample(time, 42)
                case 3: return Sample(time, -Double(row))
                case 4: return Sample(time, row % 2 == 0 ? 1e308 : -1e308)
                case 5: return Sample(time, row == 100 ? 1e9 : 0)
                case 6: return row % 2 == 0 ? Sample(time, Double(row % 7)) : nil
                default: return Sample(time, Double.leastNonzeroMagnitude)
                }
            }
        }
        let names: [ResourceKind: [String]] = [.queue: ["visible", "in_flight", "oldest_age", "sent", "deleted", "delayed"], .api: ["requests", "errors_5xx", "latency.p99"], .httpAPI: ["requests", "errors_4xx", "latency.p50"],
                                               .function: ["invocations", "errors", "throttles", "duration.p99", "duration.p50", "concurrency", "memory_used", "init_duration.p50", "cold_starts"], .topic: ["published", "failed"],
                                               .bus: ["matched", "failed"], .table: ["throttles", "consumed_write", "latency.avg"], .probe: ["up", "latency", "tls_expires_in"]]
        for (index, id) in (resources.prefix(40) + kinds).enumerated() {
            for (place, name) in (names[id.kind] ?? []).enumerated() { harvest.series.append(SeriesBatch(SeriesID(id, name), period: 300, samples: samples(index + place))) }
        }
        for (index, id) in resources.dropFirst(40).enumerated() where index % 3 == 0 {
            harvest.absences[SeriesID(id, "visible")] = Absence([.asleep, .denied, .disabled, .deleted, .sourceError, .neverSeen][index / 3 % 6], since: now - 40_000, detail: string(index))
        }
        harvest.readings = (0..<20).map { SourceReading(source: "prod", what: string($0), state: .ok, dataTo: dataTo, detail: string($0 + 1), isMetrics: true) }
        harvest.problems = (0..<60).map { Problem(.denied, source: "prod", operation: string($0), place: string($0 + 1), message: string($0 + 2), requestID: string($0 + 3)) }
        harvest.ledger = (0..<20).map { LedgerEntry(source: "prod", operation: string($0), calls: 12, units: 5_155, bytes: 90_000, dollars: .infinity) }
        harvest.deployments = (0..<30).map { Deployment(service: "swamp", time: now - Int64($0) * 600, label: string($0), detail: string($0 + 1)) }
        let function = kinds[2], api = kinds[0]
        harvest.fingerprints = strings.prefix(600).enumerated().map { LogFingerprint(resource: $0.offset % 2 == 0 ? function : resources[0], level: .error, text: $0.element, count: $0.offset, first: start, last: now - 200) }
        harvest.answers = (0..<60).map { AnswerCount(resource: api, route: string($0), party: .untold, status: [200, 404, 500, 0, -1, 99_999][$0 % 6], time: now - Int64($0) * 600, count: Int.max) }
        for row in 0..<300 {
            harvest.executions.append(Execution(resource: function, requestID: string(row), time: now - Int64(row) * 280, duration: [0, 1e308, 0.02, .nan][row % 4], initDuration: row % 9 == 0 ? .infinity : nil, memorySize: 1_073_741_824, memoryUsed: 71_000_000))
        }
        let id = "1-6aab5e29-000000000000000000000000"
        harvest.summaries = (0..<40).map { TraceSummary(id: "\(id)\($0 % 10)", group: "swamp", start: Double(now.seconds) - Double($0) * 60, duration: [0, 1e308, 9.4, -3][$0 % 4], hasFault: $0 % 2 == 0, entryPoint: string($0), httpMethod: string($0 + 1), httpPath: string($0 + 2), httpStatus: 504, services: [string($0 + 3)]) }
        let begin = Double(now.seconds) - 60
        harvest.traces = [Trace(id: "\(id)0", group: "swamp", spans: (0..<300).map { span($0, from: begin) })]
        return harvest
    }

    /// A root, children of each other, orphans, and clocks that disagree.
    private static func span(_ index: Int, from begin: Double) -> TraceSpan {
        let parent: String? = index == 0 ? nil : index % 50 == 49 ? "nobody" : "s\(index / 2)"
        let statuses: [TraceSpan.Status] = [.ok, .error, .throttle, .fault]
        let start = begin + Double(index % 40) / 10, end: Double? = index % 7 == 3 ? nil : begin + Double(index % 90) / 10 - 1
        return TraceSpan(id: "s\(index)", parentID: parent, name: string(index), origin: string(index + 1), resource: string(index + 2), start: start, end: end, status: statuses[index % 4], cause: string(index + 3),
                         annotations: [string(index): string(index + 4)])
    }

    static let pages = Result {
        var pages: [SitePage] = []
        try SiteBuilder(theme: SyntheticTenant.theme(), now: SyntheticTenant.now).build(site(), store: store()) { pages.append($0) }
        return pages
    }
}
