import ArgumentParser
import Dashboard
import Foundation
import Telemetry

/// Reports for people who were not there.
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Reports over what happened.", discussion: "Examples:\n  tidewatch report incident 20261120-0918-orders-webhook --out incident.html\n  tidewatch report monthly --month 2026-10 --out reports/\n  tidewatch report noise --since 30d",
        subcommands: [ReportIncident.self, ReportMonthly.self, ReportNoise.self])
}

struct ReportIncident: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident", abstract: "One incident as one HTML file: timeline, charts, messages, changes, logs, traces, runbook steps.",
        discussion: """
            Goes to standard output, or into a file:
              tidewatch report incident 20261120-0918-orders-webhook --out incident.html
            The file holds its style and needs nothing else; it prints on paper as well.
            """)
    @OptionGroup var shared: SharedOptions
    @Argument(help: ArgumentHelp("The incident's id, as messages and the page's address have it.", valueName: "id"))
    var id: String
    @Option(name: .long, help: ArgumentHelp("Look in this tenant only.", valueName: "id"))
    var tenant: String?
    @Option(name: .long, help: ArgumentHelp("Write to this file.", valueName: "file"))
    var out: String?
    @Option(name: .long, help: ArgumentHelp("As of this time (RFC 3339).", valueName: "time"))
    var now: String?

    func run() async throws {
        try shared.checkPlace(out)
        var time: Timestamp?
        if let now {
            guard let given = Timestamp(rfc3339: now) else { throw ValidationError("--now: expected a time such as 2026-11-20T10:05:00Z, found '\(now)'") }
            time = given
        }
        let found: IncidentExport.Found
        do {
            found = try IncidentExport(directory: shared.directory, world: try machine(), now: time).report(id, tenant: tenant)
        } catch let error as ConfigurationError {
            Console.say(error.description)
            throw CommandEnd(code: .configuration)
        } catch let held as RunLock.Held {
            Console.say(held.description)
            throw CommandEnd(code: .locked)
        }
        switch found {
        case .unknown(let newest):
            Console.say("no incident is called '\(id)'." + (newest.isEmpty ? " There is none." : " The newest: \(newest.joined(separator: ", "))."))
            throw CommandEnd(code: .usage)
        case .report(let bytes):
            guard let out else { return FileHandle.standardOutput.write(Data(bytes)) }
            try WholeFile.write(out) { try $0(bytes) }
        }
    }
}
