import Publishers

/// `_headers` as Netlify and Cloudflare Pages read it: https://developers.cloudflare.com/pages/configuration/headers/,
/// https://docs.netlify.com/routing/headers/. Rules that match are joined there, so no header stands in two of them: what is not an asset
/// has the hosts' own `Cache-Control`, which asks again each time.
struct HeadersFile {
    static let name = "_headers"

    /// Whether trees lie below the root, or the root is one tree.
    var isWholeFleet: Bool

    var bytes: [UInt8] { Array(text.utf8) }

    var text: String {
        var lines = ["/*"] + SiteHeaders.fields.map { "  \($0.name): \($0.value)" } + ["  Strict-Transport-Security: max-age=31536000"]
        lines += [isWholeFleet ? "/:tree/assets/*" : "/assets/*", "  Cache-Control: \(FileKind.cacheControl("assets/x.0123456789ab.css"))"]
        return lines.joined(separator: "\n") + "\n"
    }
}
