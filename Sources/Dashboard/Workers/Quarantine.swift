import Foundation
import JSON
import Publishers
import Site
import Storage

/// Tenants that ended their worker: what their pages say, and who begins the next run in a process of its own.
struct Quarantine {
    private static let note = "workers/apart"

    private let context: RunContext
    init(_ context: RunContext) { self.context = context }

    /// Those of the last whole run.
    var names: Set<String> {
        guard FileManager.default.fileExists(atPath: context.fleetStatePath), let text = try? context.store(at: context.fleetStatePath).note(Self.note) else { return [] }
        return Set(text.split(separator: "\n").map(String.init))
    }

    static func remember(_ results: [TenantResult], in store: TenantStore) throws {
        let names = results.filter { $0.quarantine != nil }.map(\.outcome.id)
        try store.setNote(note, names.isEmpty ? nil : names.joined(separator: "\n"))
    }

    /// The tree as it is published, but for the banner that says why it stands still.
    func standingTree(of outcome: TenantOutcome, theme: SiteTheme, reason: String) throws -> PreparedTree {
        let writer = try context.tree(outcome.id).writer()
        let pages = try StandingNotice(theme: theme, tenant: outcome.id, reason: reason, now: context.now).pages(writer.published), new = Set(pages.map(\.path))
        for path in writer.live.keys.sorted() where !new.contains(path) { _ = try writer.keep(path) }
        for page in pages { try writer.add(page.path, page.bytes) }
        return try writer.finish { files in
            JSONValue.object([
                .init("schema", 1), .init("run_id", .string(context.runID)), .init("now", .string(context.now.rfc3339)), .init("exit", JSONValue(Int(outcome.exit.rawValue))), .init("duration", .null),
                .init("stages", .array([])), .init("ledger", .object([])), .init("problems", .array(outcome.problems.map { ["stage": .string($0.stage.rawValue), "message": .string($0.message)] })),
                .init("files", .object(files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })),
            ]).bytes(pretty: true)
        }
    }
}
