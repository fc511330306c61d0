/// The YAML between two `---` lines at the top of a file, as text: reading it is the caller's business.
package struct FrontMatter: Hashable, Sendable {
    package var yaml: String
    /// Line of the file on which the YAML starts, 1-based, for messages about it.
    package var yamlLine: Int
    /// Line of the file on which the body starts, 1-based.
    package var bodyLine: Int
}

extension FrontMatter {
    /// `nil` where the file does not start with a line `---` that is followed by text; a lone `---` is a rule across the page.
    init?(startOf source: SourceText) throws(MarkdownError) {
        let lines = source.lines
        guard lines.count > 1, source.trimmed(0).elementsEqual("---".utf8), !source.trimmed(1).isEmpty else { return nil }
        let end = lines.indices.dropFirst().first {
            source.trimmed($0).elementsEqual("---".utf8) || source.trimmed($0).elementsEqual("...".utf8)
        }
        guard let end else { throw .frontMatterNotClosed }
        yaml = String(decoding: source.bytes[lines[1].lowerBound..<lines[end].lowerBound], as: UTF8.self)
        yamlLine = 2
        bodyLine = end + 2
    }
}
