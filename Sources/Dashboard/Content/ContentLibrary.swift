import Markdown
import Signals
import Site
import Theme

/// All documents of a site: the built-in pack, with the site's own files in front of it.
package struct ContentLibrary: Sendable {
    package private(set) var documents: [ContentDocument] = []
    /// How each pattern is recognised, as its page says. Read once: every service of every tenant is held against them.
    package private(set) var patternSignatures: [PatternSignature] = []

    package func document(_ kind: DocumentSite.Kind, _ slug: String) -> ContentDocument? {
        documents.first { $0.kind == kind && $0.slug == slug }
    }

    /// What is wrong in the texts. A page that cannot be read has another in its place, so that no link leads nowhere.
    package private(set) var mistakes: [Diagnostic] = []

    /// Reads every page under `content/`.
    init(theme: ThemeFiles) {
        let diagnostics = Diagnostics()
        for kind in DocumentSite.Kind.allCases {
            for path in theme.paths(under: "content/" + kind.rawValue) where path.hasSuffix(".md") {
                let slug = String(path.dropFirst("content/\(kind.rawValue)/".count).dropLast(3))
                guard isIdentifier(slug) else {
                    diagnostics.report(Diagnostic(file: path, message: "the file's name becomes the page's path: use a-z, 0-9 and '-', and no folders"))
                    continue
                }
                guard let bytes = theme.file(path) else { continue }
                let own = Self.document(bytes, kind: kind, slug: slug, path: path, diagnostics: diagnostics)
                if let document = own ?? Self.standIn(kind: kind, slug: slug, path: path) { documents.append(document) }
            }
        }
        mistakes = diagnostics.sorted
        patternSignatures = documents.filter { $0.kind == .pattern }.compactMap { PatternSignature(pattern: $0.slug, chains: $0.front.chains) }
    }

    /// Adds the generated pages; a file of the site's own under `content/manual/` stands in front of them.
    mutating func add(_ pages: [ManualPages.Page]) {
        let diagnostics = Diagnostics()
        for page in pages where document(.manual, page.slug) == nil {
            let path = "content/manual/\(page.slug).md"
            if let document = Self.document(Array(page.text.utf8), kind: .manual, slug: page.slug, path: path, diagnostics: diagnostics) { documents.append(document) }
        }
        mistakes += diagnostics.sorted
    }

    /// For a text that cannot be read: the built-in one of that name, otherwise a page that says so.
    private static func standIn(kind: DocumentSite.Kind, slug: String, path: String) -> ContentDocument? {
        let text = """
            ---
            title: \(slug)
            summary: This page cannot be shown.
            ---
            There is a mistake in `\(path)`. Until it is mended there is nothing to read here; `tidewatch validate` says where it is.
            """
        return [ThemeFiles().file(path), Array(text.utf8)].lazy.compactMap { $0 }
            .compactMap { document($0, kind: kind, slug: slug, path: path, diagnostics: Diagnostics()) }.first
    }

    private static func document(_ bytes: [UInt8], kind: DocumentSite.Kind, slug: String, path: String, diagnostics: Diagnostics) -> ContentDocument? {
        do throws(MarkdownError) {
            let (parts, text) = kind == .pattern ? PatternParts.read(String(decoding: bytes, as: UTF8.self)) : ([], "")
            let body = try parts.isEmpty ? MarkdownDocument(bytes) : MarkdownDocument(text)
            let own = Diagnostics()
            let reader = ConfigurationReader(file: path, diagnostics: own, secrets: SecretResolver(environment: [:], readFile: { _ in nil }))
            let yaml = body.frontMatter?.yaml ?? ""
            let record = YAMLFile.root(of: Array(yaml.utf8), file: path, diagnostics: own).flatMap { reader.open($0, as: ContentFrontMatter.schema) }
            let front = record.map { ContentFrontMatter($0, fallbackTitle: slug) }
            let shift = (body.frontMatter?.yamlLine ?? 1) - 1
            for var diagnostic in own.sorted {
                if diagnostic.line > 0 { diagnostic.line += shift }
                diagnostics.report(diagnostic)
            }
            return front.map { front in
                var front = front
                front.alertsLine += shift
                front.chainsLine += shift
                return ContentDocument(kind: kind, slug: slug, path: path, front: front, parts: parts, body: body)
            }
        } catch {
            diagnostics.report(Diagnostic(file: path, line: error.line, column: 1, message: error.description))
            return nil
        }
    }
}

// MARK: - Rendering

extension ContentLibrary {
    /// The page's HTML with the values given; every name that does not exist and every link that leads nowhere is reported.
    /// - Parameter paths: the documents that the site has; a link to another stays as its words.
    func rendered(_ document: ContentDocument, among paths: Set<String>? = nil, live: any LiveValues, block: @escaping (LiveBlock) -> LiveBlockAnswer) throws(MarkdownError) -> RenderedMarkdown {
        var options = MarkdownOptions(live: live)
        options.numberedHeadingsAreSteps = true
        options.reservedIDs.formUnion(DocumentContext.reservedIDs)
        options.block = block
        let paths = paths ?? Set(documents.map(\.path)), folder = document.path.split(separator: "/").dropLast().map(String.init)
        options.resolve = { target, fragment in
            var parts = folder
            for part in target.split(separator: "/") {
                if part == ".." { if parts.isEmpty { return nil } else { parts.removeLast() } } else if part != "." { parts.append(String(part)) }
            }
            guard paths.contains(parts.joined(separator: "/")), parts.count == 3 else { return nil }
            // Each page is a folder: pages/x.md lies at pages/x/index.html.
            return "../../\(parts[1])/\(parts[2].dropLast(3))/index.html" + (fragment.map { "#\($0)" } ?? "")
        }
        return try document.body.rendered(options)
    }

    /// Every mistake in the texts, as `validate` reports them.
    func check(diagnostics: Diagnostics) {
        for document in documents {
            do throws(MarkdownError) {
                let page = try rendered(document, live: ResourceValues(), block: DocumentBlock.check)
                for problem in page.problems {
                    diagnostics.report(Diagnostic(problem.grade == .error ? .error : .warning, file: document.path, line: problem.line, column: problem.column, message: problem.message))
                }
            } catch {
                diagnostics.report(Diagnostic(file: document.path, line: error.line, column: 1, message: error.description))
            }
        }
    }

    /// The words of the first numbered step under Diagnosis: what a message tells a tired person to do first.
    package func firstStep(of runbook: String) -> String? {
        guard let document = document(.runbook, runbook) else { return nil }
        return document.contents.first { $0.text.hasPrefix("1. ") }.map { entry in
            let words = entry.text.dropFirst(3)
            return words.last.map { ".?!".contains($0) } == true ? String(words) : words + "."
        }
    }
}
