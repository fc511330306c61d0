import ArgumentParser
import Dashboard
import Glibc
import JSON
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

            With --policy the role of an account may do only what the policy allows, which shows whether a printed policy is enough:
              tidewatch plan --tenant acme --iam > acme.json
              tidewatch simulate --policy 222222222222=acme.json
            """)

    @Option(name: .long, help: ArgumentHelp("Port; 0 takes a free one.", valueName: "n"))
    var port: UInt16 = 4_570

    @Option(name: .long, help: ArgumentHelp("Same seed, same numbers.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(name: .long, help: ArgumentHelp("The time that faults are placed around (RFC 3339); default the start.", valueName: "time"))
    var anchor: String?

    @Flag(name: .long, help: "Leave out all faults.")
    var healthy = false

    @Option(name: .long, help: ArgumentHelp("An IAM policy that the role of an account is held to; may be repeated.", valueName: "account=file"))
    var policy: [String] = []

    func run() async throws {
        let world = try machine()
        let policies = try policies(world)
        var time = world.clock()
        if let anchor {
            guard let given = Timestamp(rfc3339: anchor) else { throw ValidationError("--anchor: expected a time such as 2026-11-20T10:05:00Z, found '\(anchor)'") }
            time = given
        }
        let server = SimulatorServer(world: SimulatedWorld(seed: seed, anchor: time, isHealthy: healthy, policies: policies), clock: world.clock)
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

    private func policies(_ world: World) throws -> [String: IdentityPolicy] {
        var policies: [String: IdentityPolicy] = [:]
        for item in policy {
            let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts[0].utf8.count == 12, parts[0].allSatisfy(\.isNumber) else {
                throw ValidationError("--policy: expected <twelve digits>=<file>, found '\(item)'")
            }
            guard let bytes = world.files.readFile(parts[1]) else { throw ValidationError("--policy: the file '\(parts[1])' cannot be read") }
            guard let document = try? JSONValue(parsing: bytes), let read = IdentityPolicy(document) else {
                throw ValidationError("--policy: '\(parts[1])' is no IAM policy of effects, actions and resources")
            }
            policies[parts[0]] = read
        }
        return policies
    }
}
