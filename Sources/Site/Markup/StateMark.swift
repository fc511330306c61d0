import Alerting
import Glibc

/// A state as pages show it: its own outline, a word, and colour last. The order of the cases is the order on every page.
package enum StateMark: Int, CaseIterable, Hashable, Comparable, Codable, Sendable {
    case critical, warning, stale, noData, denied, pending, silenced, maintenance, resolved, ok, asleep, declaredDenial, disabled

    package static func < (a: StateMark, b: StateMark) -> Bool { a.rawValue < b.rawValue }

    package var word: Phrase {
        switch self {
        case .critical: "Critical"
        case .warning: "Warning"
        case .stale: "Stale"
        case .noData: "No data"
        case .denied, .declaredDenial: "Denied"
        case .pending: "Pending"
        case .silenced: "Silenced"
        case .maintenance: "Maintenance"
        case .resolved: "Resolved"
        case .ok: "OK"
        case .asleep: "Asleep"
        case .disabled: "Disabled"
        }
    }

    /// Symbol in the sprite, without `i-`.
    package var icon: String {
        switch self {
        case .critical: "crit"
        case .warning: "warn"
        case .stale: "stale"
        case .noData: "nodata"
        case .denied, .declaredDenial: "denied"
        case .pending: "pend"
        case .silenced: "sil"
        case .maintenance: "maint"
        case .resolved: "res"
        case .ok: "ok"
        case .asleep: "asleep"
        case .disabled: "off"
        }
    }

    /// The class that colours it: only two severities and OK have one.
    package var tone: String {
        switch self {
        case .critical: "crit"
        case .warning: "warn"
        case .ok: "ok"
        case .stale, .noData, .denied, .pending, .silenced, .maintenance, .resolved, .asleep, .declaredDenial, .disabled: "mut"
        }
    }

    /// Whether a person should look.
    package var needsAttention: Bool {
        switch self {
        case .critical, .warning, .stale, .noData, .denied: true
        case .pending, .silenced, .maintenance, .resolved, .ok, .asleep, .declaredDenial, .disabled: false
        }
    }

    /// The word of `status.json`.
    package var key: String {
        switch self {
        case .noData: "no_data"
        case .critical, .warning, .stale, .denied, .pending, .silenced, .maintenance, .resolved, .ok, .asleep, .declaredDenial, .disabled:
            word.english.lowercased()
        }
    }

    fileprivate var symbol: StaticString {
        switch self {
        case .critical: #"<path fill-rule="evenodd" d="M8 .6 15.4 8 8 15.4.6 8zM7 4v5h2V4zm0 6.2v1.9h2v-1.9z"/>"#
        case .warning: #"<path fill-rule="evenodd" d="M8 1 15.6 14.6H.4zM7.1 5.6v4.6h1.8V5.6zm0 5.7v1.8h1.8v-1.8z"/>"#
        case .pending: #"<path fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" d="M8 2 14.6 14H1.4z"/>"#
        case .ok: #"<path fill="none" stroke="currentColor" stroke-width="1.6" d="M8 1.4a6.6 6.6 0 1 1 0 13.2A6.6 6.6 0 0 1 8 1.4zM4.9 8.3l2.2 2.2 4.1-4.6"/>"#
        case .noData: #"<circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" stroke-width="1.6" stroke-dasharray="2.6 2.6"/>"#
        case .stale: #"<path fill="none" stroke="currentColor" stroke-width="1.6" d="M8 1.4a6.6 6.6 0 1 1 0 13.2A6.6 6.6 0 0 1 8 1.4zM8 4v4.3l3 1.7"/>"#
        case .denied, .declaredDenial: #"<path fill="none" stroke="currentColor" stroke-width="1.6" d="M3 7.2h10v7H3zM5.2 7V4.8a2.8 2.8 0 0 1 5.6 0V7"/>"#
        case .asleep: #"<path d="M13.8 10.2A6.4 6.4 0 0 1 6 2a6.4 6.4 0 1 0 7.8 8.2z"/>"#
        case .silenced: #"<path fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" d="M3 12h10c-1.3-1.2-1.6-2.6-1.6-5a3.4 3.4 0 0 0-6.8 0c0 2.4-.3 3.8-1.6 5zM6.6 14.4h2.8M1.5 1.5l13 13"/>"#
        case .maintenance: #"<path fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" d="M4.4 1.9h7.2L15.2 8l-3.6 6.1H4.4L.8 8zM8 5.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8z"/>"#
        case .resolved: #"<path fill="none" stroke="currentColor" stroke-width="1.8" d="M2 8.6l4 4L14 4"/>"#
        case .disabled: #"<path fill="none" stroke="currentColor" stroke-width="1.6" d="M8 1.4a6.6 6.6 0 1 1 0 13.2A6.6 6.6 0 0 1 8 1.4zM4.6 8h6.8"/>"#
        }
    }
}

extension StateMark {
    package init(_ status: Status) {
        self = switch status {
        case .critical: .critical
        case .warning: .warning
        case .stale: .stale
        case .noData: .noData
        case .denied: .denied
        case .pending: .pending
        case .silenced: .silenced
        case .maintenance: .maintenance
        case .ok: .ok
        case .asleep: .asleep
        case .declaredDenial: .declaredDenial
        case .disabled: .disabled
        }
    }
}

extension Markup {
    /// The icon alone, with nothing to read aloud.
    package mutating func icon(_ state: StateMark) {
        raw("<svg class=\"i\" aria-hidden=\"true\"><use href=\"#i-"); trusted(state.icon); raw("\"/></svg>")
    }

    /// Icon and word. A domain word (`Blocked`) may stand for the state's, never another icon.
    package mutating func state(_ state: StateMark, word: Phrase? = nil) {
        raw("<span class=\"st "); trusted(state.tone); raw("\">")
        icon(state)
        text(word ?? state.word)
        raw("</span>")
    }

    /// The drawing of one state in its 16 × 16 box.
    package mutating func symbol(_ state: StateMark) { raw(state.symbol) }

    /// The hidden drawing at the top of a page: only the symbols that its body uses.
    package static func sprite(for body: [Markup]) -> Markup {
        var out = Markup()
        var mentions = Mentions()
        for part in body { part.bytes.withUnsafeBufferPointer { mentions.read($0) } }
        let used = mentions.marks.sorted { $0.icon < $1.icon }, hatch = mentions.hatch
        guard hatch || !used.isEmpty else { return out }
        out.raw("<svg width=\"0\" height=\"0\" class=\"vh\" aria-hidden=\"true\"><defs>")
        if hatch {
            out.raw("<pattern id=\"hatch\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\"><path class=\"hat\" d=\"M-1 6 6-1M-1 1 1-1M4 6 6 4\"/></pattern>")
        }
        for state in used {
            out.raw("<symbol id=\"i-"); out.trusted(state.icon); out.raw("\" viewBox=\"0 0 16 16\">"); out.symbol(state); out.raw("</symbol>")
        }
        out.raw("</defs></svg>")
        return out
    }
}

/// The drawings that markup refers to. Pages are read for this once each, whole, so that most bytes are passed over unread.
private struct Mentions {
    private(set) var marks: Set<StateMark> = []
    private(set) var hatch = false
    // Both denials share one drawing.
    private static let icons = StateMark.allCases.filter { $0 != .declaredDenial }.map { (mark: $0, reference: Array("#i-\($0.icon)\"".utf8)) }

    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let start = bytes.baseAddress else { return }
        var at = 0
        while at < bytes.count, let hit = memchr(start + at, Int32(UInt8(ascii: "#")), bytes.count - at) {
            let found = UnsafeRawPointer(hit) - UnsafeRawPointer(start)
            let rest = bytes[found...]
            if let icon = Self.icons.first(where: { rest.starts(with: $0.reference) }) { marks.insert(icon.mark) }
            at = found + 1
        }
        hatch = hatch || Self.isHatched(bytes)
    }

    /// Looks for `"gap` and `"dw"`, the classes that are drawn with the hatch. Looking at every fourth byte is enough to know how far the
    /// next of them must be (Horspool's search).
    private static func isHatched(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var at = 3
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "p"):
                if bytes[at - 1] == UInt8(ascii: "a"), bytes[at - 2] == UInt8(ascii: "g"), bytes[at - 3] == UInt8(ascii: "\"") { return true }
                at += 4
            case UInt8(ascii: "\""):
                if bytes[at - 1] == UInt8(ascii: "w"), bytes[at - 2] == UInt8(ascii: "d"), bytes[at - 3] == UInt8(ascii: "\"") { return true }
                at += 3
            case UInt8(ascii: "g"), UInt8(ascii: "d"): at += 2
            case UInt8(ascii: "a"), UInt8(ascii: "w"): at += 1
            default: at += 4
            }
        }
        return false
    }
}
