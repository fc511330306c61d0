import Digests
import Site
import Storage
import Telemetry

/// Which pages are made anew. The present is made in every run in which something happens, long ranges and documents less often; whatever
/// changes a state, a text or a setting makes everything due at once, because no page may go on saying that all is well.
struct RenderPlan {
    /// When a quiet page was made, and of what.
    private struct Made: Equatable {
        var digest: UInt64
        var at: Timestamp
    }

    private static let documents = "documents"
    private static let ages: [(name: String, seconds: Int64)] = ServiceRange.allCases.compactMap { range in range.folder.map { ($0, range.keptFor) } }
        + [(documents, DocumentSite.keptFor)]
    private static let folders = ["runbooks/", "patterns/", "deploy/", "manual/"]
    private static let note = "render/plan"
    private static let reportNote = "render/reports", reports = "reports/"

    private let now: Timestamp
    private let interval: Int64
    private let input: String
    /// Classes that may stay as they are, with the moment that they were made.
    private var kept: [String: Timestamp] = [:]
    private var keptEndings: [String] = []
    /// Of the last run that made them, by service and range.
    private var before: [String: Made] = [:]
    private var quiet: [String: Made] = [:]
    /// What months that are over look like depends on theme and configuration alone.
    private let reportInput: String
    private let reportsStay: Bool

    /// - Parameter live: the digest of the live tree's manifest file. What is remembered is of the pages that were made, and those may not be
    ///   the live ones: a run died before they were put in place, they were taken back, a later run left the tenant out.
    init(tenant: TenantConfiguration, context: RunContext, store: TenantStore, live: String?) throws {
        now = context.now
        interval = context.configuration.site.interval
        reportInput = context.inputDigest(of: tenant)
        let lines = (try store.note(Self.note) ?? "").split(separator: "\n").map { $0.split(separator: " ") }, head = lines.first ?? []
        let isLive = context.out == nil && head.count == 2 && live.map { $0 == head[1] } ?? false
        reportsStay = try isLive && store.note(Self.reportNote) == reportInput
        let states = try store.alertStates().filter { $0.phase != .inactive }.map { "\($0.key.rule)/\($0.key.resource.kind.rawValue)/\($0.key.resource.name)/\($0.phase.rawValue)/\($0.severity.rawValue)/\($0.suppressedBy ?? "")" }
        input = context.inputDigest(of: tenant) + hex(fastHash(Array(states.sorted().joined(separator: "\n").utf8)))
        // Pages of the past are made anew, whatever those of the present are.
        guard isLive, head[0] == input else { return }
        for line in lines.dropFirst() {
            // A clock that went back makes everything due.
            guard let at = line.last.flatMap({ Int64($0) }).map(Timestamp.init(seconds:)), at <= now else { continue }
            if line.count == 2, let age = Self.ages.first(where: { $0.name == line[0] }), now - at < age.seconds { kept[age.name] = at }
            if line.count == 3, let digest = UInt64(line[1], radix: 16) { before[String(line[0])] = Made(digest: digest, at: at) }
        }
        keptEndings = kept.keys.flatMap { ["/\($0)/index.html", "/data-\($0).csv"] }
    }

    func isDue(_ path: String) -> Bool {
        if path.hasPrefix(Self.reports) { return !reportsStay }
        guard !kept.isEmpty else { return true }
        if Self.folders.contains(where: path.hasPrefix) { return kept[Self.documents] == nil }
        guard path.hasPrefix("services/") else { return true }
        // Single resources show the same day as their service.
        if path.split(separator: "/", maxSplits: 3).dropFirst(2).first == "resources" { return ServiceRange.day.folder.map { kept[$0] == nil } ?? true }
        // `services/x/7d/index.html` and `services/x/data-7d.csv`.
        return !keptEndings.contains(where: path.hasSuffix)
    }

    /// Whether a page that is due may stay because it would show the same: as long as its next making, too, is in time half an interval
    /// before it calls itself out of date.
    mutating func mayStay(_ page: QuietPage) -> Bool {
        let name = Self.name(page.service, page.range), next = now + max(interval, page.range.keptFor)
        if let made = before[name], made.digest == page.digest, (next - made.at) * 2 <= page.range.keptFor * 2 + interval * 5 {
            quiet[name] = made
            return true
        }
        quiet[name] = Made(digest: page.digest, at: now)
        return false
    }

    /// - Parameters:
    ///   - manifest: the digest of the manifest file of what was made.
    ///   - build: what is remembered of the whole tenant (`BuildMemory`).
    func remember(in store: TenantStore, manifest: String, build: String?) throws {
        var lines = ["\(input) \(manifest)"] + Self.ages.map { "\($0.name) \((kept[$0.name] ?? now).seconds)" }
        // Pages of a class that was not due were not asked for.
        var made = quiet
        for (name, page) in before where made[name] == nil && kept.keys.contains(where: { name.hasSuffix("/" + $0) }) { made[name] = page }
        lines += made.sorted { $0.key < $1.key }.map { "\($0.key) \(hex($0.value.digest)) \($0.value.at.seconds)" }
        try store.setNotes([Self.note: lines.joined(separator: "\n"), Self.reportNote: reportInput], standing: build)
    }

    private static func name(_ service: String, _ range: ServiceRange) -> String { range.folder.map { "\(service)/\($0)" } ?? service }
}
