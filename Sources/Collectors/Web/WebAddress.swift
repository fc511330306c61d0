/// As much of a web address as following it needs.
package enum WebAddress {
    /// Host and port, for people: never path or query.
    package static func host(of url: String) -> String? {
        guard let origin = origin(url), let mark = origin.firstRange(of: "://") else { return nil }
        return String(origin[mark.upperBound...])
    }

    /// `https://host:port`, in lower case and without `user:password@`.
    static func origin(_ url: String) -> String? {
        guard let mark = url.firstRange(of: "://") else { return nil }
        let scheme = url[..<mark.lowerBound].lowercased()
        var authority = url[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // Whatever stands before the host is a user's name and password, and for nobody's eyes.
        if let user = authority.lastIndex(of: "@") { authority = authority[authority.index(after: user)...] }
        guard scheme == "http" || scheme == "https", !authority.isEmpty else { return nil }
        return "\(scheme)://\(authority.lowercased())"
    }

    /// A `Location` read from where it was found (RFC 3986, section 5.2, for the forms that servers send); nothing where it is no web address.
    static func resolved(_ location: String, against base: String) -> String? {
        let text = String(location.prefix { $0 != "#" })
        if origin(text) != nil { return text }
        guard let origin = origin(base), !text.contains("://") else { return nil }
        if text.hasPrefix("//") { return String(origin.prefix { $0 != "/" }) + text }
        if text.hasPrefix("/") { return origin + text }
        let path = base.dropFirst(origin.count).prefix { $0 != "?" && $0 != "#" }
        if text.hasPrefix("?") { return origin + path + text }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
        return text.isEmpty ? base : origin + folder + text
    }
}
