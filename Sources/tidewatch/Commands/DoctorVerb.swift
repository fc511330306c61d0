import ArgumentParser
import Dashboard

/// Looks at everything that a run leans on.
struct DoctorVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at clock, lock, folders, databases, credentials, last runs and channels.",
        discussion: """
            Changes nothing. Ends with 1 where something does not work now; warnings end with 0.
            Credentials are tried with one call a source, which needs no right and costs nothing.

            Examples:
              tidewatch doctor
              tidewatch doctor --offline --json
              tidewatch doctor --tenant acme -v
            """)
    @OptionGroup var options: UpkeepOptions
    @Flag(name: .long, help: "Ask no source.")
    var offline = false

    func run() async throws {
        let doctor = try await answer { try await Doctor(directory: options.shared.directory, world: $0, tenants: Set(options.tenant), offline: offline) }
        options.shared.say(json: doctor.json, text: doctor.text(isComplete: options.shared.verbose))
        if doctor.worst == .failure { throw CommandEnd(code: .failed) }
    }
}
