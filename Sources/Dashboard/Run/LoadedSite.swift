import Alerting
import Collectors
import Digests
import Foundation
import Signals
import Site
import Synchronization
import Theme

/// A site's files, all understood and checked against each other.
struct LoadedSite {
    let configuration: Configuration
    let rules: CompiledRuleBook
    let library: ContentLibrary
    /// Templates, texts and assets, the site's own before the built-in ones.
    let files: ThemeFiles
    let theme: SiteTheme
    /// Of tenants that have a look or a language of their own, by id.
    let themes: [String: SiteTheme]
    /// Of these, the ones with files of their own.
    let looks: Set<String>
    /// Over every template, text and asset.
    let themeDigest: String
    /// The same of tenants that have files of their own.
    let lookDigests: [String: String]
    /// Hashes of the site's own files as they were read, by path below it.
    let fileHashes: [String: UInt64]
    /// For reports that are one file.
    let stylesheet: [UInt8]

    /// - Parameter reads: asked before a tenant's file is read; false passes over it.
    /// - Throws: `ConfigurationError` with every mistake that concerns all tenants.
    init(directory: String, world: World, reads: (_ tenant: String) -> Bool = { _ in true }) throws(ConfigurationError) {
        let reader = ThemeFiles.Reader(
            file: world.files.readFile,
            files: { folder in (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted() })
        let files = ThemeFiles(site: directory, tenant: nil, tenants: [], reader: reader)
        self.files = files
        let hashes = Mutex<[String: UInt64]>([:]), disk = world.files
        let noting = ConfigurationWorld(environment: disk.environment, readFile: { path in
            let bytes = disk.readFile(path)
            if let bytes, path.hasPrefix(directory + "/") { hashes.withLock { $0[String(path.dropFirst(directory.count + 1))] = fastHash(bytes) } }
            return bytes
        }, list: disk.list)
        var configuration = try Configuration.load(directory: directory, world: noting, builtInRules: files.file("content/rules/default.yaml") ?? [], reads: reads)
        let diagnostics = Diagnostics()

        let vocabulary = SignalCatalogue.vocabulary
        let compiled = RuleCompiler.compile(configuration.rules, vocabulary: vocabulary)
        for diagnostic in compiled.diagnostics { diagnostics.report(Diagnostic(diagnostic)) }
        let tailor = RuleTailor(drafts: configuration.rules)
        var own: [String: [CompiledRule]] = [:]
        for tenant in configuration.tenants {
            let mistakes = Diagnostics()
            if let drafts = tailor.drafts(for: tenant, diagnostics: mistakes) {
                let result = RuleCompiler.compile(drafts, vocabulary: vocabulary)
                for diagnostic in result.diagnostics where diagnostic.origin.file == tenant.file { mistakes.report(Diagnostic(diagnostic)) }
                own[tenant.id] = result.rules
            }
            guard !mistakes.errors.isEmpty else { continue }
            // A mistake in a tenant's own file is that tenant's alone.
            configuration.tenants.removeAll { $0.id == tenant.id }
            configuration.brokenTenants.append(.init(id: tenant.id, diagnostics: mistakes.errors))
        }

        var library = ContentLibrary(theme: files)
        library.add(ManualPages.all(rules: compiled.rules))
        self.library = library
        for rule in configuration.rules where library.document(.runbook, rule.runbook) == nil {
            let known = library.documents.filter { $0.kind == .runbook }.map(\.slug)
            let place = rule.origins["runbook"] ?? rule.origin
            diagnostics.report(Diagnostic(file: place.file, line: place.line, column: place.column,
                                          message: "the rule '\(rule.id)' names the runbook '\(rule.runbook)', which is not there. "
                                              + (nearestWord(to: rule.runbook, among: known).map { "Did you mean '\($0)'?" } ?? "Write content/runbooks/\(rule.runbook).md.")))
        }
        let language = configuration.site.language
        do throws(ConfigurationError) { theme = try Self.theme(files, in: language, directory: directory) } catch { for mistake in error.diagnostics { diagnostics.report(mistake) }; throw ConfigurationError(diagnostics.errors) }
        let ids = Set(configuration.tenantIDs)
        var themes: [String: SiteTheme] = [:], looks: Set<String> = [], lookDigests: [String: String] = [:], spoken: [String: SiteTheme] = [:]
        for tenant in configuration.tenants {
            let hasLook = ["templates", "site"].contains { !reader.files("\(directory)/\($0)/\(tenant.id)").isEmpty }, own = tenant.language ?? language
            do throws(ConfigurationError) {
                if hasLook {
                    let files = ThemeFiles(site: directory, tenant: tenant.id, tenants: ids, reader: reader)
                    themes[tenant.id] = try Self.theme(files, in: own, directory: directory)
                    lookDigests[tenant.id] = Self.digest(files)
                    looks.insert(tenant.id)
                } else if own.tag != language.tag {
                    if spoken[own.tag] == nil { spoken[own.tag] = try Self.theme(files, in: own, directory: directory) }
                    themes[tenant.id] = spoken[own.tag]
                }
            } catch {
                // What one tenant's look lacks is no reason to keep the pages of the others.
                configuration.tenants.removeAll { $0.id == tenant.id }
                configuration.brokenTenants.append(.init(id: tenant.id, diagnostics: error.diagnostics))
            }
        }
        self.themes = themes
        self.looks = looks
        self.lookDigests = lookDigests
        fileHashes = hashes.withLock { $0 }
        if !diagnostics.errors.isEmpty { throw ConfigurationError(diagnostics.errors) }
        // Without what belongs to single tenants: one's new logo is no reason to make the pages of the others anew.
        themeDigest = Self.digest(ThemeFiles(site: directory, tenant: nil, tenants: ids, reader: reader))
        configuration.warnings += (diagnostics.sorted + library.mistakes).filter { $0.grade == .warning }
        stylesheet = files.file("site/tidewatch.css") ?? []
        self.configuration = configuration
        rules = CompiledRuleBook(shared: compiled.rules, own: own)
    }
}

private extension LoadedSite {
    static func digest(_ files: ThemeFiles) -> String {
        hex(files.paths(under: "").reduce(UInt64(0)) { fastHash(files.file($1) ?? [], seed: fastHash(Array($1.utf8), seed: $0)) })
    }

    /// Mistakes name the file as it lies in the site.
    static func theme(_ files: ThemeFiles, in language: SpokenLanguage, directory: String) throws(ConfigurationError) -> SiteTheme {
        let known = LanguageFile.tags(in: files)
        guard known.contains(language.tag) else {
            let near = nearestWord(to: language.tag, among: known).map { "Did you mean '\($0)'?" } ?? "There are \(known.joined(separator: ", ")); write templates/language-TAG.yaml for another."
            throw ConfigurationError([Diagnostic(file: language.file, line: language.line, column: 1, message: "language: no language '\(printable(language.tag))'. \(near)")])
        }
        let words: Language?
        do throws(LanguageFile.Mistakes) {
            words = try LanguageFile.language(language.tag, in: files) { $0.hasPrefix(directory + "/") ? String($0.dropFirst(directory.count + 1)) : $0 }
        } catch {
            throw ConfigurationError(error.errors.map(Diagnostic.init))
        }
        do throws(TemplateError) {
            return try SiteTheme(file: files.file, place: { path in files.override(of: path).map { String($0.dropFirst(directory.count + 1)) } ?? path }, language: words)
        } catch {
            throw ConfigurationError([Diagnostic(error)])
        }
    }
}

extension Diagnostic {
    init(_ error: TemplateError) {
        self.init(file: error.file, line: error.line ?? 0, column: 1, message: error.message)
    }

    init(_ diagnostic: RuleDiagnostic) {
        self.init(file: diagnostic.origin.file, line: diagnostic.origin.line, column: diagnostic.origin.column, message: diagnostic.message)
    }
}
