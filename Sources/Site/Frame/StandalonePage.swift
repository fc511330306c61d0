/// A page as one file that can be mailed and kept: style inside, no script, links to the site where it has an address.
package struct StandalonePage: Sendable {
    private let theme: SiteTheme

    package init(theme: SiteTheme) { self.theme = theme }

    /// - Parameter base: of the tenant's folder, with a slash at the end.
    package func bytes(of page: SitePage, base: String?) -> [UInt8] {
        Array(alone(String(decoding: page.bytes, as: UTF8.self), path: page.path, base: base).utf8)
    }

    private func alone(_ page: String, path: String, base: String?) -> String {
        let sheets = theme.assets.filter { $0.path.hasSuffix(".css") }
        var lines: [Substring] = []
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("<script ") || line.hasPrefix("<link rel=\"icon\"") { continue }
            if line.hasPrefix("<link rel=\"stylesheet\"") {
                guard let sheet = sheets.first(where: { line.contains($0.path) }) else { continue }
                lines.append("<style>" + String(decoding: sheet.bytes, as: UTF8.self).replacing("</", with: "<\\/") + "</style>")
            } else {
                lines.append(line)
            }
        }
        let whole = lines.joined(separator: "\n").replacing("style-src 'self'; script-src 'self'", with: "style-src 'unsafe-inline'")
        return linked(whole, folder: path.split(separator: "/").dropLast().map(String.init), base: base)
    }

    /// Relative links lead nowhere from a file that lies alone: they become absolute, or plain text where the site has no address.
    private func linked(_ page: String, folder: [String], base: String?) -> String {
        let mark = " href=\""
        var out = "", rest = page[...]
        while let start = rest.firstRange(of: mark), let end = rest[start.upperBound...].firstIndex(of: "\"") {
            let target = rest[start.upperBound..<end]
            out += rest[..<start.lowerBound]
            if target.hasPrefix("#") || target.hasPrefix("http://") || target.hasPrefix("https://") {
                out += mark + target + "\""
            } else if let base {
                out += mark + base + Self.resolved(target, in: folder) + "\""
            }
            rest = rest[rest.index(after: end)...]
        }
        return out + rest
    }

    private static func resolved(_ target: Substring, in folder: [String]) -> String {
        var parts = folder
        for part in target.split(separator: "/", omittingEmptySubsequences: false) {
            switch part {
            case ".": break
            case "..": if !parts.isEmpty { parts.removeLast() }
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
