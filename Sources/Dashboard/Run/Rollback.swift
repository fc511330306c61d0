import Foundation
import Publishers

/// Puts the trees of the build before the last back, here and in every place where the site is published. One step: the build that was live
/// is kept in its place, so a second one goes forward again.
package struct Rollback: Sendable {
    private let configuration: Configuration
    private let context: RunContext
    private let tenants: Set<String>

    /// - Parameter tenants: only these; none means all, and the operator's pages.
    package init(directory: String, world: World, tenants: Set<String>) throws(ConfigurationError) {
        let loaded = try LoadedSite(directory: directory, world: world)
        configuration = loaded.configuration
        context = RunContext(loaded, world: world, options: RunOptions())
        self.tenants = tenants
        let unknown = tenants.subtracting(configuration.tenants.map(\.id)).sorted()
        guard unknown.isEmpty else {
            throw ConfigurationError(unknown.map { Diagnostic(file: "tenants/", message: "no tenant is called '\(printable($0))' (--tenant)") })
        }
    }

    /// - Returns: how it ended, and for each tree that was put back when it was built.
    package func run() async -> (outcome: RunOutcome, restored: [(tree: String, built: String)]) {
        var outcome = RunOutcome(), restored: [(tree: String, built: String)] = []
        do {
            let lock = try RunLock(stateDirectory: configuration.directory + "/state", owner: "rollback", countsSkip: false)
            defer { withExtendedLifetime(lock) {} }
            for name in tenants.isEmpty ? configuration.tenants.map(\.id) + ["fleet"] : tenants.sorted() {
                do {
                    restored.append((name, try context.tree(name).rollBack()))
                } catch {
                    outcome.problems.append(RunProblem(tenant: name == "fleet" ? nil : name, stage: .publish, message: "not rolled back: \(error)"))
                    outcome.exit = .failed
                }
            }
            if !restored.isEmpty { await PublishStage(configuration: configuration, context: context).run(&outcome) }
        } catch let held as RunLock.Held {
            outcome = RunOutcome(exit: .locked, problems: [RunProblem(tenant: nil, stage: .publish, message: held.description)])
        } catch {
            outcome = RunOutcome(exit: .failed, problems: [RunProblem(tenant: nil, stage: .publish, message: "\(error)")])
        }
        return (outcome, restored)
    }
}
