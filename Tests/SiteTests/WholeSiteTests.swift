@testable import Site
import Testing

/// Reads every page as a strict browser would: tags balance, ids are unique, links lead somewhere, nothing foreign became markup.
struct WholeSiteTests {
    static let hostile = #"</title></script><img src=x onerror=alert(1)>"' {{tenant}} <b>é‮"#

    @Test(arguments: ["", hostile])
    func `every page is well formed, every link leads to a page or a place on it`(suffix: String) throws {
        let pages = try SyntheticTenant.pages(suffix: suffix)
        var html: [String: PageText] = [:]
        for page in pages where page.path.hasSuffix(".html") { html[page.path] = PageText(String(decoding: page.bytes, as: UTF8.self)) }
        let files = Set(pages.map(\.path))
        for (path, page) in html.sorted(by: { $0.key < $1.key }) {
            #expect(page.problems.isEmpty, "\(path): \(page.problems.prefix(3))")
            #expect(page.headings.first == 1 && page.headings.count { $0 == 1 } == 1, "\(path): one h1, first")
            #expect(zip(page.headings, page.headings.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "\(path): no heading level is skipped: \(page.headings)")
            #expect(Set(page.ids).count == page.ids.count, "\(path): ids are unique")
            #expect(page.symbolsUsed.isSubset(of: Set(page.ids)), "\(path): every icon is in the sprite: \(page.symbolsUsed.subtracting(page.ids))")
            for link in page.links {
                let (target, fragment) = resolve(link, from: path)
                #expect(files.contains(target), "\(path) links to \(link)")
                if let fragment, let other = html[target] { #expect(other.ids.contains(fragment), "\(path) links to \(link)") }
            }
        }
    }

    @Test func `nothing foreign becomes markup, and no page has an inline style or script`() throws {
        for page in try SyntheticTenant.pages(suffix: Self.hostile) where page.path.hasSuffix(".html") || page.path.hasSuffix(".svg") || page.path.hasSuffix(".xml") {
            let text = String(decoding: page.bytes, as: UTF8.self)
            #expect(!text.contains("<img"), "\(page.path)")
            #expect(!text.contains("<script>"), "\(page.path)")
            #expect(!text.contains(" style="), "\(page.path)")
            #expect(!text.contains("onerror=alert(1)>"), "\(page.path)")
            #expect(text.contains("Content-Security-Policy") || !page.path.hasSuffix(".html"), "\(page.path)")
        }
    }

    @Test func `a tenant's folder names neither the fleet nor an address outside`() throws {
        for page in try SyntheticTenant.pages() where page.path.hasSuffix(".html") {
            let text = String(decoding: page.bytes, as: UTF8.self)
            #expect(!text.contains("fleet"), "\(page.path)")
            #expect(!text.contains("href=\"http") && !text.contains("src=\"http"), "\(page.path)")
        }
    }

    @Test func `every table has a caption and every picture a label or none to read`() throws {
        for page in try SyntheticTenant.pages() where page.path.hasSuffix(".html") {
            let text = String(decoding: page.bytes, as: UTF8.self)
            #expect(count("<table", text) == count("<caption", text), "\(page.path)")
            for svg in text.split(separator: "<svg ").dropFirst() {
                let tag = svg.prefix { $0 != ">" }
                let isInner = tag.contains("viewBox=\"0 0 1000") || tag.contains("overflow=\"visible\"")
                #expect(isInner || tag.contains("aria-hidden=\"true\"") || tag.contains("aria-label="), "\(page.path): \(tag)")
            }
        }
    }

    private func count(_ needle: String, _ text: String) -> Int { text.split(separator: needle, omittingEmptySubsequences: false).count - 1 }

    private func resolve(_ link: String, from path: String) -> (String, String?) {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let target = parts.first, !target.isEmpty else { return (path, parts.last) }
        var folder = path.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") { if part == ".." { _ = folder.popLast() } else { folder.append(String(part)) } }
        return (folder.joined(separator: "/"), parts.count > 1 ? parts[1] : nil)
    }
}

/// A page taken apart, just far enough to check it.
private struct PageText {
    var problems: [String] = []
    var ids: [String] = []
    var links: [String] = []
    var headings: [Int] = []
    var symbolsUsed: Set<String> = []
    private static let void: Set<String> = ["meta", "link", "input", "br", "rect", "line", "path", "circle", "use"]

    init(_ text: String) {
        var open: [String] = [], rest = Substring(text)
        while let start = rest.firstIndex(of: "<") {
            let tail = rest[rest.index(after: start)...]
            guard let end = tail.firstIndex(of: ">") else { problems.append("a tag is not closed"); return }
            let tag = tail[..<end]
            rest = tail[tail.index(after: end)...]
            if tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                let name = String(tag.dropFirst())
                if open.popLast() != name { problems.append("</\(name)> closes nothing"); return }
                continue
            }
            let name = String(tag.prefix { !$0.isWhitespace && $0 != "/" })
            read(name, attributes(tag.dropFirst(name.count)))
            if !tag.hasSuffix("/"), !Self.void.contains(name) { open.append(name) }
        }
        if !open.isEmpty { problems.append("never closed: \(open)") }
    }

    private mutating func read(_ name: String, _ attributes: [String: String]) {
        if name.count == 2, name.hasPrefix("h"), let level = Int(name.dropFirst()) { headings.append(level) }
        if let id = attributes["id"] { ids.append(id) }
        if let href = attributes["href"] { if name == "use" { symbolsUsed.insert(String(href.dropFirst())) } else { links.append(href) } }
        if let src = attributes["src"] { links.append(src) }
        if attributes["aria-labelledby"].map({ $0.isEmpty }) ?? false { problems.append("an empty aria-labelledby") }
    }

    private mutating func attributes(_ text: Substring) -> [String: String] {
        var found: [String: String] = [:], rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
            let value = rest[rest.index(after: equals)...]
            guard value.first == "\"" else { problems.append("\(name) is not quoted"); return found }
            guard let close = value.dropFirst().firstIndex(of: "\"") else { problems.append("the quote of \(name) is not closed"); return found }
            if found.updateValue(String(value[value.index(after: value.startIndex)..<close]), forKey: name) != nil { problems.append("\(name) is given twice") }
            rest = value[value.index(after: close)...]
        }
        return found
    }
}
