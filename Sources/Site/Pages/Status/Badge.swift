import Alerting

/// A small picture with tenant or service, icon and word, for other pages. Grey for every state that is neither good nor bad.
struct Badge {
    var label: String
    var state: StateMark
    var word: String

    var bytes: [UInt8] {
        let left = Self.width(label) + 20, right = Self.width(word) + 36
        let fill = switch state {
        case .critical: "#b0201a"
        case .warning: "#8a5600"
        case .ok: "#2a7150"
        case .stale, .noData, .denied, .pending, .silenced, .maintenance, .resolved, .asleep, .declaredDenial, .disabled: "#52606c"
        }
        var out = Markup()
        out.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\""); out.number(left + right); out.raw("\" height=\"20\" role=\"img\" aria-label=\""); out.text("\(label): \(word)")
        out.raw("\"><title>"); out.text("\(label): \(word)"); out.raw("</title><path fill=\"#e6eaec\" d=\"M3 0h"); out.number(left - 3); out.raw("v20H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z\"/><path fill=\""); out.trusted(fill)
        out.raw("\" d=\"M"); out.number(left); out.raw(" 0h"); out.number(right - 3); out.raw("a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H"); out.number(left)
        out.raw("z\"/><g font-family=\"-apple-system,Segoe UI,Roboto,Verdana,sans-serif\" font-size=\"11.5\"><text x=\""); out.tenths(left * 5); out.raw("\" y=\"14\" text-anchor=\"middle\" fill=\"#16212b\">"); out.text(label)
        out.raw("</text><text x=\""); out.number(left + 24); out.raw("\" y=\"14\" fill=\"#fff\" font-weight=\"600\">"); out.text(word); out.raw("</text></g><svg x=\""); out.number(left + 7)
        out.raw("\" y=\"4\" width=\"12\" height=\"12\" viewBox=\"0 0 16 16\" fill=\"#fff\" color=\"#fff\">"); out.symbol(state); out.raw("</svg></svg>\n")
        return out.bytes
    }

    /// Nobody knows the reader's font; half an em and a bit a letter leaves room in all of them.
    private static func width(_ text: String) -> Int { min(400, text.count * 67 / 10) }
}

extension ServicePicture {
    /// The state in a word, and how many critical and warning alerts fire where it does not say so itself: muted is not gone.
    func badgeWords(in language: Language?) -> String {
        let word = (word ?? state.word).text(in: language).lowercased()
        guard state == .silenced || state == .maintenance else { return word }
        let firing = [Severity.critical, .warning].compactMap { severity in
            let count = alerts.count { $0.severity == severity && $0.phase == .firing }
            return count > 0 ? "\(count) \(Phrase.known(severity.rawValue).text(in: language))" : nil
        }
        return ([word] + firing).joined(separator: ", ")
    }
}
