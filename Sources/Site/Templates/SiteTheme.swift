import Mustache

/// A template that cannot be read or asks for something that no page has: which file, where, what to do.
package struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    package var file: String
    package var line: Int?
    package var message: String
    package var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(message)" }
}

/// The look of one site: templates parsed once, assets under names that change with their content.
package struct SiteTheme: Sendable {
    /// Every template that a theme must have.
    package static let templateNames = ["page", "overview", "service", "resource", "resources", "alerts", "incident", "documents", "document", "traces", "trace-group", "trace", "map", "checks", "fleet", "note", "report", "reports", "operation",
                                                "logo", "footer"]
    private static let assetNames = ["tidewatch.css", "tidewatch.js", "favicon.svg", "favicon-warning.svg", "favicon-critical.svg"]

    /// Asset name to the path that pages link to: `tidewatch.css` to `assets/tidewatch.1f2e….css`.
    package let assetPaths: [String: String]
    /// What pages are written in; nothing: English.
    package let language: Language?
    /// The asset files of every tenant's folder.
    package let assets: [SitePage]
    private let library: MustacheLibrary
    private let sources: [String: String]
    /// Where each template lies.
    private let places: [String: String]
    private let skeletons = SkeletonCache()
    /// Whether all that templates do with values is to print them. A transform (`{{uppercased(title)}}`) needs the value itself.
    private let printsOnly: Bool

    /// `file` gives a theme's file by path (`templates/page.mustache`, `site/tidewatch.css`): the site's own where it has one, else the built-in.
    /// `place` says where that file lies, for those who have to mend it.
    package init(file: (String) -> [UInt8]?, place: (String) -> String = { $0 }, language: Language? = nil) throws(TemplateError) {
        self.language = language
        var templates: [String: MustacheTemplate] = [:], sources: [String: String] = [:], places: [String: String] = [:]
        for name in Self.templateNames {
            let path = "templates/\(name).mustache"
            guard let bytes = file(path) else { throw TemplateError(file: path, message: "the theme has no such template; put it back or remove your own theme's copy of its neighbours") }
            let text = try TemplateWords(String(decoding: bytes, as: UTF8.self), file: place(path)).text(in: language)
            sources[name] = text
            places[name] = place(path)
            do {
                templates[name] = try MustacheTemplate(string: text)
            } catch let error as MustacheTemplate.ParserError {
                throw TemplateError(file: place(path), line: error.context.lineNumber, message: "\(error.error) near '\(error.context.line)'; close every tag that is opened")
            } catch {
                throw TemplateError(file: place(path), message: "\(error)")
            }
        }
        for (name, text) in sources.sorted(by: { $0.key < $1.key }) {
            for tag in Self.tags(in: text) where tag.sigil == ">" || tag.sigil == "<" {
                guard sources[tag.name] == nil else { continue }
                throw TemplateError(file: place("templates/\(name).mustache"), line: tag.line, message: "no template '\(tag.name)'; there are \(sources.keys.sorted().joined(separator: ", "))")
            }
        }
        library = MustacheLibrary(templates: templates)
        self.sources = sources
        self.places = places
        printsOnly = !sources.values.contains { text in Self.tags(in: text).contains { $0.name.contains("(") } }
        var paths: [String: String] = [:], assets: [SitePage] = []
        for name in Self.assetNames {
            guard var bytes = file("site/\(name)") else { throw TemplateError(file: "site/\(name)", message: "the theme has no such asset; put it back") }
            if let language, name.hasSuffix(".js") { bytes = ScriptWords.bytes(of: bytes, in: language) }
            let dot = name.lastIndex(of: ".") ?? name.endIndex
            let path = "assets/\(name[..<dot]).\(PathName.hash(bytes))\(name[dot...])"
            paths[name] = path
            assets.append(SitePage(path, bytes))
        }
        if let custom = file("site/custom.css") {
            let path = "assets/custom.\(PathName.hash(custom)).css"
            paths["custom.css"] = path
            assets.append(SitePage(path, custom))
        }
        assetPaths = paths
        self.assets = assets
    }

    /// Fills a template with finished blocks. A name that the page does not have is an error, never silently nothing.
    func render(_ template: String, _ fields: [String: PageField], page: String) throws(TemplateError) -> [UInt8] {
        guard printsOnly else { return try Array(filled(template, fields.mapValues(\.value), page: page).utf8) }
        let flags = fields.compactMap { name, field in if case .flag(let isSet) = field { isSet ? " \(name)" : " !\(name)" } else { nil } }
        let key = template + flags.sorted().joined()
        var failure: TemplateError?
        let skeleton = skeletons.skeleton(key) {
            do throws(TemplateError) {
                var marked: [String: Any] = [:]
                for (name, field) in fields {
                    if case .flag(let isSet) = field { marked[name] = isSet } else { marked[name] = PageSkeleton.mark(name) }
                }
                return PageSkeleton(try filled(template, marked, page: page))
            } catch {
                failure = error
                return nil
            }
        }
        if let failure { throw failure }
        if let bytes = skeleton?.bytes(fields) { return bytes }
        return try Array(filled(template, fields.mapValues(\.value), page: page).utf8)
    }

    private func filled(_ template: String, _ fields: [String: Any], page: String) throws(TemplateError) -> String {
        let missing = UnknownNames()
        let text = library.render(RecordingRoot(fields: fields, unknown: missing), withTemplate: template)
        if let unknown = missing.names.first {
            for name in [template, "page"] + sources.keys.sorted() {
                guard let tag = Self.tags(in: sources[name] ?? "").first(where: { $0.name == unknown || $0.name.hasPrefix(unknown + ".") }) else { continue }
                throw TemplateError(file: places[name] ?? "templates/\(name).mustache", line: tag.line,
                                    message: "unknown name '\(unknown)' for page \(page); there are \(fields.keys.sorted().joined(separator: ", "))")
            }
            throw TemplateError(file: "templates/\(template).mustache", message: "unknown name '\(unknown)' for page \(page)")
        }
        guard let text else { throw TemplateError(file: "templates/\(template).mustache", message: "the theme has no such template") }
        return text
    }

    struct Tag { var sigil: Character?; var name: String; var line: Int }

    /// All tags of a template, without its comments.
    static func tags(in text: String) -> [Tag] {
        var tags: [Tag] = [], line = 1
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            line += rest[..<open.lowerBound].utf8.count { $0 == 10 }
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}") else { break }
            let inner = rest[..<close.lowerBound].drop { $0 == "{" || $0 == " " }
            let sigil = inner.first.flatMap { "#^/&><$!%=".contains($0) ? $0 : nil }
            let name = (sigil == nil ? inner : inner.dropFirst()).filter { !$0.isWhitespace }
            if sigil != "!", sigil != "%" { tags.append(Tag(sigil: sigil, name: String(name), line: line)) }
            line += rest[..<close.lowerBound].utf8.count { $0 == 10 }
            rest = rest[close.upperBound...]
        }
        return tags
    }
}

/// Names that a template asked for and the page does not have. Lookups climb the stack, so what reaches the root unanswered is missing.
private final class UnknownNames {
    var names: [String] = []
}

private struct RecordingRoot: MustacheParent {
    let fields: [String: Any]
    let unknown: UnknownNames

    func child(named name: String) -> Any? {
        if let value = fields[name] { return value }
        unknown.names.append(name)
        return nil
    }
}

private extension PageField {
    /// As the template engine takes it.
    var value: Any {
        switch self {
        case .markup(let markup): markup.string
        case .text(let text): text
        case .flag(let flag): flag
        }
    }
}

private extension Substring {
    func firstRange(of needle: StaticString) -> Range<Index>? {
        let pattern = Array("\(needle)".utf8)
        guard let first = pattern.first else { return nil }
        var at = startIndex
        while let hit = utf8[at...].firstIndex(of: first) {
            if utf8[hit...].starts(with: pattern) { return hit..<utf8.index(hit, offsetBy: pattern.count) }
            at = utf8.index(after: hit)
        }
        return nil
    }
}
