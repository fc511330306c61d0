import Signals
import Telemetry

/// One count of a `balance:` as it is written: `queue.sent` is the service's own first queue, `queue("orders").sent` any queue of the tenant.
package struct BalanceTermText: Hashable, Sendable {
    package var signal: Signal
    /// Nothing: the service's first resource of the kind that is no dead-letter queue.
    package var name: String?
    package var isTakenAway: Bool

    static func terms(_ key: String, _ record: ConfigurationReader.Record) -> [BalanceTermText] {
        record.markedTexts(key).compactMap { text, mark in
            switch parsed(text) {
            case .success(let term): return term
            case .failure(let mistake):
                record.reader.report(mark, record.path(of: key), mistake.message)
                return nil
            }
        }
    }

    /// One term where no list may stand.
    static func term(_ key: String, _ record: ConfigurationReader.Record) -> BalanceTermText? {
        guard let text = record.text(key) else { return nil }
        switch parsed(text) {
        case .success(let term): return term
        case .failure(let mistake):
            record.fail(key, mistake.message)
            return nil
        }
    }

    struct Mistake: Error { var message: String }

    static func parsed(_ text: String) -> Result<BalanceTermText, Mistake> {
        var rest = text[...]
        let isTakenAway = rest.first == "-"
        if isTakenAway { rest = rest.dropFirst() }
        let word = rest.prefix { $0.isLetter || $0 == "_" }
        rest = rest.dropFirst(word.count)
        guard let kind = ResourceKind(rawValue: String(word)) else {
            let kinds = ResourceKind.allCases.map(\.rawValue)
            return .failure(Mistake(message: "no kind of resource is called '\(printable(String(word)))'. " + (nearestWord(to: String(word), among: kinds).map { "Did you mean '\($0)'?" } ?? "Write queue.sent or queue(\"name\").sent.")))
        }
        var name: String?
        if rest.hasPrefix("(\"") {
            guard let end = rest.firstIndex(of: ")"), rest[..<end].hasSuffix("\""), rest[..<end].count > 3 else {
                return .failure(Mistake(message: "expected \(kind.rawValue)(\"name\").signal"))
            }
            name = String(rest[..<end].dropFirst(2).dropLast())
            rest = rest[rest.index(after: end)...]
        }
        guard rest.first == "." else { return .failure(Mistake(message: "expected a signal after '\(kind.rawValue)', such as \(kind.rawValue).\(SignalCatalogue.vocabulary.allNames(of: kind).first ?? "count")")) }
        let signal = String(rest.dropFirst()), known = SignalCatalogue.vocabulary.allNames(of: kind)
        guard known.contains(signal) else {
            return .failure(Mistake(message: "\(kind.rawValue) has no signal '\(printable(signal))'. " + (nearestWord(to: signal, among: known).map { "Did you mean '\($0)'?" } ?? "Known: \(known.joined(separator: ", ")).")))
        }
        return .success(BalanceTermText(signal: Signal(kind, signal), name: name, isTakenAway: isTakenAway))
    }
}
