/// A finished text: HTML for the page, words for the search, and what was found wrong.
package struct RenderedMarkdown: Hashable, Sendable {
    /// The text of a level-1 heading that opens the body; it is left out of `html`, because the page has its own `h1`.
    package var title: String?
    /// The first paragraph without markup.
    package var summary: String
    package var html: String
    /// All words in reading order, blocks apart by a line feed.
    package var text: String
    package var contents: [ContentsEntry]
    package var links: [MarkdownLink]
    /// Symbols of the page's sprite that `html` uses, without `i-`, sorted.
    package var icons: [String]
    /// In the order of the file.
    package var problems: [MarkdownProblem]

    package var errors: [MarkdownProblem] { problems.filter { $0.grade == .error } }
    package var warnings: [MarkdownProblem] { problems.filter { $0.grade == .warning } }
}

/// One heading of a text.
package struct ContentsEntry: Hashable, Sendable {
    package var id: String
    /// As rendered.
    package var level: Int
    package var text: String
}

/// A link or image that was kept, as written and as it leads now.
package struct MarkdownLink: Hashable, Sendable {
    package var target: String
    package var href: String
    package var isImage: Bool
    package var line: Int
    package var column: Int
}

/// Something in the text that its author should mend; the file's name is known to the caller.
package struct MarkdownProblem: Hashable, Sendable, Comparable {
    /// An error leaves the page wrong; a warning only left something out.
    package enum Grade: Hashable, Sendable { case error, warning }

    package var grade: Grade
    package var line: Int
    package var column: Int
    package var message: String

    package static func < (a: MarkdownProblem, b: MarkdownProblem) -> Bool {
        (a.line, a.column, a.message) < (b.line, b.column, b.message)
    }
}
