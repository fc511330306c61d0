import Foundation
@testable import Publishers
import Testing

/// Archives as Python's zipfile reads them back.
@Suite struct ZipArchiveTests {
    private final class Collected { var bytes: [UInt8] = [] }

    private func archive(_ files: [(String, [UInt8])]) throws -> [UInt8] {
        let out = Collected()
        var archive = ZipArchive { out.bytes += $0 }
        for (path, bytes) in files { try archive.add(path, bytes) }
        try archive.finish()
        return out.bytes
    }

    private func python(_ script: String, _ archive: [UInt8]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("zip-\(UUID().uuidString).zip").path
        try Data(archive).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, path]
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `every file comes back as it was, under its name`() throws {
        let long = Array(String(repeating: "queue depth ", count: 10_000).utf8), noise = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 / 7) }
        let bytes = try archive([("acme/index.html", long), ("acme/grün/日本.html", Array("hi".utf8)), ("acme/empty", []), ("acme/noise.bin", noise)])
        let said = try python("""
            import sys, zipfile, zlib
            z = zipfile.ZipFile(sys.argv[1])
            print(z.testzip(), [(i.filename, i.file_size, zlib.crc32(z.read(i)), i.external_attr >> 16 & 0o777) for i in z.infolist()])
            """, bytes)
        let expected = try python("""
            import zlib
            long = b"queue depth " * 10000
            noise = bytes((n * 167 + n // 7) % 256 for n in range(300))
            print(None, [("acme/index.html", 120000, zlib.crc32(long), 0o644), ("acme/grün/日本.html", 2, zlib.crc32(b"hi"), 0o644),
                         ("acme/empty", 0, 0, 0o644), ("acme/noise.bin", 300, zlib.crc32(noise), 0o644)])
            """, bytes)
        #expect(said == expected)
        #expect(said.hasPrefix("None [("))
        #expect(bytes.count < long.count / 20)
    }

    @Test func `the same files give the same bytes`() throws {
        let files = [("a/index.html", Array("x".utf8))]
        #expect(try archive(files) == archive(files))
    }

    @Test(arguments: ["", "/etc/passwd", "../up", "a//b", "a/./b"])
    func `a path that would leave the folder is refused`(_ path: String) {
        #expect(throws: ZipArchive.Refusal.unsafePath(path)) { try archive([(path, [1])]) }
    }
}
