import Publishers
import Site
import Storage
import Telemetry

/// What a tenant's pages were made of when they were last made, so that the same pages are not made a second time: the same input gives the
/// same bytes. `now` is a part of it, because every page says when it was built and how old its numbers are: five minutes later all are made.
///
/// It is kept for runs that render and do nothing else, and only where nothing went wrong. It lasts as long as nothing is written to the
/// tenant's database (`TenantStore.setNotes`), and counts only while the tree that it tells of is the live one.
struct BuildMemory {
    struct Build: Codable {
        var input: String
        /// SHA-256 of the tree's `build.json`, which holds the digests of all other files.
        var manifest: String
        var files: Int
        /// For the fleet's pages.
        var digest: TenantDigest
    }

    private let input: String
    private let tree: SwitchedTree

    /// Nothing where the pages tell of more than what is remembered.
    init?(_ tenant: TenantConfiguration, context: RunContext, run: TenantOutcome, stages: Set<RunOptions.Stage>, version: String = ProductVersion.text) {
        guard context.out == nil, stages.isSubset(of: [.render, .publish]), run.exit == .done, run.problems.isEmpty, run.limits.isEmpty else { return nil }
        input = "\(version) \(StoreHeader.newestSchema) \(context.now.seconds) \(context.isRepeatable) \(context.inputDigest(of: tenant)) \(context.silenceDigest)"
        tree = context.tree(tenant.id)
    }

    /// The build whose pages are live and would only be made again.
    func standing(in store: TenantStore) -> Build? {
        guard let note = try? store.standingNote(), let build: Build = try? WorkerWire.value(Array(note.utf8)), build.input == input, tree.isLive(build.manifest) else { return nil }
        return build
    }

    func note(of prepared: PreparedTree, manifest: String?, _ digest: TenantDigest) -> String? {
        guard let manifest, let line = try? WorkerWire.line(Build(input: input, manifest: manifest, files: prepared.files, digest: digest)) else { return nil }
        return String(decoding: line, as: UTF8.self)
    }
}
