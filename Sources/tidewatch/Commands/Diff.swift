import ArgumentParser
import Dashboard
import JSON

/// What changed between two builds.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What changed between two builds: alerts, limits, resources, topology, pages.",
        discussion: """
            A build is a tenant's tree, or a folder of trees such as public/. Prints Markdown, or JSON with --json.

            Examples:
              tidewatch diff /backup/public public
              tidewatch diff old/acme public/acme --json
            """)
    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("The earlier build.", valueName: "a"))
    var old: String
    @Argument(help: ArgumentHelp("The later build.", valueName: "b"))
    var new: String

    func run() async throws {
        let diff = try await answer { _ in try BuildDiff(from: absolute(old), to: absolute(new)) }
        if shared.json { print(diff.json.text(pretty: true), terminator: "") } else { print(diff.markdown, terminator: "") }
    }
}
