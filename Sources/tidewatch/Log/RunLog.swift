import Dashboard
import Foundation
import Glibc
import JSON
import Synchronization
import Telemetry

/// What a run says on standard error while it is under way: nothing in cron, log lines where a format was asked for, a line of progress on a
/// terminal.
final class RunLog: Sendable {
    private struct State {
        var run = ""
        var ended = 0
        var tenants = 0
        var isDrawn = false
    }

    private let format: LogFormat
    private let isVerbose: Bool
    private let clock: @Sendable () -> Timestamp
    private let isTerminal: Bool
    private let isJournal: Bool
    private let state = Mutex(State())

    init(_ format: LogFormat, isVerbose: Bool, clock: @escaping @Sendable () -> Timestamp, variables: [String: String]) {
        self.format = format
        self.isVerbose = isVerbose
        self.clock = clock
        isTerminal = isatty(STDERR_FILENO) == 1 && variables["TERM"] != "dumb"
        isJournal = Self.isJournal(variables["JOURNAL_STREAM"])
    }

    func hear(_ event: RunEvent) {
        state.withLock { state in
            switch event {
            case .began(let run, let tenants):
                state.run = run
                state.tenants = tenants
                draw(&state, "")
            case .stage(let tenant, let stage, let milliseconds):
                if isVerbose { log(&state, .info, tenant: tenant, stage: stage.rawValue, milliseconds: milliseconds, "done") }
                draw(&state, "\(tenant): \(stage.rawValue)")
            case .tenantEnded(let id, _):
                state.ended += 1
                draw(&state, id)
            case .problem(let problem):
                clear(&state)
                if format == .text { Console.say((isJournal ? LogLine.Level.warning.priority : "") + (problem.tenant.map { $0 + ": " } ?? "") + problem.wholeMessage) } else {
                    log(&state, .warning, tenant: problem.tenant, stage: problem.stage.rawValue, error: problem.wholeMessage)
                }
            case .ended(let outcome, let milliseconds):
                clear(&state)
                if format == .text { if isVerbose { Console.say(outcome.summary) } } else if isVerbose || outcome.exit != .done {
                    log(&state, outcome.exit == .done ? .info : .error, milliseconds: milliseconds, exit: outcome.exit, outcome.summary)
                }
            }
        }
    }

    private func log(_ state: inout State, _ level: LogLine.Level, tenant: String? = nil, stage: String? = nil, milliseconds: Int? = nil, exit: ExitCode? = nil, error: String? = nil,
                     _ message: String? = nil) {
        guard format != .text else { return }
        let fields: [(String, JSONValue)] = [
            ("run_id", state.run.isEmpty ? .null : .string(state.run)), ("tenant", JSONValue(tenant)), ("stage", JSONValue(stage)), ("dur_ms", milliseconds.map { JSONValue($0) } ?? .null),
            ("exit", exit.map { JSONValue(Int($0.rawValue)) } ?? .null), ("msg", JSONValue(message)), ("err", JSONValue(error)),
        ]
        let line = LogLine(level: level, fields: fields.map { (name: $0.0, value: $0.1) }).text(format, at: clock())
        Console.say((isJournal && format == .logfmt ? level.priority : "") + line)
    }

    // MARK: Progress

    private func draw(_ state: inout State, _ what: String) {
        guard isTerminal, format == .text else { return }
        // One line, cut to the width of a narrow terminal: a longer one would scroll.
        let line = String("\(state.ended) of \(state.tenants) tenants  \(what)".prefix(78))
        Console.put("\r\u{1B}[K" + line)
        state.isDrawn = true
    }

    private func clear(_ state: inout State) {
        guard state.isDrawn else { return }
        Console.put("\r\u{1B}[K")
        state.isDrawn = false
    }

    /// Whether standard error is the journal itself and not something that the service redirected it to.
    private static func isJournal(_ variable: String?) -> Bool {
        guard let parts = variable?.split(separator: ":"), parts.count == 2 else { return false }
        var facts = stat()
        guard fstat(STDERR_FILENO, &facts) == 0 else { return false }
        return String(facts.st_dev) == parts[0] && String(facts.st_ino) == parts[1]
    }
}
