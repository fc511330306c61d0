import ArgumentParser
import Dashboard
import Foundation
import Telemetry

/// A month for people who pay for it.
struct ReportMonthly: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monthly", abstract: "A month of each tenant: availability, objectives, incidents, noise and cost, as HTML that prints and as CSV.",
        discussion: """
            Without --out the HTML of a single tenant goes to standard output, with --csv its numbers. With --out a folder gets
            <tenant>-<month>.html and <tenant>-<month>.csv. Months that are over are pages of the site as well.

            Examples:
              tidewatch report monthly --tenant acme > acme.html
              tidewatch report monthly --month 2026-10 --out reports/
              tidewatch report monthly --tenant acme --csv
            """)
    @OptionGroup var options: HistoryOptions
    @Option(name: .long, help: ArgumentHelp("Such as 2026-10; without it the last month that is over.", valueName: "month"))
    var month: String?
    @Option(name: .long, help: ArgumentHelp("Write files into this folder.", valueName: "dir"))
    var out: String?
    @Flag(name: .long, help: "Print the numbers instead of the page.")
    var csv = false

    func run() async throws {
        try options.shared.checkPlace(out)
        if options.shared.json { throw ValidationError("--json: a month is told as HTML, or with --csv as numbers. There is no JSON of it") }
        let now = try options.time()
        let export = try await answer { world -> MonthlyReportExport in
            do { return try MonthlyReportExport(directory: options.shared.directory, world: world, tenants: Set(options.tenant), month: month, now: now) } catch let failed as MonthlyReportExport.Failed {
                Console.say(failed.description)
                throw CommandEnd(code: .usage)
            }
        }
        for note in export.notes.texts { Console.say(note) }
        guard let out else {
            guard let only = export.files.first, export.files.count == 1 else {
                Console.say(export.files.isEmpty ? "there is nothing to report." : "there are \(export.files.count) tenants. Choose one with --tenant, or a folder with --out.")
                throw CommandEnd(code: export.files.isEmpty ? .failed : .usage)
            }
            try Console.give(csv ? only.csv : only.html)
            if !export.notes.isWhole { throw CommandEnd(code: .partial) }
            return
        }
        do { try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true) } catch {
            Console.say("cannot make \(out): \(error.localizedDescription) Choose another folder with --out.")
            throw CommandEnd(code: .failed)
        }
        for file in export.files {
            let path = "\(out)/\(file.tenant)-\(export.month)"
            try WholeFile.write(path + ".html") { try $0(file.html) }
            try WholeFile.write(path + ".csv") { try $0(file.csv) }
            print("\(path).html\n\(path).csv")
        }
        if !export.notes.isWhole { throw CommandEnd(code: .partial) }
    }
}
