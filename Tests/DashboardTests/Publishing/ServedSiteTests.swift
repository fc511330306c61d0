import Foundation
import Testing

/// The site over the servers and stores that people use, each checked by a program that is not ours.
@Suite struct ServedSiteTests {
    private static let python = ProcessInfo.processInfo.environment["TIDEWATCH_PYTHON"]
    private static func script(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Control/" + name).path
    }
    private static func isInstalled(_ program: String) -> Bool { ["/usr/sbin/", "/usr/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + program) } }
    private static let canServe = ["nginx", "caddy", "python3"].allSatisfy(isInstalled)

    @Test(.enabled(if: canServe, "nginx or caddy is not installed (scripts/install-packages --with-tests): the generated configurations are not tried"),
          arguments: ["nginx", "caddy"], ["paths", "hosts"])
    func `a tenant's password opens its own tree and nothing else`(_ server: String, _ model: String) async throws {
        let command = try #require(TidewatchCommand.path)
        let folder = FileManager.default.temporaryDirectory.path + "/tidewatch-access-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let control = try await ChildProcess("/usr/bin/python3", [Self.script("access_control.py"), command, folder, server, model]).run()
        #expect(control.code == 0, "\(control.output)\(control.messages.suffix(2_000))")
        #expect((Int(control.output.split(separator: "\n").last?.split(separator: " ").first ?? "") ?? 0) > 80, "\(control.output)")
    }

    @Test(.enabled(if: python != nil, "set TIDEWATCH_PYTHON to an interpreter with the packages of scripts/test-requirements.txt (make test does)"))
    func `what moto's S3 holds is the site, and a second publish writes nothing`() async throws {
        let command = try #require(TidewatchCommand.path), interpreter = try #require(Self.python), site = try FilesSite()
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        try "title: Files\npublish:\n  - s3: {bucket: ops-example, region: eu-central-1, prefix: ops}\n".write(toFile: site.directory + "/tidewatch.yaml", atomically: true, encoding: .utf8)
        let control = try await ChildProcess(interpreter, [Self.script("moto_publish.py"), command, site.directory]).run()
        #expect(control.code == 0, "\(control.output)\(control.messages.suffix(2_000))")
    }
}
