/// What a link in a text may lead to.
enum LinkPolicy {
    enum Destination: Equatable {
        case https, mail
        /// To a heading of the same page.
        case fragment(String)
        /// Beside this file: the path, and the fragment after it.
        case relative(path: String, fragment: String?)
        /// Refused, with the reason.
        case refused(String)
    }

    static func destination(of url: some Collection<UInt8>) -> Destination {
        let text = String(decoding: url, as: UTF8.self)
        if text.isEmpty { return .refused("it leads nowhere") }
        if url.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return .refused("it holds a control character") }
        if text.hasPrefix("#") { return .fragment(String(text.dropFirst())) }
        // Browsers read a backslash as a slash.
        if text.hasPrefix("/") || text.hasPrefix("\\") {
            return .refused("it leaves the site; write it relative to this file, or with https://")
        }
        let head = text.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
        if let colon = head.firstIndex(of: ":") {
            switch head[..<colon].lowercased() {
            case "https" where text[colon...].hasPrefix("://") && text[colon...].count > 3: return .https
            case "mailto": return .mail
            default: return .refused("only https, mailto and relative links are allowed")
            }
        }
        let hash = text.firstIndex(of: "#")
        return .relative(path: String(text[..<(hash ?? text.endIndex)]), fragment: hash.map { String(text[text.index(after: $0)...]) })
    }
}
