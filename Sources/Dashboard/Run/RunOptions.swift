import Telemetry

/// What one command asks of a run.
package struct RunOptions: Codable, Sendable {
    package enum Stage: String, CaseIterable, Hashable, Codable, Sendable { case collect, evaluate, notify, render, publish }

    /// Empty: all.
    package var tenants: Set<String> = []
    /// Evaluates and renders as of this time; nothing: the present.
    package var now: Timestamp?
    /// Where `now` is not given: the present of the run that this one does a part of.
    var present: Timestamp?
    /// Seconds that one tenant may read, in the run that this one does a part of.
    var share: Int64?
    /// Pages go here instead of into `public/`, as they were at `now`, and nothing is remembered of it.
    package var out: String?
    /// Reads the sources again from here on, as an import does.
    package var since: Timestamp?
    /// Tenants under way at a time.
    package var jobs = 16
    /// Seconds; nothing: the site's.
    package var deadline: Int64?
    package var stages: Set<Stage> = Set(Stage.allCases)
    /// Calls the heartbeat address; the whole `run` does, single stages do not.
    package var pingsHeartbeat = true
    /// Exit code 20 or 21 for the worst state.
    package var reportsState = false
    package var observer: RunObserver = { _ in }

    package init() {}

    /// All but the observer, which hears of workers through their run.
    private enum CodingKeys: CodingKey { case tenants, now, present, share, out, since, jobs, deadline, stages, pingsHeartbeat, reportsState }
}

/// One thing that went wrong, for the operator.
package struct RunProblem: Hashable, Codable, Sendable, CustomStringConvertible {
    package var tenant: String?
    package var stage: RunOptions.Stage
    package var message: String
    /// What a program said about it: for the operator's terminal, on no page.
    package var words: String?

    package init(tenant: String?, stage: RunOptions.Stage, message: String, words: String? = nil) {
        self.tenant = tenant
        self.stage = stage
        self.message = message
        self.words = words
    }

    package var description: String { (tenant.map { $0 + ": " } ?? "") + message }
    /// The message with what the program said.
    package var wholeMessage: String { message + (words.map { ": " + $0 } ?? "") }
}

/// How a run ended.
package struct RunOutcome: Sendable {
    package var exit: ExitCode = .done
    package var problems: [RunProblem] = []
    package var tenants: [TenantOutcome] = []
    package var publishedFiles = 0
    package var workers = WorkerFacts()
}

/// How one tenant fared in a run.
package struct TenantOutcome: Codable, Sendable {
    package var id: String
    /// Nothing where its file was not read.
    package var title: String?
    package var exit: ExitCode = .done
    package var problems: [RunProblem] = []
    /// False where it was left out before its work began, so that nothing is known of it.
    package var hasBegun = false
    /// Limits that it reached, in words; its pages say them.
    package var limits: [String] = []
    /// Why it was left out of the run; nothing is known of it then.
    package var quarantine: String?
    /// Every call of the run was refused for its credentials.
    package var isRefused = false
    package var newPoints = 0
    package var messagesSent = 0
    /// Nothing where nobody looked.
    package var messagesWaiting: Int?
    /// Nothing where none were made: those of an earlier run stay.
    package var pages: Int?
    /// Nothing where none were made, or that is not to be told.
    package var pagesWritten: Int?
    package var calls = 0
    package var metrics = 0
    package var bytes = 0
    package var dollars = 0.0
    package var stages: [StageTime] = []
    package var severity: String?

    package init(id: String) { self.id = id }

    /// Of all stages so far.
    package var seconds: Double { Double(stages.reduce(0) { $0 + $1.milliseconds }) / 1_000 }

    /// How long a stage took, by the stopwatch.
    package struct StageTime: Hashable, Codable, Sendable {
        package var stage: RunOptions.Stage
        package var milliseconds: Int
        package var seconds: Double { Double(milliseconds) / 1_000 }
    }
}
