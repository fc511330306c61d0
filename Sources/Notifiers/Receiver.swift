import Alerting
import Telemetry

/// Someone who can be told. Adding a kind is adding a file with one of these.
package protocol Receiver: Sendable {
    var name: String { get }
    /// A digest of where it is reached: another address is another receiver.
    var address: String { get }
    var schedule: RetrySchedule { get }
    /// The messages that say a notice, one for each recipient; made once, so that every try sends the same bytes.
    func messages(saying notice: Notice) -> [OutboxMessage]
    /// The same words for a person to look at.
    func preview(_ notice: Notice) -> [Preview]
    /// One try. Never throws: whatever happens is an answer.
    func deliver(_ message: OutboxMessage, at now: Timestamp) async -> Attempt
}

/// One part of a message, readable.
package struct Preview: Sendable, Equatable {
    /// `text`, `html`, `json`
    package var part: String
    package var text: String
}

/// How one try ended, before it is decided when to try again.
package enum Attempt: Sendable, Equatable {
    case accepted(String)
    /// It may pass later; `retryAfter` in seconds is the other side's wish. `words` of a program are for the operator alone: neither stored nor shown on pages.
    case later(String, retryAfter: Int64?, words: String = "")
    /// Not likely to pass as it is: a few slow tries, then no more (4xx of a webhook).
    case doubtful(String, words: String = "")
    /// It will never pass.
    case refused(String)
    /// The receiver does not want to be written to again (410).
    case gone(String)

    /// Nothing where it was accepted. With the words that are for the operator.
    package var failure: String? {
        switch self {
        case .accepted: nil
        case .later(let answer, _, let words), .doubtful(let answer, let words): words.isEmpty ? answer : "\(answer): \(words)"
        case .refused(let answer), .gone(let answer): answer
        }
    }

    var words: String {
        switch self {
        case .later(_, _, let words), .doubtful(_, let words): words
        case .accepted, .refused, .gone: ""
        }
    }
}

/// When to try again: measured in what people can bear and what servers expect (RFC 5321, section 4.5.4.1; Standard Webhooks).
package struct RetrySchedule: Sendable {
    /// Seconds before try 2, 3, …
    package var delays: [Int64]
    package var doubtfulTries: Int

    package static let webhook = RetrySchedule(delays: [60, 300, 900, 1_800, 3_600, 7_200, 18_000, 36_000], doubtfulTries: 4)
    /// Grey-listing wants some minutes.
    package static let mail = RetrySchedule(delays: [300, 900, 1_800, 3_600, 7_200, 14_400, 14_400, 14_400], doubtfulTries: 1)

    /// What to note down after a try. `attempts` counts this one; `spread` in 0...1 keeps many messages from returning together.
    package func result(of attempt: Attempt, attempts: Int, expiresAt: Timestamp, now: Timestamp, spread: Double) -> DeliveryResult {
        switch attempt {
        case .accepted(let answer): return .sent(answer: answer)
        case .refused(let answer), .gone(let answer): return .dead(answer: answer)
        case .doubtful(let answer, _) where attempts >= doubtfulTries: return .dead(answer: answer + " (given up after \(attempts) tries)")
        case .doubtful(let answer, _): return later(answer, attempts: attempts, wish: nil, expiresAt: expiresAt, now: now, spread: spread)
        case .later(let answer, let wish, _): return later(answer, attempts: attempts, wish: wish, expiresAt: expiresAt, now: now, spread: spread)
        }
    }

    private func later(_ answer: String, attempts: Int, wish: Int64?, expiresAt: Timestamp, now: Timestamp, spread: Double) -> DeliveryResult {
        let index = max(0, attempts - 1)
        guard index < delays.count else { return .dead(answer: answer + " (given up after \(attempts) tries)") }
        let jittered = Int64(exactly: (Double(delays[index]) * (0.75 + 0.5 * min(max(spread, 0), 1))).rounded()) ?? delays[index]
        let next = now + max(jittered, min(max(wish ?? 0, 0), 3_600))
        return next > expiresAt ? .dead(answer: answer + " (out of date before the next try)") : .retry(notBefore: next, answer: answer)
    }
}
