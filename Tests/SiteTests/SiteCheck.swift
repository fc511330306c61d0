@testable import Site

/// Every page of a folder against every other: well formed, one h1, unique ids, all links lead somewhere.
enum SiteCheck {
    /// - Parameter isDocument: pages whose text a stranger wrote: where their links lead is that text's own matter.
    static func faults(in pages: [SitePage], isDocument: (String) -> Bool = { _ in false }) -> [String] {
        var html: [String: PageText] = [:], faults: [String] = []
        for page in pages where page.path.hasSuffix(".html") { html[page.path] = PageText(String(decoding: page.bytes, as: UTF8.self)) }
        let files = Set(pages.map(\.path)), ids = html.mapValues { Set($0.ids) }
        for (path, page) in html.sorted(by: { $0.key < $1.key }) {
            faults += page.problems.prefix(3).map { "\(path): \($0)" }
            if page.headings.first != 1 || page.headings.count(where: { $0 == 1 }) != 1 { faults.append("\(path): not one h1, first") }
            if !zip(page.headings, page.headings.dropFirst()).allSatisfy({ $1 <= $0 + 1 }) { faults.append("\(path): a heading level is skipped: \(page.headings)") }
            let own = ids[path] ?? []
            if own.count != page.ids.count { faults.append("\(path): an id is given twice") }
            if !page.symbolsUsed.isSubset(of: own) { faults.append("\(path): icons that are not in the sprite: \(page.symbolsUsed.subtracting(own))") }
            for link in page.links where !isOutside(link) && !isDocument(path) {
                let (target, fragment) = resolve(link, from: path)
                if !files.contains(target) { faults.append("\(path) links to \(link)") }
                else if let fragment, let there = ids[target], !there.contains(fragment) { faults.append("\(path) links to \(link)") }
            }
        }
        return faults
    }

    /// A link of a document to the web.
    private static func isOutside(_ link: String) -> Bool { ["https://", "http://", "mailto:"].contains { link.hasPrefix($0) } }

    private static func resolve(_ link: String, from path: String) -> (String, String?) {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let target = parts.first, !target.isEmpty else { return (path, parts.last) }
        var folder = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") { if part == ".." { _ = folder.popLast() } else { folder.append(String(part)) } }
        return (folder.joined(separator: "/"), parts.count > 1 ? parts[1] : nil)
    }
}

/// A page taken apart, just far enough to check it.
struct PageText {
    var problems: [String] = []
    var ids: [String] = []
    var links: [String] = []
    var headings: [Int] = []
    var symbolsUsed: Set<String> = []
    var elements: Set<String> = []
    var attributes: Set<String> = []
    private static let void: Set<String> = ["meta", "link", "input", "br", "hr", "img", "wbr", "rect", "line", "path", "circle", "use"]

    init(_ text: String) {
        // By code points, as browsers read: a mark after `>` does not make another character of it.
        var open: [String] = [], rest = text.unicodeScalars[...]
        while let start = rest.firstIndex(of: "<") {
            let tail = rest[rest.index(after: start)...]
            guard let end = tail.firstIndex(of: ">") else { problems.append("a tag is not closed"); return }
            let tag = tail[..<end]
            rest = tail[tail.index(after: end)...]
            if tag.first == "!" || tag.first == "?" { continue }
            if tag.first == "/" {
                let name = String(tag.dropFirst())
                if open.popLast() != name { problems.append("</\(name)> closes nothing"); return }
                continue
            }
            let name = String(tag.prefix { !$0.properties.isWhitespace && $0 != "/" })
            read(name, attributes(tag.dropFirst(name.unicodeScalars.count)))
            if tag.last != "/", !Self.void.contains(name) { open.append(name) }
        }
        if !open.isEmpty { problems.append("never closed: \(open)") }
    }

    private mutating func read(_ name: String, _ attributes: [String: String]) {
        elements.insert(name.lowercased())
        self.attributes.formUnion(attributes.keys.map { $0.lowercased() })
        if name.count == 2, name.hasPrefix("h"), let level = Int(name.dropFirst()) { headings.append(level) }
        if let id = attributes["id"] { ids.append(id) }
        if let href = attributes["href"] { if name == "use" { symbolsUsed.insert(String(href.dropFirst())) } else { links.append(href) } }
        if let src = attributes["src"] { links.append(src) }
        if attributes["aria-labelledby"].map({ $0.isEmpty }) ?? false { problems.append("an empty aria-labelledby") }
    }

    private mutating func attributes(_ text: Substring.UnicodeScalarView) -> [String: String] {
        var found: [String: String] = [:], rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].split(whereSeparator: \.properties.isWhitespace).last.map { String($0) } ?? ""
            let value = rest[rest.index(after: equals)...]
            guard value.first == "\"" else { problems.append("\(name) is not quoted"); return found }
            guard let close = value.dropFirst().firstIndex(of: "\"") else { problems.append("the quote of \(name) is not closed"); return found }
            if found.updateValue(String(value[value.index(after: value.startIndex)..<close]), forKey: name) != nil { problems.append("\(name) is given twice") }
            rest = value[value.index(after: close)...]
        }
        return found
    }
}
