@testable import Site
import Testing

/// Reads every page as a strict browser would: tags balance, ids are unique, links lead somewhere, nothing foreign became markup.
struct WholeSiteTests {
    static let hostile = #"</title></script><img src=x onerror=alert(1)>"' {{tenant}} <b>é‮"#

    @Test(arguments: ["", hostile])
    func `every page is well formed, every link leads to a page or a place on it`(suffix: String) throws {
        let faults = SiteCheck.faults(in: try SyntheticTenant.pages(suffix: suffix))
        #expect(faults.isEmpty, "\(faults.prefix(5).joined(separator: "\n"))")
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
}
