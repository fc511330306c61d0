import Signals
import Telemetry

/// The chart unit and title of a signal, as the catalogue defines it.
enum SignalUnits {
    static func unit(_ signal: Signal, upTo greatest: Double) -> ChartUnit {
        switch SignalCatalogue.vocabulary.type(of: signal)?.unit {
        case .seconds: .seconds(upTo: greatest)
        case .bytes: ChartUnit(.bytes, word: "bytes")
        case .ratio: ChartUnit(.ratio, word: "percent")
        case .count, .perSecond, nil: ChartUnit(.count, word: signal.kind == .queue ? "messages" : "count")
        }
    }

    static func title(_ signal: Signal) -> Phrase { .known(SignalCatalogue.definition(of: signal)?.title ?? signal.description) }
}
