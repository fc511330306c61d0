import ArgumentParser
import Dashboard

/// Makes a commented site that works at once.
struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a commented site directory.",
        discussion: """
            Examples:
              tidewatch init my-site
              tidewatch init my-site --pattern webhook-buffer
            Never overwrites a file.
            """)

    @Argument(help: ArgumentHelp("The directory to make.", valueName: "dir"))
    var directory: String

    @Option(name: .long, help: ArgumentHelp("Start from this architecture pattern.", valueName: "id"))
    var pattern = "webhook-buffer"

    func run() throws {
        do {
            for path in try NewSite(directory: directory, pattern: pattern).write() { print(path) }
        } catch {
            Console.say(error.description)
            throw CommandEnd(code: error.isUsage ? .usage : .failed)
        }
        Console.say("Next: fill in tenants/example.yaml, then 'tidewatch --site \(directory) validate' and 'tidewatch --site \(directory) run'.")
    }
}
