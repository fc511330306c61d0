import Foundation
import JSON
@testable import Publishers
import Testing

/// A folder of its own that is gone after the test.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.path + "/tidewatch-" + UUID().uuidString
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func text(_ name: String) -> String? { FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) } }
    func inode(_ name: String) -> UInt64? { ((try? FileManager.default.attributesOfItem(atPath: path + "/" + name))?[.systemFileNumber] as? NSNumber)?.uint64Value }
}

/// Knuth's MMIX generator: the same runs every time.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 29
    }
}

@Suite struct SwitchedTreeTests {
    let folder: TemporaryFolder
    let tree: SwitchedTree

    init() throws {
        folder = try TemporaryFolder()
        tree = SwitchedTree(live: folder.path + "/live", shadow: folder.path + "/shadow")
    }

    func publish(_ files: [String: String?]) throws -> PreparedTree {
        let list = files.keys.sorted().map { TreeFile($0, files[$0]?.map { .bytes(Array($0.utf8)) } ?? .unchanged) }
        let prepared = try tree.prepare(list) { manifest in
            JSONValue.object([.init("files", .object(manifest.keys.sorted().map { .init($0, JSONValue(manifest[$0])) }))]).bytes()
        }
        try prepared.exchange()
        return prepared
    }

    @Test func `a tree follows what it is given over many runs`() throws {
        var random = Seeded(state: 7)
        var expected: [String: String] = [:]
        for run in 0..<40 {
            for name in ["index.html", "a/b/c.html", "a/d.html", "e.json", "f/g.svg"] {
                switch Int.random(in: 0..<4, using: &random) {
                case 0: expected[name] = nil
                case 1: expected[name] = String(repeating: "\(run) ", count: Int.random(in: 0..<50, using: &random))
                default: break
                }
            }
            _ = try publish(expected.mapValues { $0 })
            for name in ["index.html", "a/b/c.html", "a/d.html", "e.json", "f/g.svg"] { #expect(folder.text("live/" + name) == expected[name]) }
        }
    }

    @Test func `nothing of the live tree changes before the exchange`() throws {
        _ = try publish(["index.html": "one", "x/y.html": "one"])
        _ = try publish(["index.html": "two", "x/y.html": "one"])
        _ = try tree.prepare([TreeFile("index.html", .bytes(Array("three".utf8)))]) { _ in [] }
        #expect(folder.text("live/index.html") == "two")
        #expect(folder.text("live/x/y.html") == "one")
    }

    @Test func `an unchanged file keeps its inode, also when it was not made anew`() throws {
        _ = try publish(["a.html": "same", "b.html": "1"])
        let inode = folder.inode("live/a.html")
        _ = try publish(["a.html": "same", "b.html": "2"])
        #expect(folder.inode("live/a.html") == inode)
        _ = try publish(["a.html": String?.none, "b.html": "3"])
        #expect(folder.inode("live/a.html") == inode)
        #expect(folder.text("live/a.html") == "same")
        let last = try publish(["a.html": "same", "b.html": "3"])
        #expect(!last.isChanged)
        #expect(last.written == 0)
    }

    @Test func `a run that died half way is healed by the next`() throws {
        _ = try publish(["a.html": "1"])
        _ = try publish(["a.html": "2"])
        // The death left a shadow with a half-written file and no manifest.
        try FileManager.default.removeItem(atPath: folder.path + "/shadow/build.json")
        try Data("torn".utf8).write(to: URL(fileURLWithPath: folder.path + "/shadow/a.html"))
        _ = try publish(["a.html": "3"])
        #expect(folder.text("live/a.html") == "3")
    }

    @Test(arguments: ["../x", "/etc/x", "a/../../x", "a//b", "", "a/./b", "a\0b"]) func `a path that leaves the folder is refused`(_ path: String) throws {
        #expect(throws: PublishError.self) { try tree.prepare([TreeFile(path, .bytes([1]))]) { _ in [] } }
    }

    @Test func `a planted link is never written through`() throws {
        let outside = folder.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: outside + "/file"))
        try FileManager.default.createDirectory(atPath: folder.path + "/shadow", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/shadow/dir", withDestinationPath: outside)
        // A shadow that nobody vouches for is swept, the link with it and not what it points to.
        for text in ["1", "2"] { _ = try publish(["dir/file": text]) }
        #expect(folder.text("outside/file") == "precious" && folder.text("live/dir/file") == "2")

        try FileManager.default.removeItem(atPath: folder.path + "/shadow/dir")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/shadow/dir", withDestinationPath: outside)
        let error = #expect(throws: PublishError.self) { try tree.prepare([TreeFile("dir/file", .bytes([1]))]) { _ in [] } }
        #expect(error?.kind == .link)
        #expect(folder.text("outside/file") == "precious")
    }

    @Test func `a link where the shadows lie is never written through`() throws {
        let outside = folder.path + "/outside"
        try FileManager.default.createDirectory(atPath: outside + "/one", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/shadows", withDestinationPath: outside)
        let tree = SwitchedTree(live: folder.path + "/live", shadow: folder.path + "/shadows/one")
        let error = #expect(throws: PublishError.self) { try tree.prepare([TreeFile("index.html", .bytes([1]))]) { _ in [] } }
        #expect(error?.kind == .link && error?.path == folder.path + "/shadows")
        #expect(throws: PublishError.self) { try tree.rollBack() }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside + "/one").isEmpty)
        // Above that, a link is the operator's own.
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/state", withDestinationPath: outside)
        _ = try SwitchedTree(live: folder.path + "/live", shadow: folder.path + "/state/shadow/one").prepare([TreeFile("index.html", .bytes([1]))]) { _ in [] }
        #expect(folder.text("outside/shadow/one/index.html") != nil)
    }

    @Test func `a folder that cannot be written says so with a remedy`() throws {
        let error = PublishError(errno: ENOSPC, path: "/srv/www/acme/index.html", action: "write")
        #expect(error.description == "cannot write /srv/www/acme/index.html: No space left on device. Free some space or move the folder, then run again.")
    }
}
