import Curl
import Foundation
@testable import Preview
import Publishers
import Testing

@Suite struct PreviewServerTests {
    private final class Folder {
        let path = FileManager.default.temporaryDirectory.path + "/tidewatch-preview-" + UUID().uuidString
        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ text: String, to name: String) throws {
            let url = URL(fileURLWithPath: path + "/" + name)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
    }

    private let folder = Folder()
    private var server: PreviewServer { PreviewServer(directory: folder.path + "/public") }

    init() throws {
        for (name, text) in ["acme/index.html": "<!DOCTYPE html>overview", "acme/404.html": "nothing here", "acme/services/orders/index.html": "orders", "acme/build.json": "{}",
                             "acme/assets/site.0123456789ab.css": "body{}", "acme/badges/a b.svg": "<svg/>", "acme/.secret": "secret"] {
            try folder.write(text, to: "public/" + name)
        }
        try folder.write("outside", to: "outside.txt")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/public/acme/planted.txt", withDestinationPath: folder.path + "/outside.txt")
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/public/other", withDestinationPath: folder.path)
    }

    private func get(_ path: String, _ headers: [String: String] = [:], of server: PreviewServer? = nil) async -> PreviewServer.Answer {
        await (server ?? self.server).answer(method: "GET", path: path, headers: ["host": "127.0.0.1:8600"].merging(headers) { $1 })
    }

    @Test(arguments: [
        ("/acme/", "text/html; charset=utf-8", "no-cache"), ("/acme/services/orders/", "text/html; charset=utf-8", "no-cache"),
        ("/acme/badges/a%20b.svg", "image/svg+xml", "no-cache"), ("/acme/build.json", "application/json", "no-cache"),
        ("/acme/assets/site.0123456789ab.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
    ]) func `files come with their type and how long they may be kept`(_ path: String, _ type: String, _ cache: String) async {
        let answer = await get(path)
        #expect(answer.status == 200)
        #expect(answer.headers["Content-Type"] == type && answer.headers["Cache-Control"] == cache)
        #expect(answer.headers["Content-Security-Policy"] == SiteHeaders.policy && answer.headers["X-Content-Type-Options"] == "nosniff")
    }

    @Test(arguments: [
        "/acme/../../outside.txt", "/acme/%2e%2e/%2e%2e/outside.txt", "/acme/..%2f..%2foutside.txt", "//etc/passwd", "/acme//index.html", "/acme/planted.txt", "/other/outside.txt",
        "/acme/.secret", "/acme/%00", "/acme/index.html%00.txt", "/%ff", "/acme/./index.html", "\\..\\outside.txt", "", "*", "/acme/no-such-page/",
    ]) func `nothing beyond the tree is served, nor through links, nor what is hidden`(_ path: String) async {
        let answer = await get(path)
        #expect(answer.status == 404)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("outside") && !String(decoding: answer.body, as: UTF8.self).contains("secret"))
    }

    @Test func `a folder without its slash leads to the one with it, because links are relative`() async {
        let answer = await get("/acme/services/orders")
        #expect(answer.status == 301 && answer.headers["Location"] == "/acme/services/orders/")
    }

    @Test func `a page that did not change is not sent again`() async throws {
        let tag = try #require(await get("/acme/").headers["ETag"])
        let again = await get("/acme/", ["if-none-match": tag])
        #expect(again.status == 304 && again.body.isEmpty)
    }

    @Test func `a name that somebody else pointed at this machine is not answered`() async {
        #expect(await get("/acme/", ["host": "evil.example:8600"]).status == 403)
        #expect(await get("/acme/", ["host": "localhost:8600"]).status == 200)
    }

    @Test func `only reading is possible`() async {
        for method in ["POST", "PUT", "DELETE"] { #expect(await server.answer(method: method, path: "/acme/", headers: ["host": "localhost"]).status == 405) }
        let head = await server.answer(method: "HEAD", path: "/acme/", headers: ["host": "localhost"])
        #expect(head.status == 200 && head.body.isEmpty)
        #expect(head.headers["Content-Length"] == String(await get("/acme/").body.count))
    }

    @Test func `a page that is to be loaded again asks under the pages' own policy, and is answered when the tree changes`() async throws {
        let reloading = PreviewServer(directory: folder.path + "/public", reloads: true)
        #expect(String(decoding: await get("/acme/", of: reloading).body, as: UTF8.self).hasSuffix("<script src=\"/.tidewatch/reload.js\"></script>\n"))
        #expect(!String(decoding: await get("/acme/").body, as: UTF8.self).contains("script"))
        let script = String(decoding: await get("/.tidewatch/reload.js", of: reloading).body, as: UTF8.self)
        let start = try #require(script.firstRange(of: "/.tidewatch/changed-")), path = String(script[start.lowerBound...].prefix { $0 != "?" })
        try folder.write("{\"run_id\": \"next\"}", to: "public/acme/build.json")
        let answer = await get(path, of: reloading)
        #expect(String(decoding: answer.body, as: UTF8.self) == "location.reload();\n")
    }

    @Test func `it listens on the loopback address and answers over a socket`() async throws {
        let server = server
        let (ports, continuation) = AsyncStream<UInt16>.makeStream()
        let serving = Task { try await server.run(port: 0) { continuation.yield($0) } }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let answer = try await HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:\(port)/acme/", allowPrivateAddresses: true))
        #expect(String(decoding: answer.body, as: UTF8.self) == "<!DOCTYPE html>overview")
        #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
        await server.stop()
        _ = await serving.result
    }
}
