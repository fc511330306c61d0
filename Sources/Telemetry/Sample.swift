/// `<kind>.<name>` in SI base units: `queue.oldest_age`, `function.duration.p99` (spec of signals: docs/signals.md).
package struct Signal: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var kind: ResourceKind
    /// Without the kind: `oldest_age`, `duration.p99`.
    package var name: String

    package init(_ kind: ResourceKind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// Reads `queue.oldest_age`; nothing where the kind is unknown or the name is empty.
    package init?(_ text: some StringProtocol) {
        guard let dot = text.firstIndex(of: "."), let kind = ResourceKind(rawValue: String(text[..<dot])) else { return nil }
        let name = String(text[text.index(after: dot)...])
        guard !name.isEmpty else { return nil }
        self.init(kind, name)
    }

    package var description: String { "\(kind.rawValue).\(name)" }
    package static func < (a: Signal, b: Signal) -> Bool { (a.kind.rawValue, a.name) < (b.kind.rawValue, b.name) }
}

/// One signal of one resource over time.
package struct SeriesID: Hashable, Comparable, Sendable {
    package var resource: ResourceID
    /// Without the kind; the kind is the resource's.
    package var name: String

    package init(_ resource: ResourceID, _ name: String) {
        self.resource = resource
        self.name = name
    }

    package var signal: Signal { Signal(resource.kind, name) }
    package static func < (a: SeriesID, b: SeriesID) -> Bool { a.resource == b.resource ? a.name < b.name : a.resource < b.resource }
}

/// How far a value may be trusted. The raw value is stored; do not renumber.
package enum Quality: UInt8, CaseIterable, Hashable, Sendable {
    /// The source says that it is complete, and it is older than the window that is read again.
    case final = 0
    /// The source said that more is to come (PartialData, an open paging token). Never alerts.
    case partial = 1
    /// Complete, but young enough to be corrected by a later read. Drawn as provisional.
    case late = 2
    /// A counter of a resource proven alive, for which the source had no point: zero, and marked so.
    case zeroFilled = 3

    package var word: String {
        switch self {
        case .final: "final"
        case .partial: "partial"
        case .late: "late"
        case .zeroFilled: "zero_filled"
        }
    }
}

/// One value of a series. `time` is the start of the period that it covers, as CloudWatch states it.
package struct Sample: Hashable, Sendable {
    package var time: Timestamp
    /// Finite, in the signal's base unit.
    package var value: Double
    package var quality: Quality

    package init(_ time: Timestamp, _ value: Double, _ quality: Quality = .final) {
        self.time = time
        self.value = value
        self.quality = quality
    }
}

/// Why there is no value. Absent is not zero.
package enum AbsenceReason: String, CaseIterable, Hashable, Sendable {
    case neverSeen = "never_seen", asleep, denied, disabled, deleted, sourceError = "source_error"
}

/// A series without a fresh value, and why.
package struct Absence: Hashable, Sendable {
    package var reason: AbsenceReason
    /// When the reason was first seen.
    package var since: Timestamp
    /// The other side's own words, redacted, or a short explanation; for people.
    package var detail: String?

    package init(_ reason: AbsenceReason, since: Timestamp, detail: String? = nil) {
        self.reason = reason
        self.since = since
        self.detail = detail
    }
}
