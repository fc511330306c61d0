import Markdown
import Signals
import Telemetry

/// What a fenced block asks for, read from its lines. The same reading serves `validate`, so that a mistake is found before a page needs it.
package enum DocumentBlock: Hashable, Sendable {
    /// `signal: queue.visible`
    case chart(Signal)
    case alerts
    case traces
    /// `signals: queue.visible, queue.oldest_age`: all of one kind, never empty.
    case table(ResourceKind, [Signal])

    package struct Mistake: Error, Hashable { package var message: String }

    package init(_ block: LiveBlock) throws(Mistake) {
        switch block.kind {
        case .chart: self = .chart(try Self.signal(block.setting("signal") ?? block.argument))
        case .alerts: self = .alerts
        case .traces: self = .traces
        case .table:
            var signals: [Signal] = []
            for name in (block.setting("signals") ?? block.argument).split(separator: ",") { signals.append(try Self.signal(String(name.trimmingPrefix(" ")))) }
            guard let kind = signals.first?.kind else { throw Mistake(message: "a table needs its columns; write `signals: queue.visible, queue.oldest_age`") }
            guard signals.allSatisfy({ $0.kind == kind }) else { throw Mistake(message: "a table has signals of one kind: a row is a \(kind.word.english)") }
            self = .table(kind, signals)
        }
    }

    /// The mistake in a block, where nothing can be drawn yet.
    package static func check(_ block: LiveBlock) -> LiveBlockAnswer {
        do throws(Mistake) { _ = try DocumentBlock(block) } catch { return .mistake(error.message) }
        return .nothing(because: "No tenant is shown here.")
    }

    private static func signal(_ name: String) throws(Mistake) -> Signal {
        guard let signal = Signal(name) else { throw Mistake(message: "'\(name)' is no signal; write `signal: queue.visible`") }
        let vocabulary = SignalCatalogue.vocabulary
        guard vocabulary.type(of: signal) != nil else {
            throw Mistake(message: "a \(signal.kind.word.english) has no signal '\(signal.name)'; it has \(vocabulary.allNames(of: signal.kind).joined(separator: ", "))")
        }
        return signal
    }
}

private extension LiveBlock {
    /// What stands after `name:` on a line of its own between the fences.
    func setting(_ name: String) -> String? {
        body.split(separator: "\n").compactMap { line -> String? in
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingPrefix(" ") }
            return parts.count == 2 && parts[0] == name ? String(parts[1]) : nil
        }.first
    }
}
