import ArgumentParser
import Dashboard
import Foundation
import JSON
import Telemetry

/// Options that every verb understands.
struct SharedOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The directory that holds tidewatch.yaml.", valueName: "dir"))
    var site = "."

    @Flag(name: [.short, .long], help: "Say what is being done.")
    var verbose = false

    @Flag(name: .long, help: "Print the result as JSON.")
    var json = false

    /// Absolute, without a trailing slash.
    var directory: String { absolute(site) }

    /// Refuses a place that belongs to the site, before any work is done.
    /// - Parameter ofTrees: whether whole trees are switched there.
    func checkPlace(_ path: String?, option: String = "--out", ofTrees: Bool = false) throws {
        guard let path else { return }
        let folders = SiteFolders(directory: directory, world: .machine), place = absolute(path)
        guard let objection = ofTrees ? folders.objection(toTreesIn: place) : folders.objection(to: place) else { return }
        throw ValidationError("\(option): \(path) \(objection). Name a place outside of the site's own, such as /tmp/\(URL(fileURLWithPath: place).lastPathComponent).")
    }

    func say(json document: JSONValue, text: String) {
        if json { print(document.text(pretty: true), terminator: "") } else if !text.isEmpty { print(text) }
    }
}

/// Without a trailing slash.
func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

/// Runs `body` and says what went wrong, with the code that belongs to it.
func answer<Answer>(_ body: (World) async throws -> Answer) async throws -> Answer {
    do {
        return try await body(try machine())
    } catch let error as ConfigurationError {
        throw invalid(error)
    } catch let held as RunLock.Held {
        Console.say(held.description)
        throw CommandEnd(code: .locked)
    } catch let end as CommandEnd {
        throw end
    } catch {
        Console.say("\(error)")
        throw CommandEnd(code: .failed)
    }
}

/// Options of the verbs that do a run or a part of it.
struct RunArguments: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Only this tenant; may be repeated.", valueName: "id"))
    var tenant: [String] = []

    @Option(name: .long, help: ArgumentHelp("Evaluate and render as of this time (RFC 3339).", valueName: "time"))
    var now: String?

    @Option(name: .long, help: ArgumentHelp("Collect again from this time or this long ago, as an import does.", valueName: "time|duration"))
    var since: String?

    @Option(name: .long, help: ArgumentHelp("Tenants under way at a time.", valueName: "n"))
    var jobs = 16

    @Option(name: .long, help: ArgumentHelp("Stop collecting after this long, such as 4m.", valueName: "duration"))
    var deadline: String?

    @Flag(name: .long, help: "Make no call to anybody: evaluate and render what is stored.")
    var offline = false

    @Flag(name: .long, help: "End with 20 or 21 where the worst state is warning or critical.")
    var exitStatus = false

    @Option(name: .long, help: ArgumentHelp("What is said on standard error: text, logfmt or json lines. With -v logfmt and json also say each stage.", valueName: "form"))
    var logFormat = LogFormat.text

    func options() throws -> RunOptions {
        var options = RunOptions()
        options.tenants = Set(tenant)
        guard (1...256).contains(jobs) else { throw ValidationError("--jobs: expected a number from 1 to 256, found \(jobs)") }
        options.jobs = jobs
        if let now {
            guard let time = Timestamp(rfc3339: now) else { throw ValidationError("--now: expected a time such as 2026-11-20T10:05:00Z, found '\(now)'") }
            options.now = time
        }
        if let since {
            let present = options.now ?? Timestamp(epoch: Date().timeIntervalSince1970.rounded(.down)) ?? Timestamp(seconds: 0)
            guard let time = Timestamp(rfc3339: since) ?? Timestamp(rfc3339: since + "T00:00:00Z") ?? durationSeconds(since).map({ present - $0 }), time < present else {
                throw ValidationError("--since: expected a time in the past such as 2026-11-20T10:05:00Z or 2026-11-20, or a duration such as 7d, found '\(since)'")
            }
            options.since = time
        }
        if let deadline {
            guard let seconds = durationSeconds(deadline) else { throw ValidationError("--deadline: expected a duration such as 90s or 4m, found '\(deadline)'") }
            options.deadline = seconds
        }
        if offline { options.stages.subtract([.collect, .notify]) }
        options.pingsHeartbeat = !offline
        options.reportsState = exitStatus
        return options
    }
}
