import Foundation
import Glibc
import Synchronization
import Telemetry

/// The inside of a worker: reads one order, does what it says within its limits, and says how each tenant fared. It ends with the process
/// that started it.
package enum WorkerRoom {
    private static let mouth = Mutex(())

    /// - Returns: how it ended, and the mistakes of the site's own files where there are some.
    package static func run(world: World) async -> (code: ExitCode, error: ConfigurationError?) {
        // Programs that it starts shall neither hold the lock nor speak for it.
        for descriptor in [WorkerProcess.lockDescriptor, WorkerProcess.wordsDescriptor] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        guard let order = readOrder() else { return (.usage, nil) }
        let limits = order.limits
        limits.bind()
        limits.grantTime(tenants: 1)
        // Whoever holds the other end lives; nothing is ever said on it again.
        Thread.detachNewThread {
            WorkerWire.readLines(from: STDIN_FILENO) { _ in true }
            _exit(ExitCode.failed.rawValue)
        }
        var options = order.options
        options.deadline = max(0, order.deadline - world.clock())
        let loaded: LoadedSite
        do throws(ConfigurationError) {
            loaded = try LoadedSite(directory: order.directory, world: world) { id in
                guard options.tenants.contains(id) else { return false }
                say(.reads(id))
                limits.grantTime(tenants: 1)
                return true
            }
        } catch {
            return (.configuration, error)
        }
        say(.reads(nil))
        let context = RunContext(loaded, world: world, options: options), inHand = Mutex(0)
        await TenantBatch(loaded, context: context, options: options, isForFleet: order.isForFleet).run { event in
            let change = switch event {
            case .begun: 1
            case .ended(let result): result.mistakes == nil ? -1 : 0
            case .stage, .stageEnded: 0
            }
            if change != 0 {
                limits.grantTime(tenants: inHand.withLock { $0 += change; return $0 })
            }
            // Whoever was cut short is not done.
            if case .ended = event, world.stop.raised != nil { return }
            say(.tenant(event))
        }
        return (world.stop.raised == nil ? .done : .terminated, nil)
    }

    private static func readOrder() -> WorkerOrder? {
        var order: WorkerOrder?
        WorkerWire.readLines(from: STDIN_FILENO) { line in
            order = try? WorkerWire.value(line)
            return false
        }
        return order
    }

    private static func say(_ word: WorkerWord) {
        guard let line = try? WorkerWire.line(word) else { return }
        mouth.withLock { _ in _ = WorkerWire.write(line, to: WorkerProcess.wordsDescriptor) }
    }
}
