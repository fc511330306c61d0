import Collectors
import Curl
import Telemetry

/// HTTP checks from where the program runs.
struct ProbeSourceSettings: SourceSettings {
    static let kind = "probe"
    static let summary = "HTTP checks from where tidewatch runs: whether the answer is as expected, how long it took, and when the certificate ends."
    static let bringsResources = false
    static let schema = RecordSchema("a probe source", [
        .init("checks", .list(.record(checkSchema)), required: true, "What is asked in each run."),
        .init("allow_private", .flag, "Whether hosts may be on a private network, for all checks. Default false."),
        .init("budget", .record(budgetSchema), "What a run may ask for."),
    ])
    private static let budgetSchema = RecordSchema("a budget of checks", [.init("calls_per_run", .integer(1...100_000), "Checks that one run may make.")])
    private static let checkSchema = RecordSchema("an HTTP check", [
        .init("name", .text, required: true, "The name of a service's resource of kind probe."),
        .init("url", .url, required: true, "The address; may hold ${ENV}."),
        .init("method", .choice(["GET", "HEAD", "POST"]), "Default GET."),
        .init("headers", .map(.secret), "Sent to the host of the address and to no other."),
        .init("timeout", .duration, "For the whole check. Default 10s, at most 60s."),
        .init("redirects", .integer(0...10), "How many are followed. Default 0: a redirect is the answer."),
        .init("expect", .record(expectSchema), "What a good answer looks like; all of it must hold."),
        .init("allow_private", .flag, "Whether this host may be on a private network."),
        .init("ca_file", .text, "Certificates to trust instead of the system's."),
    ])
    private static let expectSchema = RecordSchema("an expectation", [
        .init("status", .oneOrMore(.text), "Such as 200, 2xx or 200-204. Default 2xx."),
        .init("body", .oneOrMore(.text), "Texts that the body must hold."),
        .init("body_lacks", .oneOrMore(.text), "Texts that the body must not hold."),
        .init("headers", .map(.text), "Header to a text that its value must hold."),
    ])

    private let checks: [ProbeCheck]
    private let callsPerRun: Int?

    init?(_ record: ConfigurationReader.Record) {
        let isPrivate = record.flag("allow_private") ?? false
        checks = record.records("checks", Self.checkSchema).compactMap { Self.check($0, isPrivate: isPrivate) }
        callsPerRun = record.record("budget", Self.budgetSchema)?.integer("calls_per_run")
        var names: Set<String> = []
        for check in checks where !names.insert(check.name).inserted { record.fail("checks", "the check '\(printable(check.name))' is defined twice. Rename one.") }
    }

    private static func check(_ record: ConfigurationReader.Record, isPrivate: Bool) -> ProbeCheck? {
        guard let name = record.text("name"), let url = record.url("url") else { return nil }
        var headers = HTTPHeaders()
        for (name, value) in record.secrets("headers").sorted(by: { $0.key < $1.key }) { headers[name] = value }
        let timeout = record.duration("timeout") ?? 10
        if !(1...60).contains(timeout) { record.fail("timeout", "expected 1s to 60s: a run waits for its slowest check") }
        return ProbeCheck(name: name, url: url, method: record.text("method").flatMap(HTTPMethod.init) ?? .get, headers: headers, timeout: min(max(timeout, 1), 60),
                          redirects: record.integer("redirects") ?? 0, expectation: expectation(record), allowPrivate: record.flag("allow_private") ?? isPrivate,
                          caFile: record.text("ca_file"))
    }

    private static func expectation(_ record: ConfigurationReader.Record) -> ProbeCheck.Expectation {
        guard let expect = record.record("expect", expectSchema) else { return ProbeCheck.Expectation() }
        var status: [ClosedRange<Int>] = []
        for (text, mark) in expect.markedTexts("status") {
            if let range = ProbeCheck.Expectation.range(text) { status.append(range) } else {
                expect.reader.report(mark, expect.path(of: "status"), "'\(printable(text))' is no status. Write 200, 2xx or 200-204.")
            }
        }
        return ProbeCheck.Expectation(status: status.isEmpty ? [200...299] : status, holds: expect.texts("body"), lacks: expect.texts("body_lacks"),
                                      headers: expect.textMap("headers"))
    }

    var mentions: [SourceMention] { checks.map { .resource(.probe, $0.name) } }

    func source(in surroundings: SourceSurroundings) -> any Source { ProbeCollector(checks: checks, environment: surroundings.world.webEnvironment) }

    var budget: SourceBudget { SourceBudget(callsPerRun: callsPerRun) }

    func limit(_ order: inout CollectionOrder, spent: [LedgerEntry]) { order.budget.calls = callsPerRun ?? order.budget.calls }

    func plan(_ question: SourcePlanQuestion) -> SourcePlan? {
        let hosts = Set(checks.compactMap { WebAddress.host(of: $0.url) }).sorted()
        let redirects = checks.contains { $0.redirects > 0 } ? ["Redirects that checks follow are not counted."] : []
        return SourcePlan(place: hosts.count == 1 ? hosts[0] : "\(hosts.count) hosts",
                          plan: CollectionPlan(source: question.order.source, everyRun: [("probe:check", checks.count)], interval: question.interval, assumptions: redirects))
    }
}
