/// What programs that walk over sites ask for: where the pages are (https://www.sitemaps.org/protocol.html), and that they are not for search
/// engines (RFC 9309).
struct CrawlerFiles {
    let site: TenantSite
    /// All files of the tenant.
    let paths: [String]
    /// A sitemap may list so many.
    private static let most = 50_000

    var pages: [SitePage] {
        let robots = SitePage("robots.txt", Array("User-agent: *\nDisallow: /\n".utf8))
        // Addresses of a sitemap are absolute: without the site's own there is none.
        return site.baseURL == nil ? [robots] : [robots, sitemap]
    }

    private var sitemap: SitePage {
        var out = Markup("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n")
        for path in Set(paths).sorted().filter({ $0.hasSuffix(".html") && $0 != "404.html" }).prefix(Self.most) {
            let address = path == "index.html" ? "" : path.hasSuffix("/index.html") ? String(path.dropLast("index.html".count)) : path
            out.raw("<url><loc>"); out.text("\(site.baseURL ?? "")\(site.id)/\(address)"); out.raw("</loc></url>\n")
        }
        out.raw("</urlset>\n")
        return SitePage("sitemap.xml", out.bytes)
    }
}
