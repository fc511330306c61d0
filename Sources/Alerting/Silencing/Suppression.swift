/// What keeps a firing alert from being sent. Stored and published as one text.
package enum Suppression: Hashable, Sendable {
    /// Another alert explains it.
    case upstream(String)
    /// Somebody muted it: the silence's id is its file's name.
    case muted(Silence.Kind, id: String)

    package init?(_ text: String?) {
        guard let text else { return nil }
        let word = text.prefix { $0 != ":" }, rest = text.dropFirst(word.count + 1).drop { $0 == " " }
        if let kind = Silence.Kind(rawValue: String(word)) { self = .muted(kind, id: String(rest)) } else { self = .upstream(String(rest)) }
    }

    package var text: String {
        switch self {
        case .upstream(let cause): CauseFinder.prefix + cause
        case .muted(let kind, let id): "\(kind.rawValue): \(id)"
        }
    }
}

extension AlertState {
    package var suppression: Suppression? { Suppression(suppressedBy) }

    /// Fires, and a person decided that nobody is told. What something upstream explains is not muted: it was told once.
    package var isMuted: Bool {
        if case .muted = suppression { true } else { false }
    }
}
