import Foundation
@testable import Site
import Testing

/// A site made of attacks: nothing leaves its element, nothing leads nowhere, nothing outgrows its page.
@Suite struct HostileSiteTests {
    @Test func `every page is well formed, its ids are its own and its links lead somewhere`() throws {
        if !HostileTenant.isComplete { print("!! NOT TESTED: the attack lists of ../shared/data/hostile are not here; only our own \(HostileTenant.own.count) strings are used") }
        let pages = try HostileTenant.pages.get(), faults = SiteCheck.faults(in: pages) { $0.hasPrefix("runbooks/hostile-") }
        #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(5).joined(separator: "\n"))")
        #expect(Set(pages.map(\.path)).count == pages.count)
        try Self.publish(pages)
    }

    @Test func `no name becomes an element, an attribute or a style`() throws {
        for page in try HostileTenant.pages.get() where !page.path.hasPrefix("assets/") && [".html", ".svg", ".xml"].contains(where: page.path.hasSuffix) {
            let text = PageText(String(decoding: page.bytes, as: UTF8.self))
            let foreign = text.elements.subtracting(Self.elements)
            #expect(foreign.isEmpty, "\(page.path): \(foreign.sorted())")
            let handlers = text.attributes.filter { $0.hasPrefix("on") || $0 == "style" || $0 == "srcdoc" || $0 == "formaction" }
            #expect(handlers.isEmpty, "\(page.path): \(handlers.sorted())")
            let schemes = text.links.compactMap(Self.scheme).filter { !["https", "http", "mailto"].contains($0) }
            #expect(schemes.isEmpty, "\(page.path): \(schemes.prefix(3))")
        }
    }

    @Test func `five hundred queues in one service and names of ten kilobytes keep each page small`() throws {
        for page in try HostileTenant.pages.get() where page.path.hasSuffix(".html") && !page.path.hasPrefix("runbooks/") {
            #expect(page.bytes.count <= 400_000, "\(page.path): \(page.bytes.count) bytes")
        }
        let pages = try HostileTenant.pages.get().map(\.path)
        #expect(pages.contains("services/swamp/resources/5/index.html") && !pages.contains("services/swamp/resources/6/index.html"))
        #expect(pages.count { $0.hasPrefix("services/swamp/resources/queue-") } == HostileTenant.queues)
    }

    /// As a browser finds it: a letter, then letters, digits, `+`, `-` and `.` up to the colon.
    private static func scheme(_ link: String) -> String? {
        guard let colon = link.firstIndex(of: ":"), link.first?.isLetter == true else { return nil }
        let scheme = link[..<colon]
        return scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) } ? scheme.lowercased() : nil
    }

    /// All that our templates, charts and Markdown make.
    private static let elements: Set<String> = Set("""
        html head meta title link script body a svg symbol path rect circle line text use g defs pattern header nav ol ul li p main footer section div span h1 h2 h3 h4 h5 h6 small strong em b i time table caption thead \
        tbody tfoot tr th td details summary figure figcaption dl dt dd code pre kbd samp aside input label output blockquote hr br del sup img var feed id updated author name entry published summary tspan urlset url loc
        """.split(separator: " ").map(String.init))

    /// For the browser: `TIDEWATCH_HOSTILE_SITE=FOLDER swift test --filter HostileSiteTests`.
    private static func publish(_ pages: [SitePage]) throws {
        guard let folder = ProcessInfo.processInfo.environment["TIDEWATCH_HOSTILE_SITE"] else { return }
        for page in pages {
            let file = URL(fileURLWithPath: folder).appendingPathComponent("hostile").appendingPathComponent(page.path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(page.bytes).write(to: file)
        }
    }
}
