import Signals
import Telemetry

/// A rule's sentence for people: `{{resource}}: oldest message {{value}} (limit {{limit}})`.
package struct SummaryTemplate: Hashable, Sendable {
    enum Piece: Hashable { case text(String), resource, value, limit, since, duration, severity, signal(String, MetricUnit) }

    /// What a template may name besides the signals of the rule's kind.
    static let words = ["duration", "limit", "resource", "severity", "since", "value"]

    var pieces: [Piece]

    /// The mistake's offset is in characters from the start of the text.
    init(_ text: String, on kind: ResourceKind, vocabulary: SignalVocabulary, mistakes: inout [(offset: Int, message: String)]) {
        pieces = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            if open.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<open.lowerBound]))) }
            let offset = text.unicodeScalars.distance(from: text.startIndex, to: open.lowerBound)
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                mistakes.append((offset, "'{{' is not closed. Write }} after the name"))
                rest = ""
                break
            }
            let name = rest[open.upperBound..<close.lowerBound].split(separator: " ").joined(separator: " ")
            rest = rest[close.upperBound...]
            switch name {
            case "resource": pieces.append(.resource)
            case "value": pieces.append(.value)
            case "limit": pieces.append(.limit)
            case "since": pieces.append(.since)
            case "duration": pieces.append(.duration)
            case "severity": pieces.append(.severity)
            default:
                if let type = vocabulary.type(of: Signal(kind, name)) { pieces.append(.signal(name, type.unit)) } else {
                    let known = Self.words + vocabulary.allNames(of: kind)
                    let near = nearestWord(to: name, among: known).map { "Did you mean '\($0)'?" } ?? "Known are \(known.joined(separator: ", "))"
                    mistakes.append((offset, "unknown name '\(name)' in the summary. \(near)"))
                }
            }
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
    }

    var signals: [String] { pieces.compactMap { if case .signal(let name, _) = $0 { name } else { nil } } }

    func text(_ facts: Facts) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .resource: facts.resource
            case .value: Quantity.text(facts.value, facts.unit)
            case .limit: Quantity.text(facts.limit, facts.unit)
            case .since: facts.since.clock
            case .duration: Quantity.duration(Double(max(0, facts.now - facts.since)))
            case .severity: facts.severity.rawValue
            case .signal(let name, let unit): Quantity.text(facts.signal(name), unit)
            }
        }.joined()
    }

    struct Facts {
        var resource: String
        var value: Double
        var limit: Double
        var unit: MetricUnit
        var severity: Severity
        var since: Timestamp
        var now: Timestamp
        /// The newest known value of a signal; NaN where there is none.
        var signal: (String) -> Double
    }
}

private extension Timestamp {
    /// `Fri 20 Nov 09:18 UTC`: complete, since a message may be read days later.
    var clock: String {
        let c = civil()
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays.indices.contains(c.weekday) ? weekdays[c.weekday] : ""
        let month = months.indices.contains(c.month - 1) ? months[c.month - 1] : ""
        return "\(weekday) \(c.day) \(month) \(c.hour < 10 ? "0" : "")\(c.hour):\(c.minute < 10 ? "0" : "")\(c.minute) UTC"
    }
}

private extension Substring {
    /// Foundation's `range(of:)` without Foundation.
    func firstRange(of needle: StaticString) -> Range<Index>? {
        let wanted = Array("\(needle)".utf8)
        var at = startIndex
        while at < endIndex {
            if utf8[at...].starts(with: wanted), let end = utf8.index(at, offsetBy: wanted.count, limitedBy: endIndex) { return at..<end }
            at = index(after: at)
        }
        return nil
    }
}
