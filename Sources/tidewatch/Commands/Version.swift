import ArgumentParser
import Dashboard
import JSON

/// What is installed, and on what it stands.
struct Version: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The version, the database schema and the libraries as JSON.",
        discussion: "'tidewatch --version' prints the number alone.\n\nExamples:\n  tidewatch version\n  tidewatch --version --json")

    func run() { print(ProductVersion.json.text(pretty: true), terminator: "") }
}
