import Foundation
import Testing
import Theme

@Suite struct BuiltInFilesTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func tree() -> [String] {
        ["content", "site", "templates"].flatMap { part -> [String] in
            let folder = root.appending(path: part)
            return (FileManager.default.subpaths(atPath: folder.path) ?? []).filter { name in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: folder.appending(path: name).path, isDirectory: &isFolder) && !isFolder.boolValue
                    && !name.split(separator: "/").contains { $0.hasPrefix(".") }
            }.map { "\(part)/\($0)" }
        }.sorted()
    }

    @Test func `every file of the theme is in the executable, and no other`() {
        let embedded = Set(ThemeFiles().paths(under: "")), found = Set(tree())
        #expect(found.contains("site/tidewatch.css"))
        #expect(found.subtracting(embedded).sorted() == [], "not listed yet: run scripts/list-theme")
        #expect(embedded.subtracting(found).sorted() == [], "listed but gone: run scripts/list-theme")
    }

    @Test func `the embedded bytes are those of the files`() throws {
        for path in tree() {
            let bytes = try [UInt8](Data(contentsOf: root.appending(path: path)))
            #expect(ThemeFiles().file(path) == bytes, "\(path): run scripts/list-theme and build again")
        }
    }

    @Test(arguments: [("site/tidewatch.css", 20_000), ("site/tidewatch.js", 6000)])
    func `the sheet and the script stay small`(path: String, limit: Int) throws {
        let bytes = try #require(ThemeFiles().file(path))
        #expect(!bytes.isEmpty && bytes.count <= limit)
    }
}
