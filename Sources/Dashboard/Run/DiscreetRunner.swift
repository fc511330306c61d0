import Collectors
import Programs

/// Takes passwords, tokens and addresses out of what the programs of receivers and targets write to standard error: a program that fails
/// likes to say what it was called with.
struct DiscreetRunner: CommandRunner {
    private let runner: any CommandRunner

    init(_ runner: any CommandRunner) { self.runner = runner }

    func run(_ arguments: [String], input: [UInt8], environment: [String: String], limit: Duration) async -> CommandEnding {
        switch await runner.run(arguments, input: input, environment: environment, limit: limit) {
        case .exited(let code, let words): .exited(code, words: redacted(words))
        case .killed(let signal, let words): .killed(signal: signal, words: redacted(words))
        case .timedOut(let limit): .timedOut(limit)
        case .notStarted(let reason): .notStarted(reason)
        }
    }

    /// Line by line: the last one is told apart.
    private func redacted(_ words: String) -> String {
        words.split(whereSeparator: \.isNewline).map { Redactor.redacted($0) }.joined(separator: "\n")
    }
}
