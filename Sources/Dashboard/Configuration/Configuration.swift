import Alerting
import Foundation
import Signals

/// Everything that a site's directory says, understood, together with every mistake in it.
package struct Configuration: Sendable {
    /// Absolute path of the directory that holds `tidewatch.yaml`.
    package var directory: String
    package var site: SiteConfiguration
    package var tenants: [TenantConfiguration]
    /// Of all tenants that have a file, by its name; also of those that were not read.
    package var tenantIDs: [String]
    /// Tenants whose file cannot be used: the others run.
    package var brokenTenants: [BrokenTenant]
    /// Rules of the built-in pack and of `rules/*.yaml`, by file and place.
    package var rules: [RuleDraft]
    package var silences: [SilenceFile]
    /// Mistakes in files of silences. They mute nobody and stop nothing: a typing error must not end the watch.
    package var brokenSilences: [Diagnostic]
    package var warnings: [Diagnostic]

    package struct BrokenTenant: Sendable {
        package var id: String
        package var diagnostics: [Diagnostic]
    }
}

/// What reading a configuration may touch of the world.
package struct ConfigurationWorld: Sendable {
    package var environment: [String: String]
    package var readFile: @Sendable (String) -> [UInt8]?
    /// Names in a directory, or nothing where there is none.
    package var list: @Sendable (String) -> [String]?

    package init(environment: [String: String], readFile: @escaping @Sendable (String) -> [UInt8]?, list: @escaping @Sendable (String) -> [String]?) {
        self.environment = environment
        self.readFile = readFile
        self.list = list
    }

    /// The machine's files and this process's environment.
    package static var machine: ConfigurationWorld {
        ConfigurationWorld(
            environment: ProcessInfo.processInfo.environment,
            readFile: { path in FileManager.default.contents(atPath: path).map { [UInt8]($0) } },
            list: { path in (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() })
    }
}

extension Configuration {
    /// Reads the site. A tenant's own mistakes break that tenant alone; mistakes in `tidewatch.yaml` or in rules break the site.
    /// - Parameter reads: asked before a tenant's file is read; false passes over it.
    /// - Throws: `ConfigurationError` with every mistake of the site's own files.
    package static func load(directory: String, world: ConfigurationWorld, builtInRules: [UInt8], reads: (_ tenant: String) -> Bool = { _ in true }) throws(ConfigurationError) -> Configuration {
        let diagnostics = Diagnostics()
        let secrets = secrets(in: directory, world: world)
        let site = site(in: directory, world: world, diagnostics: diagnostics)

        var tenants: [TenantConfiguration] = [], broken: [BrokenTenant] = [], warnings: [Diagnostic] = []
        let names = (world.list(directory + "/tenants") ?? []).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }
        for id in names where reads(id) {
            let file = "tenants/\(id).yaml", own = Diagnostics()
            let reader = ConfigurationReader(file: file, diagnostics: own, secrets: secrets)
            let tenant = world.readFile(directory + "/" + file).flatMap { YAMLFile.root(of: $0, file: file, diagnostics: own) }
                .flatMap { reader.open($0, as: TenantConfiguration.schema) }
                .flatMap { TenantConfiguration($0, file: file, fileName: id, limits: site?.limits ?? TenantLimits()) }
            warnings += own.sorted.filter { $0.grade == .warning }
            if let tenant, own.errors.isEmpty {
                tenants.append(tenant)
            } else {
                let found = own.errors.isEmpty ? [Diagnostic(file: file, message: "the file cannot be read. Give this user the right to read it.")] : own.errors
                broken.append(BrokenTenant(id: id, diagnostics: found))
            }
        }

        for folder in ["tenants", "rules", "silences"] {
            for name in (world.list(directory + "/" + folder) ?? []) where name.hasSuffix(".yml") && !name.hasPrefix(".") {
                diagnostics.report(Diagnostic(.warning, file: "\(folder)/\(name)", message: "is not read: only files that end in .yaml are. Rename it to \(printable(String(name.dropLast(4)))).yaml, or move it away."))
            }
        }

        let targets = site?.publish ?? []
        for (index, target) in targets.enumerated() {
            target.checkTenants(names, diagnostics: diagnostics)
            let others = targets.enumerated().filter { $0.offset != index && $0.element.settings.destination != target.settings.destination }
            target.checkFolders(SiteFolders(directory: directory, published: others.flatMap(\.element.settings.servedFolders)), diagnostics: diagnostics)
        }

        var rules = RuleFile.drafts(in: builtInRules, file: "built-in rules", diagnostics: diagnostics)
        for name in (world.list(directory + "/rules") ?? []) where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
            guard let bytes = world.readFile(directory + "/rules/" + name) else { continue }
            let own = RuleFile.drafts(in: bytes, file: "rules/\(name)", diagnostics: diagnostics)
            // A site's rule of the same id takes the place of the built-in one.
            rules.removeAll { old in own.contains { $0.id == old.id } }
            rules += own
        }

        let silences = SilenceFolder(directory: directory, world: world).read()
        guard let site, diagnostics.errors.isEmpty else {
            // One mistake must not hide the others: what could be read is judged as well.
            for mistake in RuleCompiler.compile(rules, vocabulary: SignalCatalogue.vocabulary).diagnostics { diagnostics.report(Diagnostic(mistake)) }
            for mistake in broken.flatMap(\.diagnostics) + silences.diagnostics { diagnostics.report(mistake) }
            throw ConfigurationError(diagnostics.errors)
        }
        return Configuration(directory: directory, site: site, tenants: tenants, tenantIDs: names, brokenTenants: broken, rules: rules,
                             silences: silences.files, brokenSilences: silences.diagnostics, warnings: warnings + diagnostics.sorted.filter { $0.grade == .warning })
    }

    /// What `tidewatch.yaml` says, as far as it can be read.
    static func site(in directory: String, world: ConfigurationWorld, diagnostics: Diagnostics) -> SiteConfiguration? {
        guard let bytes = world.readFile(directory + "/tidewatch.yaml") else {
            diagnostics.report(Diagnostic(file: "tidewatch.yaml", message: "no such file in \(directory). Make a site with 'tidewatch init DIR', or name its directory with --site."))
            return nil
        }
        let reader = ConfigurationReader(file: "tidewatch.yaml", diagnostics: diagnostics, secrets: secrets(in: directory, world: world))
        return YAMLFile.root(of: bytes, file: "tidewatch.yaml", diagnostics: diagnostics).flatMap { reader.open($0, as: SiteConfiguration.schema) }.map(SiteConfiguration.init)
    }

    private static func secrets(in directory: String, world: ConfigurationWorld) -> SecretResolver {
        SecretResolver(environment: world.environment, readFile: { path in world.readFile(path.hasPrefix("/") ? path : directory + "/" + path) })
    }
}
