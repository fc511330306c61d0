import ArgumentParser
import Dashboard
import Glibc
import Simulator
import Telemetry

/// Serves the reference systems as if they were AWS accounts.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A stand-in AWS endpoint on 127.0.0.1 with six systems in it, for demos, tests and load.",
        discussion: """
            Prints 'port N' when it is ready and serves until it is stopped. Sign with access key AKIASIMULATOR0000000,
            secret simulator-secret-key; each system is an account of its own behind a role (Examples/five-systems shows how).
            At the same port it answers as Datadog for system 1 (DD-API-KEY simulator-datadog-api-key, DD-APPLICATION-KEY
            simulator-datadog-application-key) and as Sentry for system 2 (token simulator-sentry-token).
            Five are the reference systems with their faults; the sixth (666666666666) is a control in which nothing is wrong.

            Examples:
              tidewatch simulate
              tidewatch simulate --port 0 --healthy --anchor 2026-11-20T10:05:00Z
            """)

    @Option(name: .long, help: ArgumentHelp("Port; 0 takes a free one.", valueName: "n"))
    var port: UInt16 = 4_570

    @Option(name: .long, help: ArgumentHelp("Same seed, same numbers.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(name: .long, help: ArgumentHelp("The time that faults are placed around (RFC 3339); default the start.", valueName: "time"))
    var anchor: String?

    @Flag(name: .long, help: "Leave out all faults.")
    var healthy = false

    func run() async throws {
        let world = try machine()
        var time = world.clock()
        if let anchor {
            guard let given = Timestamp(rfc3339: anchor) else { throw ValidationError("--anchor: expected a time such as 2026-11-20T10:05:00Z, found '\(anchor)'") }
            time = given
        }
        let server = SimulatorServer(world: SimulatedWorld(seed: seed, anchor: time, isHealthy: healthy), clock: world.clock)
        do {
            try await server.run(port: port) { port in
                print("port \(port)")
                fflush(nil)
            }
        } catch {
            Console.say("cannot serve on 127.0.0.1:\(port): \(error). Choose another --port.")
            throw CommandEnd(code: .failed)
        }
    }
}
