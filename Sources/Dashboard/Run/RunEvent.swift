import Telemetry

/// What a run tells while it is under way, for logs and a progress line. It decides nothing.
package enum RunEvent: Sendable {
    case began(run: String, tenants: Int)
    /// A stage of a tenant is over.
    case stage(tenant: String, RunOptions.Stage, milliseconds: Int)
    case tenantEnded(id: String, exit: ExitCode)
    case problem(RunProblem)
    case ended(RunOutcome, milliseconds: Int)
}

/// Hears of a run's events, from any task.
package typealias RunObserver = @Sendable (RunEvent) -> Void

/// Milliseconds since it was made, by a clock that nobody sets.
struct Stopwatch {
    private let start = ContinuousClock.now

    var milliseconds: Int {
        let passed = (ContinuousClock.now - start).components
        return Int(clamping: passed.seconds) * 1_000 + Int(clamping: passed.attoseconds / 1_000_000_000_000_000)
    }
}

extension RunOptions {
    /// Passes on what a batch says of its tenants.
    func observe(_ event: TenantBatch.Event) {
        switch event {
        case .stageEnded(let id, let stage, let milliseconds): observer(.stage(tenant: id, stage, milliseconds: milliseconds))
        case .ended(let result) where result.mistakes == nil: observer(.tenantEnded(id: result.outcome.id, exit: result.outcome.exit))
        case .begun, .stage, .ended: break
        }
    }
}
