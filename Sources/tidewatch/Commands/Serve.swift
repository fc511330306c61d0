import ArgumentParser
import Dashboard
import Foundation
import Preview

/// A look at the site in a browser.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Preview the rendered site on 127.0.0.1. Never for production: it asks nobody for a password.",
        discussion: "Examples:\n  tidewatch serve\n  tidewatch serve --port 0 --reload")

    @OptionGroup var shared: SharedOptions
    @Option(name: .long, help: ArgumentHelp("Port; 0 takes a free one.", valueName: "n"))
    var port: UInt16 = 8_600
    @Flag(name: .long, help: "Load pages again when a run has made them anew.")
    var reload = false

    func run() async throws {
        let directory = shared.directory + "/public"
        guard FileManager.default.fileExists(atPath: directory) else {
            Console.say("\(directory) is not there. Render the site first: tidewatch run, or tidewatch render.")
            throw CommandEnd(code: .failed)
        }
        do {
            try await PreviewServer(directory: directory, reloads: reload).run(port: port) { port in
                print("http://127.0.0.1:\(port)/")
                fflush(nil)
            }
        } catch {
            Console.say("cannot serve on 127.0.0.1:\(port): \(error). Is the port taken? --port 0 takes a free one.")
            throw CommandEnd(code: .failed)
        }
    }
}
