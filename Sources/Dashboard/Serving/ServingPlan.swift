import Foundation

/// What a web server has to know to hand out the site: where it lies, who may read what, and at which address. A static site cannot enforce
/// access itself, so this is where tenants are kept apart.
package struct ServingPlan: Sendable {
    package enum Format: String, CaseIterable, Sendable { case nginx, caddy, headers }

    package struct Options: Sendable {
        /// The folder that holds the trees; nothing: the first directory target, else `public/`.
        package var root: String?
        /// Holds a file of passwords for each tenant and for `fleet`.
        package var passwords = "/etc/tidewatch/access"
        /// A hostname for each tenant instead of a path, so that browsers keep their pages apart as well.
        package var usesHosts = false
        /// Port, or address and port; nothing: 443 with a certificate, else 80.
        package var listen: String?
        package var certificate: String?
        package var certificateKey: String?

        package init() {}
    }

    /// Sorted.
    let tenants: [String]
    let root: String
    let options: Options
    /// Of `base_url`, without the port.
    let host: String?

    /// - Throws: `ConfigurationError` with every mistake of the site's files, or of the options.
    package init(directory: String, world: World, options: Options) throws(ConfigurationError) {
        let configuration = try LoadedSite(directory: directory, world: world).configuration
        tenants = (configuration.tenants.map(\.id) + configuration.brokenTenants.map(\.id).filter(isIdentifier)).sorted()
        let served = configuration.site.publish.lazy.filter { $0.tenants == nil }.compactMap(\.settings.servedFolder).first
        let folder = options.root ?? served ?? "public"
        root = folder.hasPrefix("/") ? folder : directory + "/" + folder
        self.options = options
        host = configuration.site.baseURL.flatMap { URL(string: $0)?.host }
        var mistakes: [String] = []
        for (name, value) in [("--root", root), ("--passwords", options.passwords), ("--certificate", options.certificate ?? "/"), ("--key", options.certificateKey ?? "/"), ("--listen", options.listen ?? "80")]
        where !value.utf8.allSatisfy(Self.isPlain) || (name != "--listen" && !value.hasPrefix("/")) {
            mistakes.append("\(name): expected an absolute path of letters, digits and . _ - / (for --listen also ':' and '[]'), found '\(printable(value))'")
        }
        if options.usesHosts, host == nil { mistakes.append("--hosts: needs base_url in tidewatch.yaml: each tenant is served at TENANT.HOST") }
        if (options.certificate == nil) != (options.certificateKey == nil) { mistakes.append("--certificate and --key go together") }
        guard mistakes.isEmpty else { throw ConfigurationError(mistakes.map { Diagnostic(file: "serve-config", message: $0) }) }
    }

    package func text(_ format: Format) -> String {
        switch format {
        case .nginx: NginxConfiguration(plan: self).text
        case .caddy: CaddyConfiguration(plan: self).text
        case .headers: HeadersFile(isWholeFleet: true).text
        }
    }

    /// Whether the address that people use is encrypted; passwords are not to travel otherwise.
    var isEncrypted: Bool { options.certificate != nil }
    var trees: [String] { tenants + ["fleet"] }
    func passwords(of tree: String, _ suffix: String) -> String { options.passwords + "/" + tree + suffix }

    /// Stands in both languages without quotes.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "._-/:[]+@~".utf8.contains(byte)
        }
    }
}
