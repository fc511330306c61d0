import Foundation
import JSON
import Publishers
import Site
import Storage

/// Tenants that ended their worker: what the run and their pages say, and who begins the next run in a process of its own.
struct Quarantine {
    private static let note = "workers/apart"

    private let context: RunContext
    init(_ context: RunContext) { self.context = context }

    /// What is known of a tenant that was left out.
    static func result(of id: String, death: String, work: BatchProgress.Work?) -> TenantResult {
        var outcome = TenantOutcome(id: id)
        let reason = "because \(work?.words ?? "")\(death)"
        var stage = RunOptions.Stage.collect
        if case .stage(let known) = work?.kind { stage = known }
        outcome.exit = .partial
        outcome.quarantine = reason
        outcome.problems = [RunProblem(tenant: id, stage: stage, message: "left out of this run \(reason). The other tenants are not affected; its pages stay as they were, and the next run tries again.")]
        return TenantResult(outcome: outcome)
    }

    /// Those of the last whole run.
    var names: Set<String> {
        guard FileManager.default.fileExists(atPath: context.fleetStatePath), let text = try? context.store(at: context.fleetStatePath).note(Self.note) else { return [] }
        return Set(text.split(separator: "\n").map(String.init))
    }

    func remember(_ results: some Sequence<HeldResult>, in store: TenantStore) throws {
        let names = results.filter { $0.outcome.quarantine != nil }.map(\.outcome.id), text = names.isEmpty ? nil : names.joined(separator: "\n")
        if try store.note(Self.note) != text { try store.setNote(Self.note, text) }
    }

    /// The tree as it is published, but for a banner on each page and a status that say why it stands still. Nothing for a name that can have
    /// no tree.
    func standingTree(of outcome: TenantOutcome, theme: SiteTheme) throws -> PreparedTree? {
        guard let reason = outcome.quarantine, isIdentifier(outcome.id), reservedTenantIDs[outcome.id] == nil else { return nil }
        let writer = try context.writer(outcome.id), paths = writer.live.keys.sorted()
        var new: Set<String> = []
        try StandingNotice(theme: theme, tenant: outcome.id, reason: reason, now: context.now).pages(of: paths, writer.published) { page in
            try writer.add(page.path, page.bytes)
            new.formUnion([page.path] + Encoding.allCases.map { page.path + $0.suffix })
        }
        for path in paths where !new.contains(path) { _ = try writer.keepAsIs(path) }
        let before = writer.published(SwitchedTree.manifestName).flatMap { try? JSONValue(parsing: $0).members } ?? [.init("schema", 1)]
        return try writer.finish { files in
            let said: [JSONValue.Member] = [
                .init("run_id", .string(context.runID)), .init("now", .string(context.now.rfc3339)), .init("exit", JSONValue(Int(outcome.exit.rawValue))), .init("duration", .null),
                .init("stages", .array([])), .init("problems", .array(outcome.problems.map { ["stage": .string($0.stage.rawValue), "message": .string($0.message)] })),
                .init("files", .object(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
            ]
            let names = Set(said.map(\.key))
            return JSONValue.object(before.filter { !names.contains($0.key) } + said).bytes(pretty: true)
        }
    }
}
