import Dashboard
import Dispatch
import Glibc

/// Runs some stages of a run and says how it went: nothing at all where it went well.
struct StageCommand {
    let shared: SharedOptions
    let arguments: RunArguments

    func run(_ stages: [RunOptions.Stage], _ change: (inout RunOptions) -> Void = { _ in }) async throws {
        var options = try arguments.options()
        change(&options)
        options.stages.formIntersection(stages)
        if stages.count < RunOptions.Stage.allCases.count { options.pingsHeartbeat = false }
        let world = try machine()
        let log = RunLog(arguments.logFormat, isVerbose: shared.verbose, clock: world.clock, variables: world.variables)
        options.observer = { log.hear($0) }
        let signals = Self.watchSignals(world.stop)
        defer { withExtendedLifetime(signals) {} }

        let site: SiteRun
        do {
            site = try SiteRun(directory: shared.directory, world: world, options: options)
        } catch {
            Console.say(error.description)
            throw CommandEnd(code: .configuration)
        }
        let outcome = await site.run()
        if shared.json { print(outcome.json.text()) }
        guard outcome.exit == .done else { throw CommandEnd(code: outcome.exit) }
    }

    /// SIGTERM and SIGINT ask for a clean end; what is begun is finished.
    static func watchSignals(_ flag: StopFlag) -> [any DispatchSourceSignal] {
        [SIGTERM, SIGINT, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { flag.raise(number) }
            source.resume()
            return source
        }
    }
}

/// The real world, or the end of the command where not even libcurl is to be had.
func machine() throws -> World {
    do {
        return try World.machine()
    } catch {
        Console.say(error.description)
        throw CommandEnd(code: .failed)
    }
}
