/// A log line whose values were replaced before storage: the placeholders are shown as redactions, all else as text.
enum LogText {
    static func markup(_ line: String) -> Markup {
        var out = Markup(), rest = Substring(line)
        while let open = rest.firstIndex(of: "<") {
            out.text(String(rest[..<open]))
            let tail = rest[rest.index(after: open)...]
            // `<number>`, `<id>`: short, small letters, closed. Anything else is only text with a bracket.
            guard let close = tail.prefix(24).firstIndex(of: ">"), close > tail.startIndex, tail[..<close].allSatisfy({ $0.isLowercase || $0 == "-" || $0 == "_" }) else {
                out.text("<")
                rest = tail
                continue
            }
            out.raw("<span class=\"red\">"); out.text(String(tail[..<close])); out.raw("</span>")
            rest = tail[tail.index(after: close)...]
        }
        out.text(String(rest))
        return out
    }
}
