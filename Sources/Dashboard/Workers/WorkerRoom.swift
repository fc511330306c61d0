import Foundation
import Glibc
import Synchronization
import Telemetry

/// The inside of a worker: reads one order, does what it says within its limits, and says how each tenant fared. It ends with the process
/// that started it.
package enum WorkerRoom {
    /// Where a worker finds the site's lock, which it holds as well.
    static let lockDescriptor: Int32 = 3

    package static func run(world: World) async -> ExitCode {
        guard let order = readOrder() else { return .usage }
        order.limits.bind()
        order.limits.grantTime(tenants: 1)
        // Whoever holds the other end lives; nothing is ever said on it again.
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while read(STDIN_FILENO, &byte, 1) > 0 {}
            _exit(ExitCode.failed.rawValue)
        }
        var options = order.options
        options.deadline = max(0, order.deadline - world.clock())
        let loaded: LoadedSite
        do { loaded = try LoadedSite(directory: order.directory, world: world, only: options.tenants) } catch { return .configuration }
        let context = RunContext(loaded, world: world, options: options)
        let underWay = Mutex(0)
        @Sendable func change(by count: Int) {
            let now = underWay.withLock { $0 += count; return $0 }
            order.limits.grantTime(tenants: now)
        }
        for broken in loaded.configuration.brokenTenants { say(.done(TenantResult(broken: broken))) }
        _ = await TenantBatch(loaded.configuration.tenants, context: context, theme: loaded.theme, options: options).run { word in
            if case .begun = word { change(by: 1) }
            say(word)
            if case .done = word { change(by: -1) }
        }
        return .done
    }

    private static func readOrder() -> WorkerOrder? {
        var line: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 16_384)
        // Nothing follows the order.
        while line.last != UInt8(ascii: "\n") {
            let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            line += buffer[..<count]
        }
        return try? WorkerWire.value(line)
    }

    private static let mouth = Mutex(())

    private static func say(_ word: WorkerWord) {
        guard let line = try? WorkerWire.line(word) else { return }
        mouth.withLock { _ in
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
