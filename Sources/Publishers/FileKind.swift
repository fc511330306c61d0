/// What a web server says about a file of the site, by its name. One table for S3, the preview and the configurations of web servers.
package enum FileKind {
    /// `Content-Type`: https://www.iana.org/assignments/media-types
    package static func mediaType(_ path: String) -> String {
        switch path.split(separator: "/").last?.split(separator: ".").last.map({ $0.lowercased() }) {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "json": "application/json"
        case "svg": "image/svg+xml"
        case "csv": "text/csv; charset=utf-8"
        case "txt", "prom", "md", "_headers": "text/plain; charset=utf-8"
        case "xml": "application/xml"
        case "atom": "application/atom+xml"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "ico": "image/vnd.microsoft.icon"
        case "woff2": "font/woff2"
        case "pdf": "application/pdf"
        case "zip": "application/zip"
        case "gz": "application/gzip"
        default: "application/octet-stream"
        }
    }

    /// An asset with its content's hash in its name (`assets/tidewatch.1f2e3d4c5b6a.css`): it never changes, so it may be kept for ever.
    package static func isHashed(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "assets", let labels = parts.last?.split(separator: "."), labels.count >= 3 else { return false }
        return labels[1..<(labels.count - 1)].contains { $0.utf8.count >= 8 && $0.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }
    }

    /// Pages are asked for again each time, so that nobody reads yesterday's state as today's.
    package static func cacheControl(_ path: String) -> String { isHashed(path) ? "public, max-age=31536000, immutable" : "no-cache" }

    /// In which order files go out where they cannot all appear at once: assets, then the deepest pages, then those that link to them, the
    /// overview, and what says how it was built.
    static func rank(_ path: String) -> Int {
        if isHashed(path) { return 0 }
        if path == SwitchedTree.manifestName { return 1_000 }
        if path == "index.html" { return 999 }
        return max(1, 500 - path.utf8.count { $0 == UInt8(ascii: "/") })
    }

    /// The name of the file that a compressed one stands beside; nothing for a file of its own.
    static func plainName(_ path: String, among files: Manifest) -> String? {
        guard path.hasSuffix(".gz") || path.hasSuffix(".br") else { return nil }
        let name = String(path.dropLast(3))
        return files[name] == nil ? nil : name
    }
}

/// The headers that the site is to be served with; the pages carry the same policy as `<meta>`.
package enum SiteHeaders {
    package static let policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    package static let fields: [(name: String, value: String)] = [
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("X-Robots-Tag", "noindex, nofollow"), ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
}
