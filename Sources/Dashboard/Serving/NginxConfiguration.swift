import Publishers

/// nginx 1.18 and later. A file for `/etc/nginx/conf.d/`: it belongs into the `http` block.
struct NginxConfiguration {
    let plan: ServingPlan

    var text: String {
        let head = """
            # Made by 'tidewatch serve-config nginx'; make it anew when a tenant comes or goes.
            # Passwords: \(plan.options.passwords)/TENANT.htpasswd for each tenant, fleet.htpasswd for the operator, as 'htpasswd -B' writes them.
            # A missing file lets nobody in.\(plan.isEncrypted ? "" : "\n# NOT ENCRYPTED: passwords travel in clear. Give --certificate and --key, or let only a proxy on this machine reach it.")

            map $uri $tidewatch_cache {
              default "no-cache";
              "~/assets/[^/]+\\.[0-9a-f]{8,}\\.[a-z0-9]+$" "public, max-age=31536000, immutable";
            }
            """
        return head + "\n" + (plan.options.usesHosts ? [noHost] + plan.trees.map(ownHost) : [oneHost]).joined(separator: "\n") + "\n"
    }

    /// A path for each tree. Who has no file is asked for a password, too, and no password opens it: names cannot be tried out.
    private var oneHost: String {
        """

        map $tree $tidewatch_passwords {
          default /dev/null;
        \(plan.trees.map { "  \($0) \(plan.passwords(of: $0, ".htpasswd"));" }.joined(separator: "\n"))
        }

        server {
        \(listening(plan.host ?? "_"))
          root \(plan.root);
        \(common)
          location = /robots.txt { default_type text/plain; return 200 "User-agent: *\\nDisallow: /\\n"; }
          location / { return 404; }
          location ~ "^/(?<tree>[a-z0-9][a-z0-9-]{0,62})(/|$)" {
            auth_basic "$tree";
            auth_basic_user_file $tidewatch_passwords;
            location ~ "/\\.|\\.(gz|br)$|/_headers$" { return 404; }
            error_page 404 /$tree/404.html;
            error_page 403 =404 /$tree/404.html;
            try_files $uri $uri/ =404;
          }
        }
        """
    }

    /// Names that are nobody's: without it the first tenant's server would answer them, and its password box names it.
    private var noHost: String {
        """

        # The default of this address; where nginx says that there are two, take this block or the distribution's away.
        server {
        \(listening("_", isDefault: true))
          return 444;
        }
        """
    }

    private func ownHost(_ tree: String) -> String {
        """

        server {
        \(listening("\(tree).\(plan.host ?? "localhost")"))
          root \(plan.root)/\(tree);
        \(common)
          auth_basic "\(tree)";
          auth_basic_user_file \(plan.passwords(of: tree, ".htpasswd"));
          location ~ "/\\.|\\.(gz|br)$|^/_headers$" { return 404; }
          location / { try_files $uri $uri/ =404; }
          error_page 404 /404.html;
          error_page 403 =404 /404.html;
        }
        """
    }

    private func listening(_ name: String, isDefault: Bool = false) -> String {
        let address = plan.options.listen ?? (plan.isEncrypted ? "443" : "80")
        var lines = ["  listen \(address)\(plan.isEncrypted ? " ssl" : "")\(isDefault ? " default_server" : "");", "  server_name \(name);"]
        if let certificate = plan.options.certificate, let key = plan.options.certificateKey { lines += ["  ssl_certificate \(certificate);", "  ssl_certificate_key \(key);"] }
        return lines.joined(separator: "\n")
    }

    /// What is the same everywhere. `add_header` inside a location drops the ones outside, so all of them stand here.
    private var common: String {
        var lines = ["server_tokens off;", "charset utf-8;", "default_type text/plain;", "absolute_redirect off;", "disable_symlinks on from=$document_root;", "gzip_static on;", "gzip_vary on;",
                     "# brotli_static on;  where the module is installed (libnginx-mod-http-brotli-static)",
                     "add_header Cache-Control $tidewatch_cache always;"]
        lines += SiteHeaders.fields.map { "add_header \($0.name) \"\($0.value)\" always;" }
        if plan.isEncrypted { lines.append("add_header Strict-Transport-Security max-age=31536000 always;") }
        return lines.map { "  " + $0 }.joined(separator: "\n")
    }
}
