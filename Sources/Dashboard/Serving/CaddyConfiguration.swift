import Publishers

/// Caddy 2.6 and later: a Caddyfile.
struct CaddyConfiguration {
    let plan: ServingPlan

    var text: String {
        """
        # Made by 'tidewatch serve-config caddy'; make it anew when a tenant comes or goes.
        # Passwords: \(plan.options.passwords)/TENANT.caddy for each tenant, fleet.caddy for the operator: lines of a name and what
        # 'caddy hash-password' prints (Caddy before 2.7 may want that in base64). Caddy does not start while one is missing.

        (tidewatch-headers) {
        \theader {
        \(SiteHeaders.fields.map { "\t\t\($0.name) \"\($0.value)\"" }.joined(separator: "\n"))\(plan.isEncrypted || plan.options.listen == nil ? "\n\t\tStrict-Transport-Security max-age=31536000" : "")
        \t\tVary Accept-Encoding
        \t}
        \theader -Server
        }

        (tidewatch-cache) {
        \t@hashed path_regexp \(Self.hashed)
        \t@plain not path_regexp \(Self.hashed)
        \theader @hashed Cache-Control "public, max-age=31536000, immutable"
        \theader @plain Cache-Control no-cache
        }

        (tidewatch-files) {
        \t@hidden path_regexp (/\\.|\\.(gz|br)$|/_headers$)
        \trespond @hidden 404
        \t@metrics path *.prom
        \theader @metrics Content-Type "text/plain; charset=utf-8"
        \tfile_server {
        \t\tprecompressed br gzip
        \t}
        }
        \(plan.options.usesHosts ? plan.trees.map(ownHost).joined() : oneHost)
        """
    }

    /// A path for each tree, compared as the file system compares it. Whatever else is asked for, a password is asked for, and none opens it:
    /// names cannot be tried out.
    private var oneHost: String {
        """

        \(address(plan.host)) {
        \(site)\troot * \(plan.root)
        \timport tidewatch-headers
        \timport tidewatch-cache
        \thandle /robots.txt {
        \t\trespond "User-agent: *\\nDisallow: /\\n"
        \t}
        \(plan.trees.map(tree).joined(separator: "\n"))
        \thandle {
        \t\tbasicauth {
        \t\t\tnobody \(Self.nobody)
        \t\t}
        \t\trespond 404
        \t}
        \(errors("/{re.tree.1}/404.html"))
        }

        """
    }

    /// A page of its own for what is not there. Not for a missing password: it names whose tree it is.
    private func errors(_ page: String) -> String {
        """
        \thandle_errors {
        \t\timport tidewatch-headers
        \t\t@missing {
        \t\t\texpression {http.error.status_code} == 404
        \t\t\tpath_regexp tree ^/([a-z0-9][a-z0-9-]*)
        \t\t}
        \t\thandle @missing {
        \t\t\trewrite * \(page)
        \t\t\tfile_server
        \t\t}
        \t}
        """
    }

    private func tree(_ name: String) -> String {
        """
        \t@\(name) path_regexp ^/\(name)(/|$)
        \thandle @\(name) {
        \t\tbasicauth bcrypt \(name) {
        \t\t\timport \(plan.passwords(of: name, ".caddy"))
        \t\t}
        \t\timport tidewatch-files
        \t}
        """
    }

    private func ownHost(_ name: String) -> String {
        """

        \(address("\(name).\(plan.host ?? "localhost")")) {
        \(site)\troot * \(plan.root)/\(name)
        \timport tidewatch-headers
        \timport tidewatch-cache
        \tbasicauth bcrypt \(name) {
        \t\timport \(plan.passwords(of: name, ".caddy"))
        \t}
        \timport tidewatch-files
        \(errors("/404.html"))
        }

        """
    }

    private func address(_ host: String?) -> String {
        guard let listen = plan.options.listen else { return host ?? ":80" }
        let port = listen.split(separator: ":").last.map(String.init) ?? listen
        return (plan.isEncrypted ? "https://" : "http://") + (plan.options.usesHosts ? host ?? "" : "") + ":" + port
    }

    /// Where it listens and how it is encrypted, where that is said.
    private var site: String {
        var lines: [String] = []
        if let colon = plan.options.listen?.lastIndex(of: ":"), let host = plan.options.listen?[..<colon] { lines.append("\tbind \(host)\n") }
        if let certificate = plan.options.certificate, let key = plan.options.certificateKey { lines.append("\ttls \(certificate) \(key)\n") }
        return lines.joined()
    }

    private static let hashed = "/assets/[^/]+\\.[0-9a-f]{8,}\\.[a-z0-9]+$"

    /// The bcrypt hash of 32 random bytes that nobody kept.
    private static let nobody = "$2b$04$VojCgAtBXMTleHc84Jq.ludAdBWEK7un4OQnYo8yZmvMc2xYqDuAi"
}
