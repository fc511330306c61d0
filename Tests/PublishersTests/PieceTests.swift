import Foundation
import JSON
@testable import Publishers
import Telemetry
import Testing

/// Files of a tree that are written piece by piece, because nobody holds them whole.
@Suite struct PieceTests {
    private let folder: TemporaryFolder
    private let tree: SwitchedTree

    init() throws {
        folder = try TemporaryFolder()
        tree = SwitchedTree(live: folder.path + "/live", shadow: folder.path + "/shadow")
    }

    private static let large = Array((0..<40_000).map { "tenant-\($0) \($0 % 7)\n" }.joined().utf8)

    private static func manifest(_ files: Manifest, _ out: inout JSONDocumentWriter) throws {
        try out.add("now", "2026-11-20T10:05:00Z")
        try out.add("files", .object(files.keys.sorted().map { .init($0, JSONValue(files[$0])) }))
    }

    @discardableResult
    private func publish(_ bytes: [UInt8], piece: Int, compressing encodings: [Encoding] = [], more: [String: String] = [:]) throws -> PreparedTree {
        let writer = try tree.writer(compressing: encodings)
        try writer.add("a/all.txt") { sink in for start in stride(from: 0, to: bytes.count, by: piece) { try sink(Array(bytes[start..<min(bytes.count, start + piece)])) } }
        for (path, text) in more.sorted(by: { $0.key < $1.key }) { try writer.add(path, Array(text.utf8)) }
        let prepared = try writer.finishInPieces(Self.manifest)
        #expect(writer.manifestDigest == digest(ofFile: folder.path + "/shadow/build.json"))
        try prepared.exchange()
        return prepared
    }

    @Test func `they are what whole ones are, and stay where they are while they say the same`() throws {
        try publish(Self.large, piece: 10_000, compressing: Encoding.allCases)
        let digest = tree.liveManifest()["a/all.txt"], inode = folder.inode("live/a/all.txt"), manifest = folder.inode("live/build.json")
        #expect(digest == SwitchedTree.digest(Self.large) && folder.text("live/a/all.txt") == String(decoding: Self.large, as: UTF8.self))
        for encoding in Encoding.allCases {
            #expect(FileManager.default.contents(atPath: folder.path + "/live/a/all.txt" + encoding.suffix).map { [UInt8]($0) } == encoding.compressed(Self.large), "\(encoding)")
        }
        // However it was cut.
        for piece in [1_000, Self.large.count] {
            let again = try publish(Self.large, piece: piece, compressing: Encoding.allCases)
            #expect(!again.isChanged && again.written == 0 && folder.inode("live/a/all.txt") == inode && folder.inode("live/build.json") == manifest)
        }
        let other = try publish(Self.large + [0x0A], piece: 10_000, compressing: Encoding.allCases)
        #expect(other.isChanged && other.written == 3 && folder.inode("live/a/all.txt") != inode && tree.liveManifest()["a/all.txt"] == SwitchedTree.digest(Self.large + [0x0A]))
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".part") } == [])
    }

    @Test func `a small one has no compressed form, as a small whole one has none`() throws {
        try publish(Array("short\n".utf8), piece: 100, compressing: Encoding.allCases)
        #expect(tree.liveManifest().keys.sorted() == ["a/all.txt"])
        try publish(Self.large, piece: 100_000, compressing: Encoding.allCases)
        try publish(Array("short\n".utf8), piece: 100, compressing: Encoding.allCases)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/live").sorted() == ["a", "a/all.txt", "build.json"])
    }

    @Test func `half of one that a run left is gone after the next`() throws {
        try publish(Self.large, piece: 10_000)
        struct Died: Error {}
        #expect(throws: Died.self) { try tree.writer().add("a/all.txt") { sink in try sink([1]); throw Died() } }
        #expect(folder.text("shadow/a/all.txt.part") == "\u{1}")
        try publish(Self.large, piece: 10_000)
        try publish(Self.large, piece: 10_000)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".part") } == [])
    }

    @Test func `assets that older pages link to are carried over beside a manifest in pieces`() throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-20T10:05:00Z"))
        for text in ["assets/x.11112222.css", "assets/x.33334444.css"] {
            let writer = try tree.writer(at: now)
            try writer.add(text, [1])
            try writer.finishInPieces(Self.manifest).exchange()
        }
        let said = try JSONValue(parsing: Array((folder.text("live/build.json") ?? "").utf8))
        #expect(said["carried"] == ["assets/x.11112222.css": "2026-11-20T10:05:00Z"] && said["files"]?.members.count == 2 && said["now"]?.string != nil)
    }

    @Test func `a tree is the live one as long as its manifest is and every file is there`() throws {
        try publish(Self.large, piece: 10_000, more: ["b.html": "b"])
        let live = try #require(digest(ofFile: folder.path + "/live/build.json"))
        #expect(tree.isLive(live) && !tree.isLive("") && !SwitchedTree(live: folder.path + "/gone", shadow: folder.path + "/shadow").isLive(live))
        try FileManager.default.removeItem(atPath: folder.path + "/live/b.html")
        #expect(!tree.isLive(live))
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/live/b.html", withDestinationPath: folder.path + "/live/a/all.txt")
        #expect(!tree.isLive(live))
    }
}

private func digest(ofFile path: String) -> String? { FileManager.default.contents(atPath: path).map { SwitchedTree.digest([UInt8]($0)) } }
