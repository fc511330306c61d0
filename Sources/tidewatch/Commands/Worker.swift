import ArgumentParser
import Dashboard

/// The process in which a run does some tenants' work. Nobody calls it by hand: it waits for an order that only a run writes.
struct Worker: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "worker", abstract: "Do some tenants' work for a run.", shouldDisplay: false)

    func run() async throws {
        var world = try machine()
        world.worker = nil
        let signals = StageCommand.watchSignals(world.stop)
        defer { withExtendedLifetime(signals) {} }
        let code = await WorkerRoom.run(world: world)
        guard code == .done else { throw CommandEnd(code: code) }
    }
}
