import Collectors
import Foundation
import Glibc
import Synchronization
import Telemetry

/// Does the tenants' work in processes of its own, a batch each, so that a trap, a leak of memory or an endless loop costs one tenant its run
/// and nobody else anything. Tenants that a dead worker had in hand are tried again in halves, until the one that ends its worker is alone.
struct Workshop: Sendable {
    /// Tenants of a batch: few enough that a worker stays small, enough that its start, which reads rules and texts, costs each of them little.
    static let batch = 200
    /// Real seconds after the run's deadline in which messages are sent and pages made; a worker that is not done then is ended.
    static let grace: Int64 = 90

    let executable: String
    let directory: String
    let context: RunContext
    let options: RunOptions
    let lock: Int32?

    struct Work: Sendable {
        var results: [TenantResult] = []
        var workers = WorkerFacts()
    }

    /// - Parameter apart: tenants that ended their worker last time; each gets one of its own.
    func work(on ids: [String], apart: Set<String>) async -> Work {
        var work = Work()
        let together = ids.filter { !apart.contains($0) }
        var waiting = stride(from: 0, to: together.count, by: Self.batch).map { Array(together[$0..<min(together.count, $0 + Self.batch)]) }[...]
        let (events, feed) = AsyncStream.makeStream(of: Event.self)
        await withTaskGroup(of: Void.self) { group in
            var running = 0, isBusy = false
            func start(_ batch: [String], isTrial: Bool) {
                running += 1
                if !isTrial { isBusy = true }
                group.addTask { feed.yield(.ended(await process(batch, isTrial: isTrial) { feed.yield(.drained) })) }
            }
            // While the last tenants of a batch are waited for, the next begins.
            func startNext() {
                guard !isBusy, context.world.stop.raised == nil, let next = waiting.popFirst() else { return }
                start(next, isTrial: false)
            }
            for id in ids where apart.contains(id) { start([id], isTrial: true) }
            startNext()
            var incoming = events.makeAsyncIterator()
            while running > 0, let event = await incoming.next() {
                switch event {
                case .drained: isBusy = false
                case .ended(let end):
                    running -= 1
                    if !end.isTrial, !end.wasDrained { isBusy = false }
                    work.results += end.results
                    work.workers.count(end.bytes)
                    if let death = end.death, context.world.stop.raised == nil {
                        work.workers.died += 1
                        let hand = end.inHand, open = hand + end.left
                        // Alone, or a worker that did not even begin.
                        if end.batch.count == 1 || (hand.isEmpty && end.left.count == end.batch.count) {
                            work.results += open.map { quarantined($0, death, end.stages[$0]) }
                        } else {
                            let half = (hand.count + 1) / 2
                            for part in [hand.prefix(half), hand.dropFirst(half)] where !part.isEmpty { start(Array(part), isTrial: true) }
                            if !end.left.isEmpty { waiting.insert(end.left, at: waiting.startIndex) }
                        }
                    }
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

    mutating func count(_ bytes: Int64) {
        started += 1
        largestBytes = max(largestBytes, bytes)
    }
}

private extension Workshop {
    enum Event: Sendable {
        /// All tenants of the batch are begun: there is room for the next batch.
        case drained
        case ended(End)
    }

    struct End: Sendable {
        var batch: [String]
        var isTrial: Bool
        var results: [TenantResult] = []
        /// Begun and not finished.
        var inHand: [String] = []
        /// Never begun.
        var left: [String] = []
        var stages: [String: RunOptions.Stage] = [:]
        var wasDrained = false
        var bytes: Int64 = 0
        /// How it ended, where it was not by itself.
        var death: String?
    }

    func process(_ batch: [String], isTrial: Bool, drained: @Sendable () -> Void) async -> End {
        var end = End(batch: batch, isTrial: isTrial)
        end.left = batch
        let process: WorkerProcess
        do {
            var options = options
            options.tenants = Set(batch)
            options.now = context.now
            let order = WorkerOrder(directory: directory, options: options, deadline: context.deadline, limits: context.configuration.site.limits.worker)
            process = try WorkerProcess(executable, ["worker"], order: try WorkerWire.line(order), lock: lock)
        } catch {
            end.death = "\(error)"
            return end
        }
        let isLate = Mutex(false)
        let watch = Task { [context] in
            while (try? await Task.sleep(for: .milliseconds(100))) != nil {
                if let signal = context.world.stop.raised { kill(process.id, signal) }
                guard context.world.clock() >= context.deadline + Self.grace else { continue }
                isLate.withLock { $0 = true }
                kill(process.id, SIGKILL)
            }
        }
        defer { watch.cancel() }
        for await event in process.events {
            switch event {
            case .line(let line):
                guard let word: WorkerWord = try? WorkerWire.value(line) else { continue }
                switch word {
                case .begun(let id):
                    end.left.removeAll { $0 == id }
                    end.inHand.append(id)
                case .stage(let id, let stage): end.stages[id] = stage
                case .done(let result):
                    end.left.removeAll { $0 == result.outcome.id }
                    end.inHand.removeAll { $0 == result.outcome.id }
                    end.results.append(result)
                }
                if end.left.isEmpty, !end.wasDrained {
                    end.wasDrained = true
                    if !isTrial { drained() }
                }
            case .ended(let ending):
                end.bytes = ending.bytes
                end.death = isLate.withLock { $0 } ? "it was not done \(Self.grace) s after the run's deadline" : words(ending)
            }
        }
        return end
    }

    /// Nothing where it ended well.
    func words(_ ending: WorkerProcess.Ending) -> String? {
        let limits = context.configuration.site.limits.worker
        func size(_ bytes: Int64) -> String { "\(bytes >> 20) MiB" }
        guard let signal = ending.signal else { return ending.code == 0 ? nil : "its worker ended with code \(ending.code ?? 1)" }
        switch signal {
        case SIGXCPU: return "it used \(limits.cpu) s of processor time and was not done (limits.cpu)"
        case SIGKILL: return "its worker was killed, by the system for want of memory or by somebody; it held \(size(ending.bytes))"
        case SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE:
            let name = [SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE"][signal] ?? "signal \(signal)"
            // What it says may quote what it read.
            let said = ending.lastWords.isEmpty ? "" : ": " + Redactor.redacted(ending.lastWords, limit: 160)
            return "its worker crashed (\(name)\(said)); it held \(size(ending.bytes)) of the \(size(limits.memory)) that a worker may have (limits.memory)"
        default: return "its worker was ended by signal \(signal)"
        }
    }

    func quarantined(_ id: String, _ death: String, _ stage: RunOptions.Stage?) -> TenantResult {
        var outcome = TenantOutcome(id: id)
        let reason = "because \(stage.map { "during \($0.rawValue) " } ?? "")\(death)"
        let message = "left out of this run \(reason). The other tenants are not affected; its pages stay as they were, and the next run tries again."
        outcome.exit = .partial
        outcome.problems = [RunProblem(tenant: id, stage: stage ?? .collect, message: message)]
        var result = TenantResult(outcome: outcome)
        result.quarantine = reason
        return result
    }
}
