@testable import Dashboard
import Foundation
import Testing

@Suite struct TenantBundleTests {
    private let directory = FileManager.default.temporaryDirectory.appendingPathComponent("bundle-\(UUID().uuidString)").path

    private func put(_ path: String, _ text: String) throws {
        let url = URL(fileURLWithPath: directory + "/" + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    @Test func `the archive holds the tenant's own files and not their compressed twins`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for path in ["index.html", "index.html.gz", "index.html.br", "assets/site.css", "data/points.csv.gz"] { try put("public/acme/\(path)", path) }
        try put("public/globex/index.html", "another's")
        let bundle = try TenantBundle("acme", directory: directory)
        #expect(bundle.paths == ["assets/site.css", "data/points.csv.gz", "index.html"])
        final class Collected { var bytes: [UInt8] = [] }
        let out = Collected()
        try bundle.write { out.bytes += $0 }
        #expect(out.bytes.starts(with: Array("PK".utf8)))
        #expect(Data(out.bytes).range(of: Data("acme/assets/site.css".utf8)) != nil)
        #expect(Data(out.bytes).range(of: Data("globex".utf8)) == nil)
    }

    @Test func `a link to another's page is not followed`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try put("public/acme/index.html", "own")
        try put("public/globex/secret.html", "another's")
        try FileManager.default.createSymbolicLink(atPath: directory + "/public/acme/stolen.html", withDestinationPath: "../globex/secret.html")
        let bundle = try TenantBundle("acme", directory: directory)
        #expect(throws: TenantBundle.Failed.self) { try bundle.write { _ in } }
    }

    @Test(arguments: ["../acme", "fleet", "Acme", ""])
    func `what can be no tenant's id is refused`(_ id: String) {
        #expect(throws: ConfigurationError.self) { try TenantBundle(id, directory: directory) }
    }

    @Test func `a tenant without pages is told how to make them`() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let missing = #expect(throws: TenantBundle.Failed.self) { try TenantBundle("acme", directory: directory) }
        #expect(missing?.description.hasSuffix("tidewatch render --tenant acme") == true)
        try put("public/acme/other.html", "no overview")
        let empty = #expect(throws: TenantBundle.Failed.self) { try TenantBundle("acme", directory: directory) }
        #expect(empty?.description.contains("holds no index.html") == true)
    }
}
