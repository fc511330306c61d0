import Digests
import FlyingFox
import FlyingSocks
import Foundation
import Publishers
import Synchronization

/// Serves finished trees on the loopback address, for a look before they are published. Nothing beyond the folder is ever read: names are
/// opened below it, and the kernel refuses links and `..` on the way.
package final class PreviewServer: Sendable {
    /// How long a page that waits for the next build is kept waiting before it asks again.
    static let patience: Duration = .seconds(20)

    private let directory: String
    private let reloads: Bool
    private let server = Mutex<HTTPServer?>(nil)

    /// - Parameters:
    ///   - directory: `public/`, absolute.
    ///   - reloads: pages are given a script that loads them again when they change.
    package init(directory: String, reloads: Bool = false) {
        self.directory = directory
        self.reloads = reloads
    }

    /// Serves until cancelled or stopped.
    /// - Parameter port: 0 lets the system choose; `ready` learns which.
    package func run(port: UInt16, ready: @escaping @Sendable (UInt16) async -> Void = { _ in }) async throws {
        let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
        let http = HTTPServer(address: address, timeout: 60, logger: .disabled, handler: Handler(server: self))
        server.withLock { $0 = http }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask { try await http.run(); return true }
            group.addTask {
                try await http.waitUntilListening()
                if case .ip4(_, let port) = await http.listeningAddress { await ready(port) }
                return false
            }
            // A port that is taken ends the server at once, long before anybody gives up waiting for it.
            while let hasEnded = try await group.next(), !hasEnded {}
            group.cancelAll()
        }
    }

    package func stop() async { await server.withLock { $0 }?.stop(timeout: 0) }

    private struct Handler: HTTPHandler {
        let server: PreviewServer
        func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse { await server.response(to: request) }
    }

    private func response(to request: HTTPRequest) async -> HTTPResponse {
        var headers = request.headers.reduce(into: [String: String]()) { $0[$1.key.rawValue.lowercased()] = $1.value }
        headers["host"] = headers["host"] ?? ""
        let answer = await answer(method: request.method.rawValue, path: request.target.path(), headers: headers)
        var fields = HTTPHeaders()
        for (name, value) in answer.headers { fields[HTTPHeader(name)] = value }
        return HTTPResponse(statusCode: HTTPStatusCode(answer.status, phrase: ""), headers: fields, body: Data(answer.body))
    }

    struct Answer: Equatable {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]
    }

    /// - Parameter path: as it came over the wire, still encoded; header names in lower case.
    func answer(method: String, path: String, headers: [String: String]) async -> Answer {
        var answer = await whole(method: method, path: path, headers: headers)
        if method == "HEAD", answer.status != 304 {
            // As long as the body would be (RFC 9110, section 8.6).
            answer.headers["Content-Length"] = String(answer.body.count)
            answer.body = []
        }
        return answer
    }

    private func whole(method: String, path: String, headers: [String: String]) async -> Answer {
        // A page of somewhere else that calls itself by a name of its own for 127.0.0.1 is not to read tenants' pages (DNS rebinding).
        guard let host = headers["host"], ["127.0.0.1", "localhost"].contains(String(host.prefix { $0 != ":" }).lowercased()) else {
            return plain(403, "This preview answers to 127.0.0.1 and localhost only.\n")
        }
        guard method == "GET" || method == "HEAD" else { return plain(405, "Only GET and HEAD are answered.\n") }
        guard let name = Self.name(path), let folder = try? BeneathDirectory(directory, create: false) else { return plain(404, "Not found.\n") }
        if reloads, let script = await reloading(name, folder) { return script }
        if name.isEmpty { return plain(200, type: "text/html; charset=utf-8", listing(folder)) }
        guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else { return plain(404, "Not found.\n") }
        if let bytes = folder.read(name) { return file(name, bytes, status: 200, headers) }
        if let bytes = folder.read(name + "/index.html") {
            // Links on pages are relative: without the slash they would lead beside the folder.
            guard path.hasSuffix("/") else { return Answer(status: 301, headers: common.merging(["Location": path + "/"]) { $1 }, body: []) }
            return file(name + "/index.html", bytes, status: 200, headers)
        }
        let tree = name.prefix { $0 != "/" }
        return folder.read(tree + "/404.html").map { file(tree + "/404.html", $0, status: 404, headers) } ?? plain(404, "Not found.\n")
    }
}

private extension PreviewServer {
    /// The path below the folder, decoded once and without a slash at its end; nothing for one that leads anywhere else.
    static func name(_ path: String) -> String? {
        guard path.hasPrefix("/"), let decoded = path.removingPercentEncoding else { return nil }
        var name = decoded.dropFirst()
        if name.hasSuffix("/") { name = name.dropLast() }
        return name.isEmpty || BeneathDirectory.isSafe(String(name)) ? String(name) : nil
    }

    var common: [String: String] { Dictionary(SiteHeaders.fields.map { ($0.name, $0.value) } + [("Cache-Control", "no-cache")], uniquingKeysWith: { $1 }) }

    func plain(_ status: Int, type: String = "text/plain; charset=utf-8", _ text: String) -> Answer {
        Answer(status: status, headers: common.merging(["Content-Type": type]) { $1 }, body: Array(text.utf8))
    }

    func file(_ name: String, _ bytes: [UInt8], status: Int, _ request: [String: String]) -> Answer {
        var body = bytes
        if reloads, name.hasSuffix(".html") { body += Array("<script src=\"/.tidewatch/reload.js\"></script>\n".utf8) }
        let tag = "\"" + hex(fastHash(body)) + "\""
        var headers = common.merging(["Content-Type": FileKind.mediaType(name), "Cache-Control": FileKind.cacheControl(name), "ETag": tag]) { $1 }
        if status == 200, request["if-none-match"] == tag {
            headers["Content-Type"] = nil
            return Answer(status: 304, headers: headers, body: [])
        }
        return Answer(status: status, headers: headers, body: body)
    }

    /// The script that waits for the next build, and what it waits for: an answer that comes when some tree has another `build.json`.
    /// It works under the pages' own policy, which allows scripts of the same origin and no other connection.
    func reloading(_ name: String, _ folder: BeneathDirectory) async -> Answer? {
        if name == ".tidewatch/reload.js" {
            return plain(200, type: "text/javascript; charset=utf-8", """
                "use strict";
                window.addEventListener("load", function wait() {
                  const script = document.createElement("script");
                  script.src = "/.tidewatch/changed-\(version(folder)).js?" + Date.now();
                  script.onload = () => wait();
                  script.onerror = () => setTimeout(wait, 2000);
                  document.head.append(script);
                });

                """)
        }
        guard name.hasPrefix(".tidewatch/changed-"), name.hasSuffix(".js") else { return nil }
        let clock = ContinuousClock(), end = clock.now + Self.patience
        while clock.now < end, name == ".tidewatch/changed-\(version(folder)).js" {
            do { try await clock.sleep(for: .milliseconds(250)) } catch { break }
        }
        return plain(200, type: "text/javascript; charset=utf-8", name == ".tidewatch/changed-\(version(folder)).js" ? "" : "location.reload();\n")
    }

    func trees() -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).filter { !$0.hasPrefix(".") && BeneathDirectory.isSafe($0) }.sorted()
    }

    func version(_ folder: BeneathDirectory) -> String {
        hex(fastHash(trees().flatMap { folder.read($0 + "/build.json") ?? [] }))
    }

    /// The operator previews: the one page on which tenants stand side by side is made here and never published.
    func listing(_ folder: BeneathDirectory) -> String {
        let items = trees().filter { folder.read($0 + "/index.html") != nil }.map { name in
            let text = name.map { ["<": "&lt;", "&": "&amp;", "\"": "&quot;", ">": "&gt;"][$0] ?? String($0) }.joined()
            return "<li><a href=\"\(text)/\">\(text)</a></li>"
        }
        return "<!DOCTYPE html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Preview</title>\n<h1>Preview</h1>\n<ul>\n\(items.joined(separator: "\n"))\n</ul>\n</html>\n"
    }
}
