/// How a program ended.
package enum CommandEnding: Sendable, Equatable {
    /// `words`: the beginning of what it wrote to standard error.
    case exited(Int32, words: String)
    case killed(signal: Int32, words: String)
    case timedOut(Duration)
    case notStarted(String)
}

/// Starts a program and waits for its end. Tests script it.
package protocol CommandRunner: Sendable {
    /// - Parameter environment: the whole environment of the program; nothing of ours is added.
    func run(_ arguments: [String], input: [UInt8], environment: [String: String], limit: Duration) async -> CommandEnding
}
