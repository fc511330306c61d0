/// How a command ended, as cron, scripts and monitors see it (docs/commands.md). Unknown numbers mean failure.
package enum ExitCode: Int32, CaseIterable, Codable, Sendable {
    case done = 0
    case failed = 1
    case usage = 2
    /// Some sources or tenants failed; the site was built.
    case partial = 3
    /// Configuration, rule or runbook invalid.
    case configuration = 4
    /// The old site is intact.
    case publish = 5
    /// Notifications are kept and will be tried again.
    case undelivered = 6
    case locked = 11
    case credentials = 12
    case warning = 20
    case critical = 21
    case deadline = 124
    case interrupted = 130
    case terminated = 143

    /// Of two things that went wrong, the one that a monitor must hear of.
    package func worse(_ other: ExitCode) -> ExitCode {
        let order: [ExitCode] = [.done, .undelivered, .partial, .credentials, .publish, .failed, .deadline, .configuration, .interrupted, .terminated]
        return (order.firstIndex(of: other) ?? order.count) > (order.firstIndex(of: self) ?? order.count) ? other : self
    }
}
