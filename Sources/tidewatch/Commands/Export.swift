import ArgumentParser
import Dashboard
import Foundation
import Telemetry

extension ExportFormat: ExpressibleByArgument {}

/// Gives stored points out.
struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stored points as CSV, JSON or OpenMetrics.",
        discussion: """
            To standard output, by tenant, resource, signal and time. Derived signals are worked out where they are read and are not stored.
            OpenMetrics can be given to Prometheus: promtool tsdb create-blocks-from openmetrics FILE DIR

            Examples:
              tidewatch export --since 24h > points.csv
              tidewatch export --signal queue.oldest_age --signal function --since 2026-11-01 --format json --out points.json
              tidewatch export --tenant acme --since 90d --resolution 1h --format openmetrics
            """)
    @OptionGroup var options: HistoryOptions
    @Option(name: .long, help: ArgumentHelp("csv, json or openmetrics.", valueName: "form"))
    var format = ExportFormat.csv
    @Option(name: .long, help: ArgumentHelp("Only this signal (queue.oldest_age) or this kind (queue); may be repeated.", valueName: "signal"))
    var signal: [String] = []
    @Option(name: .long, help: ArgumentHelp("From this time or this long ago.", valueName: "time|duration"))
    var since = "24h"
    @Option(name: .long, help: ArgumentHelp("raw, 5m or 1h; without it raw as far as raw points reach back.", valueName: "period"))
    var resolution: String?
    @Option(name: .long, help: ArgumentHelp("Write to this file.", valueName: "file"))
    var out: String?

    func run() async throws {
        try options.shared.checkPlace(out)
        // What every verb calls --json is a form here.
        if options.shared.json, format == .openmetrics { throw ValidationError("--json and --format openmetrics are two forms. Give one") }
        let format = options.shared.json ? .json : format
        var wish = SeriesExport.Wish()
        wish.tenants = Set(options.tenant)
        wish.signals = signal
        wish.now = try options.time()
        if let time = Timestamp(rfc3339: since) ?? Timestamp(rfc3339: since + "T00:00:00Z") {
            wish.since = .time(time)
        } else if let seconds = durationSeconds(since), seconds > 0 {
            wish.since = .seconds(seconds)
        } else {
            throw ValidationError("--since: expected a time such as 2026-11-20T10:05:00Z or 2026-11-20, or a duration such as 7d, found '\(since)'")
        }
        if let resolution {
            let known: [String: Resolution] = ["raw": .raw, "5m": .fiveMinutes, "1h": .hour]
            guard let chosen = known[resolution] else { throw ValidationError("--resolution: expected raw, 5m or 1h, found '\(resolution)'") }
            wish.resolution = chosen
        }
        try await answer { world in
            let export: SeriesExport
            do { export = try SeriesExport(directory: options.shared.directory, world: world, wish: wish) } catch let failed as SeriesExport.Failed {
                Console.say(failed.description)
                throw CommandEnd(code: .usage)
            }
            var notes = HistoryNotes()
            if let out {
                try WholeFile.write(out) { notes = try export.write(format, to: $0) }
            } else {
                notes = try export.write(format, to: Console.give)
            }
            for note in notes.texts { Console.say(note) }
            if !notes.isWhole { throw CommandEnd(code: .partial) }
        }
    }
}
