/// Walks one tree and writes the page's HTML, its plain words, its links and its problems. One use, one page.
struct Renderer {
    let source: SourceText
    let linesBefore: Int
    let outline: Outline
    let options: MarkdownOptions

    var html: HTMLBuffer
    var text = PlainText()
    var links: [MarkdownLink] = []
    var icons: Set<String> = []
    var problems: [MarkdownProblem] = []
    /// Where the same words were found last, so that the second mistake of a line gets its own column.
    var found: [String: Int] = [:]
    /// Bytes that may still be looked through for places: ten thousand links to one definition must not search the file each.
    private var searchBudget = 16 * MarkdownLimits.inputBytes

    /// The source level of the steps that are open.
    var openSteps: Int?
    var footnotes = 0
    var footnoteReferences: [String: Int] = [:]
    /// What a table is called for a screen reader: the heading above it.
    var section = "Table"
    var tablesInSection = 0

    private let ids: Set<String>

    init(source: SourceText, linesBefore: Int, outline: Outline, options: MarkdownOptions, outputLimit: Int = MarkdownLimits.outputBytes) {
        self.source = source
        self.linesBefore = linesBefore
        self.outline = outline
        self.options = options
        html = HTMLBuffer(limit: outputLimit)
        ids = Set(outline.contents.map(\.id))
    }

    mutating func rendered(_ root: SyntaxNode) throws(MarkdownError) -> RenderedMarkdown {
        let title = outline.title.map { shown($0.plainText, at: $0) }
        for block in root.children where block.pointer != outline.title?.pointer { try self.block(block, isTight: false) }
        closeSteps()
        if footnotes > 0 { html.raw("</ol></section>\n") }
        return RenderedMarkdown(
            title: title, summary: text.firstParagraph, html: String(decoding: html.bytes, as: UTF8.self), text: text.finished,
            contents: outline.contents.map { ContentsEntry(id: $0.id, level: $0.level, text: quietlyShown($0.text)) },
            links: links, icons: icons.sorted(), problems: problems.sorted())
    }

    func hasHeading(_ id: String) -> Bool { ids.contains(id) }
}

extension Renderer {
    /// Ends the page where its limit is passed: everything goes on from here, so no loop outlives it.
    func checkRoom(at node: SyntaxNode) throws(MarkdownError) {
        if html.isFull { throw .outputTooLong(line: max(1, node.line) + linesBefore) }
    }

    mutating func report(_ grade: MarkdownProblem.Grade = .error, at place: Place, _ message: String) {
        problems.append(MarkdownProblem(grade: grade, line: place.line, column: place.column, message: message))
    }

    func place(of node: SyntaxNode) -> Place { Place(line: max(1, node.line) + linesBefore, column: max(1, node.column)) }

    /// Where some words of a node stand in the file; the node's own place where they cannot be found as written.
    mutating func place(of words: String, near node: SyntaxNode) -> Place {
        let place = place(of: node)
        guard place.line <= source.lines.count, !words.isEmpty else { return place }
        let start = max(source.lines[place.line - 1].lowerBound, found[words].map { $0 + 1 } ?? 0)
        let end = min(source.bytes.count, start + searchBudget)
        let offset = source.offset(of: words.utf8, in: start..<max(start, end))
        searchBudget -= (offset ?? max(start, end)) - start
        guard let offset else { return place }
        found[words] = offset
        return source.place(of: offset)
    }
}

/// The words of a page, for the search and for summaries.
struct PlainText {
    private var bytes: [UInt8] = []
    private(set) var firstParagraph = ""
    private var paragraphStart = 0

    mutating func add(_ words: some Sequence<UInt8>) { bytes.append(contentsOf: words) }
    mutating func space() { bytes.append(UInt8(ascii: " ")) }

    mutating func beginParagraph() { paragraphStart = bytes.count }

    mutating func endParagraph() {
        if firstParagraph.isEmpty { firstParagraph = String(decoding: bytes[min(paragraphStart, bytes.count)...], as: UTF8.self) }
        endBlock()
    }

    mutating func endBlock() {
        if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    }

    var finished: String { String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self) }
}
