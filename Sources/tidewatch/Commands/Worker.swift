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
        let end = await WorkerRoom.run(world: world)
        if let error = end.error { Console.say(error.description) }
        if end.code == .usage { Console.say("'tidewatch run' starts its workers itself: there is no order on standard input.") }
        guard end.code == .done else { throw CommandEnd(code: end.code) }
    }
}
