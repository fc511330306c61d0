import Foundation
import JSON
import Publishers
import Storage

/// Puts the finished trees in all the places that the configuration names, side by side. What fails in one keeps no other back.
struct PublishStage {
    let configuration: Configuration
    let context: RunContext

    func run(_ outcome: inout RunOutcome) async {
        guard !configuration.site.publish.isEmpty else { return }
        do {
            let memory = try PublishMemory(try context.store(at: context.fleetStatePath), random: context.world.random)
            let surroundings = TargetSurroundings(directory: configuration.directory, world: context.world, pacer: context.pacer, publisher: memory.publisher)
            var orders: [Order] = []
            for entry in configuration.site.publish {
                orders.append(Order(target: entry.settings.target(in: surroundings), destination: entry.settings.destination, edition: try edition(for: entry, memory)))
            }
            for (order, report) in await published(orders) {
                outcome.publishedFiles += report.written
                let place = order.target.place
                try memory.forget(report.removed, at: order.destination)
                for failure in report.failures {
                    let tenant = failure.tree.flatMap { configuration.tenantIDs.contains($0) ? $0 : nil }
                    outcome.problems.append(RunProblem(tenant: tenant, stage: .publish, message: "not published to \(place): \(failure.message)"))
                    outcome.exit = outcome.exit.worse(.publish)
                }
            }
        } catch {
            outcome.problems.append(RunProblem(tenant: nil, stage: .publish, message: "not published: \(error)"))
            outcome.exit = outcome.exit.worse(.publish)
        }
    }

    private struct Order: Sendable {
        var target: any PublishTarget
        var destination: String
        var edition: Edition
    }

    /// Trees that are there. A tenant whose file is broken keeps the one it has.
    private func edition(for entry: TargetConfiguration, _ memory: PublishMemory) throws -> Edition {
        let all = configuration.tenantIDs.sorted()
        let wanted = entry.tenants.map { named in all.filter(named.contains) } ?? all + ["fleet"]
        let directory = configuration.directory + "/public"
        let trees = wanted.filter { FileManager.default.fileExists(atPath: directory + "/" + $0) }
        // Remembered before anything goes out: a run that dies half way has published something, too.
        let gone = try memory.note(trees, at: entry.settings.destination).filter { !wanted.contains($0) }
        return Edition(directory: directory, trees: trees, gone: gone, runID: context.runID)
    }

    private func published(_ orders: [Order]) async -> [(Order, Publication)] {
        await context.world.stop.untilRaised {
            await withTaskGroup(of: (Int, Publication).self) { group in
                for (index, order) in orders.enumerated() { group.addTask { (index, await order.target.publish(order.edition)) } }
                var reports: [Int: Publication] = [:]
                for await (index, report) in group { reports[index] = report }
                return orders.enumerated().compactMap { index, order in reports[index].map { (order, $0) } }
            }
        }
    }
}

/// What was published where, so that the tree of a tenant that is no more can be taken down, and by whom.
struct PublishMemory {
    /// The same for all runs of this site, and of no other.
    let publisher: String
    private let store: TenantStore

    init(_ store: TenantStore, random: () -> Double) throws {
        self.store = store
        if let known = try store.note("publisher") {
            publisher = known
        } else {
            publisher = String((0..<16).map { _ in Character(Unicode.Scalar(UInt8(97 + Int(min(25, max(0, (random() * 26).rounded(.down))))))) })
            try store.setNote("publisher", publisher)
        }
    }

    /// - Returns: every tree that is or was there.
    func note(_ trees: [String], at place: String) throws -> [String] {
        let all = Set(try known(at: place)).union(trees).sorted()
        try remember(all, at: place)
        return all
    }

    func forget(_ trees: [String], at place: String) throws {
        guard !trees.isEmpty else { return }
        try remember(try known(at: place).filter { !trees.contains($0) }, at: place)
    }

    private func known(at place: String) throws -> [String] {
        let text = try store.note("published \(place)") ?? "[]"
        return ((try? JSONValue(parsing: Array(text.utf8)))?.array ?? []).compactMap(\.string).filter(isIdentifier)
    }

    private func remember(_ trees: [String], at place: String) throws { try store.setNote("published \(place)", JSONValue.array(trees.map(JSONValue.string)).text()) }
}
