/// Which heading becomes what: its level under the page's own heading, its id, and whether it is a step.
struct Outline {
    struct Heading {
        var id: String
        var level: Int
        var step: Step?
    }

    /// A numbered heading. The first of its run opens the list; the source level says which later heading ends it.
    struct Step {
        var number: Int
        var isFirst: Bool
        /// The steps stand directly under the page's heading, so a hidden heading goes between.
        var needsSection: Bool
    }

    /// The opening `# Title`, which is not part of the body.
    private(set) var title: SyntaxNode?
    private(set) var headings: [OpaquePointer: Heading] = [:]
    private(set) var contents: [ContentsEntry] = []

    init(of root: SyntaxNode, options: MarkdownOptions) {
        if let first = root.firstChild, first.kind == .heading, first.headingLevel == 1 { title = first }
        var names = HeadingNames(reserved: options.reservedIDs)
        var above: [(source: Int, level: Int)] = []
        var run: (source: Int, number: Int)?
        root.forEachDescendant { node, depth in
            guard node.kind == .heading, node.pointer != title?.pointer else { return true }
            let source = node.headingLevel
            above.removeLast(above.reversed().prefix { $0.source >= source }.count)
            let outer = above.last?.level ?? options.outerHeadingLevel
            let text = node.plainText
            var step: Step?
            if depth == 1, let begun = run, source < begun.source { run = nil }
            if options.numberedHeadingsAreSteps, depth == 1, let number = Self.stepNumber(of: text) {
                let isFirst = run?.source != source
                if !isFirst || number == 1 {
                    if run == nil || !isFirst {
                        run = (source, number)
                        step = Step(number: number, isFirst: isFirst, needsSection: outer == options.outerHeadingLevel)
                    }
                }
            } else if depth == 1, run?.source == source { run = nil }
            let level = min(6, outer + (step?.needsSection == true ? 2 : 1))
            above.append((source, level))
            let id = names.id(for: text)
            headings[node.pointer] = Heading(id: id, level: level, step: step)
            contents.append(ContentsEntry(id: id, level: level, text: text))
            return true
        }
    }

    /// The number of `12. Title`.
    static func stepNumber(of text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 3, text.dropFirst(digits.count).hasPrefix(". ") else { return nil }
        return Int(digits)
    }
}

/// Ids for headings as GitHub makes them, each once on the page.
struct HeadingNames {
    private var taken: Set<String>
    /// The last number given to a slug, so that ten thousand equal headings are no search.
    private var counts: [String: Int] = [:]

    init(reserved: Set<String>) { taken = reserved }

    mutating func id(for text: String) -> String {
        let slug = Self.slug(of: text)
        // Symbols of the sprite and footnotes have ids too.
        let isForeign = ["i-", "fn-", "fnref-"].contains { slug.hasPrefix($0) }
        var count = counts[slug] ?? (isForeign ? 1 : 0)
        var id = count == 0 ? slug : "\(slug)-\(count)"
        while !taken.insert(id).inserted {
            count += 1
            id = "\(slug)-\(count)"
        }
        counts[slug] = count
        return id
    }

    private static func slug(of text: String) -> String {
        var slug = String.UnicodeScalarView()
        for scalar in text.lowercased().unicodeScalars {
            let isPlain = scalar.isASCII && (("a"..."z").contains(scalar) || ("0"..."9").contains(scalar))
            if isPlain || !scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) || scalar == "-" || scalar == "_" {
                slug.append(scalar)
            } else if scalar == " " {
                slug.append("-")
            }
        }
        return slug.isEmpty ? "section" : String(slug)
    }
}
