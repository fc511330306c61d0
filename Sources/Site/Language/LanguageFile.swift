import Signals
import Theme
import Yams

/// A language as a file of the theme: English on the left, what is said instead on the right. The fleet's file and the tenant's stand over
/// the built-in one word by word, so that a file of one line changes one word.
package struct LanguageFile {
    package static func path(_ tag: String) -> String { "templates/language-\(tag).yaml" }
    /// Its left side has every phrase that there is.
    private static let complete = "de"
    private static let byteLimit = 1_024 * 1_024

    /// Every mistake of a language's files, in the order of the files.
    package struct Mistakes: Error { package var errors: [TemplateError] }

    /// The languages that a site has a file for.
    package static func tags(in files: ThemeFiles) -> [String] {
        files.paths(under: "templates").compactMap { path in
            let name = path.dropFirst("templates/language-".utf8.count)
            return path.hasPrefix("templates/language-") && path.hasSuffix(".yaml") && !name.contains("/") ? String(name.dropLast(5)) : nil
        }
    }

    /// Nothing for English as it is shipped.
    /// - Parameter place: how a file is called in mistakes.
    package static func language(_ tag: String, in files: ThemeFiles, place: (String) -> String = { $0 }) throws(Mistakes) -> Language? {
        let layers = files.layers(of: path(tag))
        guard !layers.isEmpty else {
            throw Mistakes(errors: [TemplateError(file: path(tag), message: "the site has no language '\(tag)'; there are \(tags(in: files).joined(separator: ", "))")])
        }
        // English as it is shipped has nothing that must be known, and every start would pay for it.
        lazy var known = phrases(in: files)
        var entries: [String: Saying] = [:], errors: [TemplateError] = []
        for layer in layers {
            let file = LanguageFile(file: place(layer.place), bytes: layer.bytes)
            do throws(TemplateError) {
                for entry in try file.entries() {
                    if let mistake = entry.mistake(known) { errors.append(TemplateError(file: file.file, line: entry.line, message: mistake)) } else { entries[entry.key] = Saying(entry.said) }
                }
            } catch {
                errors.append(error)
            }
        }
        guard errors.isEmpty else { throw Mistakes(errors: errors) }
        return tag == "en" && entries.isEmpty ? nil : Language(tag: tag, entries: entries)
    }

    /// The phrases that a language's files have, as English writes them.
    static func keys(of tag: String, in files: ThemeFiles) throws(TemplateError) -> [String] {
        var keys: Set<String> = []
        for layer in files.layers(of: path(tag)) { keys.formUnion(try LanguageFile(file: layer.place, bytes: layer.bytes).entries().map(\.phrase)) }
        return keys.sorted()
    }

    /// All that pages say: the keys of the complete file, and what the site's own templates add.
    private static func phrases(in files: ThemeFiles) -> Set<String> {
        let complete = (try? keys(of: Self.complete, in: ThemeFiles())) ?? []
        let own = SiteTheme.templateNames.compactMap { name in files.file("templates/\(name).mustache").flatMap { try? TemplateWords(String(decoding: $0, as: UTF8.self), file: name) } }
        return Set(complete).union(own.flatMap(\.phrases))
    }

    private let file: String
    private let bytes: [UInt8]

    private struct Entry {
        /// `{0} services|dative`
        var key: String
        var said: String
        var line: Int
        var phrase: String { key.lastIndex(of: "|").map { String(key[..<$0]) } ?? key }

        func mistake(_ known: Set<String>) -> String? {
            guard known.contains(phrase) else {
                return "no page says '\(phrase)'. " + (nearestWord(to: phrase, among: known).map { "Did you mean '\($0)'?" } ?? "templates/language-de.yaml has all phrases on its left side.")
            }
            if said.isEmpty { return "'\(phrase)' says nothing; take the line away to keep the English words" }
            if said.contains("{{") { return "'\(phrase)': '{{' cannot stand in words" }
            let given = Saying(phrase).holes, used = Saying(said).holes
            if let extra = used.subtracting(given).min() { return "'\(phrase)': '{\(extra)}' stands for nothing there; \(given.isEmpty ? "the phrase has no holes" : "it has \(given.sorted().map { "{\($0)}" }.joined(separator: ", "))")" }
            return given.subtracting(used).min().map { "'\(phrase)': '{\($0)}' is missing, so something would be left unsaid" }
        }
    }

    private func entries() throws(TemplateError) -> [Entry] {
        guard bytes.count <= Self.byteLimit else { throw TemplateError(file: file, message: "the file has \(bytes.count) bytes; at most \(Self.byteLimit) are read") }
        let root: Node?
        do { root = try Parser(yaml: String(decoding: bytes, as: UTF8.self), resolver: .basic).singleRoot() } catch { throw mistake(error) }
        guard let root else { return [] }
        guard let mapping = root.mapping else { throw TemplateError(file: file, line: root.mark?.line, message: "expected lines of the form \"English\": \"what is said instead\"") }
        var out: [Entry] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string, let said = value.scalar?.string else {
                throw TemplateError(file: file, line: key.mark?.line, message: "'\(key.scalar?.string ?? "?")': expected a text on each side")
            }
            out.append(Entry(key: Phrase.normal(name), said: said, line: key.mark?.line ?? 0))
        }
        return out
    }

    private func mistake(_ error: any Error) -> TemplateError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            TemplateError(file: file, line: mark.line, message: "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            TemplateError(file: file, line: context.mark.line, message: "\(duplicates.map { "'\($0)'" }.sorted().joined(separator: ", ")) stands more than once. Keep one.")
        default: TemplateError(file: file, message: "not valid YAML: \(error)")
        }
    }
}
