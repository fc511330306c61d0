import Collectors
import Glibc
import Synchronization
import Telemetry

/// Does the tenants' work in processes of its own, a batch each, so that a trap, an endless loop or too much memory costs one tenant its run
/// and nobody else anything. Tenants that a dead worker had in hand are worked on again in halves, until the one that ends its worker is alone.
struct Workshop: Sendable {
    /// Tenants of a batch: few enough that a worker stays small, enough that its start, which reads rules and texts, costs each of them little.
    private static let batch = 200
    /// Workers that look for a culprit, at a time.
    private static let trials = 2
    /// Seconds that an answer may still take once a tenant's time to ask is over.
    private static let grace: Int64 = 60
    /// Tenths of a second in which a worker that was asked to stop may do so.
    private static let tenthsToStop = 50

    let executable: String
    let context: RunContext
    let options: RunOptions
    let lock: Int32?
    let shelf: FleetShelf

    struct Work: Sendable {
        var results: [HeldResult] = []
        var workers = WorkerFacts()
    }

    /// - Parameter apart: tenants that ended their worker last time; each begins in one of its own.
    /// - Returns: the results in the order of ids.
    func work(on ids: [String], apart: Set<String>) async -> Work {
        var work = Work()
        work.results.reserveCapacity(ids.count)
        var trials = ids.filter(apart.contains).map { [$0] }[...], waiting = ids.filter { !apart.contains($0) }[...]
        let (events, feed) = AsyncStream.makeStream(of: Event.self)
        await withTaskGroup(of: Void.self) { group in
            var running = 0, runningTrials = 0, isBusy = false
            func start(_ batch: [String], isTrial: Bool) {
                running += 1
                group.addTask { feed.yield(.ended(await process(BatchProgress(batch, isTrial: isTrial)) { if !isTrial { feed.yield(.hasRoom) } })) }
            }
            func startNext() {
                guard context.world.stop.raised == nil else { return }
                while runningTrials < Self.trials, let trial = trials.popFirst() {
                    runningTrials += 1
                    start(trial, isTrial: true)
                }
                guard !isBusy, !waiting.isEmpty else { return }
                isBusy = true
                start(Array(waiting.prefix(Self.batch)), isTrial: false)
                waiting = waiting.dropFirst(Self.batch)
            }
            startNext()
            var incoming = events.makeAsyncIterator()
            while running > 0, let event = await incoming.next() {
                switch event {
                // While the last tenants of a batch are waited for, the next begins.
                case .hasRoom: isBusy = false
                case .ended(let end):
                    running -= 1
                    if end.progress.isTrial { runningTrials -= 1 } else if !end.saidRoom { isBusy = false }
                    work.results += end.progress.results.map(shelf.keep)
                    work.workers.count(end)
                    guard let death = end.death, context.world.stop.raised == nil else { break }
                    let verdict = end.progress.verdict(overdue: end.overdue)
                    for culprit in verdict.culprits {
                        let result = Quarantine.result(of: culprit, death: death, work: end.progress.inHand[culprit])
                        options.observe(.ended(result))
                        work.results.append(shelf.keep(result))
                    }
                    trials += verdict.again
                    waiting = verdict.waiting + waiting
                }
                startNext()
            }
        }
        work.results.sort { $0.outcome.id < $1.outcome.id }
        return work
    }
}

/// How many processes a run took, and the largest of them.
package struct WorkerFacts: Sendable {
    package var started = 0
    package var died = 0
    package var largestBytes: Int64 = 0

    fileprivate mutating func count(_ end: Workshop.End) {
        started += 1
        if end.death != nil { died += 1 }
        largestBytes = max(largestBytes, end.bytes)
    }
}

private extension Workshop {
    enum Event: Sendable {
        case hasRoom
        case ended(End)
    }

    struct End: Sendable {
        var progress: BatchProgress
        /// Tenants that it was ended for.
        var overdue: [String] = []
        var saidRoom = false
        var bytes: Int64 = 0
        /// What it died of, as a clause; nothing where it ended by itself.
        var death: String?
    }

    func process(_ batch: BatchProgress, hasRoom: @Sendable () -> Void) async -> End {
        let worker: WorkerProcess
        do {
            var options = options
            options.tenants = Set(batch.batch)
            options.present = context.now
            options.share = context.share
            let order = WorkerOrder(directory: context.configuration.directory, options: options, deadline: context.deadline, limits: context.configuration.site.workers,
                                    isForFleet: self.options.tenants.isEmpty)
            worker = try WorkerProcess(executable, order: try WorkerWire.line(order), lock: lock)
        } catch {
            var end = End(progress: BatchProgress(batch.batch, isTrial: true))
            end.death = "\(error)"
            return end
        }
        let end = Mutex(End(progress: batch))
        let guardian = Task {
            await watch(worker) {
                end.withLock { end in
                    end.overdue = end.progress.overdue(at: context.world.clock()) { limit(of: $0) }
                    return !end.overdue.isEmpty
                }
            }
        }
        defer { guardian.cancel() }
        for await event in worker.events {
            switch event {
            case .line(let line):
                guard let word: WorkerWord = try? WorkerWire.value(line) else { continue }
                if case .tenant(let event) = word { options.observe(event) }
                let isFirst = end.withLock { end in
                    end.progress.hear(word, at: context.world.clock())
                    guard !end.saidRoom, end.progress.left.isEmpty, end.progress.inHand.count <= options.jobs / 2 else { return false }
                    end.saidRoom = true
                    return true
                }
                if isFirst { hasRoom() }
            case .ended(let ending): end.withLock { end in
                end.bytes = ending.bytes
                end.death = end.overdue.isEmpty ? words(ending) ?? (end.progress.isDone ? nil : "its worker ended before it was done") : "it was not done in time"
            }
            }
        }
        return end.withLock { $0 }
    }

    /// Passes on that the run is to stop, and ends a worker that does not, or that is overdue.
    func watch(_ worker: WorkerProcess, isOverdue: () -> Bool) async {
        var stopping = 0
        while (try? await Task.sleep(for: .milliseconds(100))) != nil {
            if let signal = context.world.stop.raised {
                stopping += 1
                worker.signal(stopping > Self.tenthsToStop ? SIGKILL : signal)
            } else if isOverdue() {
                worker.signal(SIGKILL)
                return
            }
        }
    }

    /// Seconds after which a work of a tenant does not end any more.
    func limit(of work: BatchProgress.Work) -> Int64 {
        switch work.kind {
        case .stage(.collect): return max(0, context.deadline(ofTenantFrom: work.since) - work.since) + Self.grace
        case .stage(.notify): return DeliveryStage.seconds + Self.grace
        case .reading, .opening, .stage: return 2 * context.configuration.site.workers.time
        }
    }

    /// Nothing where it ended well.
    func words(_ ending: WorkerProcess.Ending) -> String? {
        let limits = context.configuration.site.workers, names = [SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE"]
        func size(_ bytes: Int64) -> String { "\(bytes >> 20) MiB" }
        // What it says may quote what it read.
        let said = ending.lastWords.isEmpty ? "" : ": " + Redactor.redacted(ending.lastWords, limit: 160)
        guard let signal = ending.signal else { return ending.code == 0 ? nil : "its worker ended with code \(ending.code ?? 1)\(said)" }
        switch signal {
        case SIGXCPU: return "it used \(limits.time) s of processor time and was not done (workers.time)"
        case SIGKILL: return "its worker was killed, by the system for want of memory or by somebody; it held \(size(ending.bytes))"
        default:
            guard let name = names[signal] else { return "its worker was ended by signal \(signal)" }
            return "its worker crashed (\(name)\(said)); it held \(size(ending.bytes)) of the \(size(limits.memory)) that a worker may have (workers.memory)"
        }
    }
}
