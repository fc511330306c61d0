@testable import Dashboard
import Foundation
import JSON
import Publishers
import Testing

/// The whole command: what goes out, what stays when something is in the way, and how it ends.
@Suite struct PublishCommandTests {
    let site: FilesSite
    var www: String { site.directory + "/www" }

    init() async throws {
        site = try FilesSite()
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
    }

    private func configure(_ publish: String, more: String = "") throws {
        try "title: Files\ninterval: 5m\n\(more)publish:\n\(publish)\n".write(toFile: site.directory + "/tidewatch.yaml", atomically: true, encoding: .utf8)
    }

    private func publish(shell: String? = nil, variables: [String: String] = [:]) async throws -> ChildProcess.Ended {
        try await TidewatchCommand.run("--site", site.directory, "publish", variables: variables, shell: shell)
    }

    private func served(_ path: String) -> String? { FileManager.default.contents(atPath: www + "/" + path).map { String(decoding: $0, as: UTF8.self) } }

    @Test func `several targets are served at once, and one that fails keeps no other back`() async throws {
        let log = site.directory + "/log"
        try "#!/bin/sh\nenv | sort > \(log)\ncat > \(log).input\necho 'the host said no' >&2\nexit 7\n".write(toFile: site.directory + "/deploy", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: site.directory + "/deploy")
        try configure("  - command: {run: [\(site.directory)/deploy, '; touch \(log).shell'], environment: [DEPLOY_TOKEN]}\n  - directory: {path: www}\n  - directory: {path: alone, tenants: [files]}")
        let ended = try await publish(variables: ["DEPLOY_TOKEN": "token-1", "OTHER_SECRET": "never"])
        #expect(ended.code == 5)
        #expect(ended.messages == "not published to the command \(site.directory)/deploy: ended with 7: the host said no\n")
        #expect(served("files/index.html") == site.published["files/index.html"].map { String(decoding: $0, as: UTF8.self) })
        #expect(served("fleet/index.html") != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.directory + "/alone") == ["files"])
        let given = try String(contentsOfFile: log, encoding: .utf8)
        #expect(given.contains("DEPLOY_TOKEN=token-1\n") && given.contains("TIDEWATCH_SITE=\(site.directory)/public\n") && given.contains("TIDEWATCH_TREES=files fleet\n"))
        #expect(!given.contains("OTHER_SECRET") && !FileManager.default.fileExists(atPath: log + ".shell"))
        #expect(try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: log + ".input"))))["trees"]?.array.count == 2)
    }

    @Test func `a run that could not publish is known as such to whoever looks later`() async throws {
        try configure("  - command: {run: [/bin/false]}")
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 5)
        let doctor = try await TidewatchCommand.run("--site", site.directory, "doctor", "--offline")
        #expect(doctor.output.contains("ago and ended with 5") && doctor.output.contains("1 run in a row did not end with 0"), "\(doctor.output)")
        try configure("  - directory: {path: www}")
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        #expect(served("fleet/index.html")?.contains("Exit 5") == true && served("fleet/operation/index.html")?.contains("Exit 5") == true)
        #expect(served("fleet/metrics.prom")?.contains("tidewatch_previous_run_exit_code 5\n") == true)
    }

    @Test func `a program that does not end is stopped`() async throws {
        try configure("  - command: {run: [/bin/sleep, '600'], limit: 1s}")
        let ended = try await publish()
        #expect(ended.code == 5 && ended.messages.contains("was still running after 1 s and was stopped"), "\(ended)")
    }

    @Test func `a run that is asked to end does not wait for its publisher`() async throws {
        let mark = site.directory + "/begun"
        try "#!/bin/sh\ntouch \(mark)\nexec sleep 600\n".write(toFile: site.directory + "/deploy", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: site.directory + "/deploy")
        try configure("  - command: {run: [\(site.directory)/deploy]}")
        let child = try TidewatchCommand.child(["--site", site.directory, "publish"])
        async let ended = child.run()
        while !FileManager.default.fileExists(atPath: mark) { try await Task.sleep(for: .milliseconds(20)) }
        kill(child.process.processIdentifier, SIGTERM)
        #expect(try await ended.code == 143)
    }

    @Test func `two entries for one place are one mistake`() async throws {
        try configure("  - directory: {path: www, tenants: [files]}\n  - directory: {path: ./www/}")
        let ended = try await TidewatchCommand.run("--site", site.directory, "validate")
        #expect(ended.code == 4 && ended.messages.contains("entry 2 goes where an earlier one goes"), "\(ended)")
    }

    @Test func `a tenant that is no more is taken down, and one whose file is broken keeps what it has`() async throws {
        try configure("  - directory: {path: www}")
        try String(contentsOfFile: site.directory + "/tenants/files.yaml", encoding: .utf8).replacing("id: files", with: "id: other")
            .write(toFile: site.directory + "/tenants/other.yaml", atomically: true, encoding: .utf8)
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        #expect(served("other/index.html") != nil)
        try "id: other\nservces: []\n".write(toFile: site.directory + "/tenants/other.yaml", atomically: true, encoding: .utf8)
        _ = try await publish()
        #expect(served("other/index.html") != nil)
        try FileManager.default.removeItem(atPath: site.directory + "/tenants/other.yaml")
        #expect(try await publish().code == 0)
        #expect(served("other/index.html") == nil && served("files/index.html") != nil)
    }

    @Test func `rollback puts the build before back, here and where it is published`() async throws {
        try configure("  - directory: {path: www}")
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        let before = try #require(served("files/build.json"))
        #expect(try await TidewatchCommand.run("--site", site.directory, "run", "--now", "2030-01-01T00:00:00Z").code == 0)
        #expect(served("files/build.json")?.contains("2030-01-01T00:00:00Z") == true)
        let ended = try await TidewatchCommand.run("--site", site.directory, "rollback")
        #expect(ended.code == 0 && ended.output.contains("files: as built for 20") && ended.output.contains("fleet: as built for 20"), "\(ended)")
        #expect(served("files/build.json") == before)
        #expect(site.published["files/build.json"].map { String(decoding: $0, as: UTF8.self) } == before)
        // Documents are kept for an hour, but not by what the build that went had made of them.
        let page = site.directory + "/public/files/runbooks/index.html", old = try String(contentsOfFile: page, encoding: .utf8)
        #expect(try await TidewatchCommand.run("--site", site.directory, "run", "--now", "2030-01-01T00:01:00Z").code == 0)
        let new = try String(contentsOfFile: page, encoding: .utf8)
        #expect(!old.contains("2030-01-01") && new.contains("2030-01-01"))
    }

    @Test(arguments: ["", "/files"]) func `a second publisher to the same folder is told so, and the first one's site stays`(_ tree: String) async throws {
        try configure("  - directory: {path: www}")
        #expect(try await publish().code == 0)
        let before = try #require(served("files/build.json"))
        let ended = try await publish(shell: "exec 9>\(site.directory)/.www.tidewatch/lock; flock -n 9 || exit 99; exec \"$@\"")
        #expect(ended.code == 5 && ended.messages.contains("another publisher is writing there"), "\(ended)")
        #expect(served("files/build.json") == before)
    }

    /// Kilobytes left: nothing, and some pages.
    @Test(.enabled(if: canMount, "this machine lets nobody mount a small file system (unshare -rm)"), arguments: [0, 60])
    func `a full disk leaves the published site as it was`(_ room: Int) async throws {
        try configure("  - directory: {path: /mnt/www}")
        // The first publish fits, the second has no room: every page differs.
        let shell = """
            export SITE='\(site.directory)' && unshare -rm bash -c 'mount -t tmpfs -o size=8m none /mnt && "$@" || exit 90
            find /mnt/www -type f | sort | xargs sha256sum > "$SITE/before"
            head -c 64m /dev/zero > /mnt/filler 2>/dev/null; truncate -s -\(room)k /mnt/filler
            "$0" --site "$SITE" run --now 2030-01-01T00:00:00Z --offline; code=$?
            find /mnt/www -type f | sort | xargs sha256sum > "$SITE/after"; cmp "$SITE/before" "$SITE/after" || exit 91
            rm /mnt/filler; "$@" || exit 92; grep -q 2030-01-01 /mnt/www/files/build.json || exit 93; exit $code' "$1" "$@"
            """
        let ended = try await publish(shell: shell)
        #expect(ended.code == 5, "\(ended)")
        #expect(ended.messages.contains("No space left on device. Free some space or move the folder, then run again."), "\(ended.messages)")
    }

    static let canMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "unshare -rm mount -t tmpfs -o size=64k none /mnt"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Test(arguments: [
        ("  - s3: {bucket: Ops_Example, region: eu-central-1}", "publish[0].s3.bucket: a bucket's name has 3 to 63 of a-z, 0-9, '.' and '-'"),
        ("  - s3: {bucket: ops-example, region: eu-central-1, prefix: ../x}", "publish[0].s3.prefix: expected a path without '..'"),
        ("  - s3: {bucket: ops-example}", "publish[0].s3: the key 'region' is missing"),
        ("  - rsync: {to: --rsh=reboot}", "publish[0].rsync.to: expected a place such as user@host:/srv/www/ops"),
        ("  - rsync: {to: somewhere}", "publish[0].rsync.to: a directory of this machine must be absolute"),
        ("  - command: {run: [deploy]}", "publish[0].command.run: the first item must be the absolute path of a program"),
        ("  - command: {run: [/bin/true], environment: [NOT_SET_ANYWHERE]}", "the environment variable NOT_SET_ANYWHERE is not set"),
        ("  - directory: {path: /srv/www, workspace: /srv/www/.next}", "publish[0].directory.workspace: must not lie in the directory"),
        ("  - directory: {path: .}", "publish[0].directory.path: . is the site's own directory or holds it"),
        ("  - directory: {path: /}", "publish[0].directory.path: / is the site's own directory or holds it"),
        ("  - directory: {path: www/../state}", "publish[0].directory.path: www/../state lies in state/, which belongs to the site itself"),
        ("  - directory: {path: /srv/www, workspace: tenants}", "publish[0].directory.workspace: tenants lies in tenants/, which belongs to the site itself"),
        ("  - directory: {path: www/ops/acme}\n  - directory: {path: www/ops}", "publish[0].directory.path: www/ops/acme lies in "),
        ("  - directory: {path: /srv/www, workspace: /srv/other/work}\n  - directory: {path: /srv/other}", "publish[0].directory.workspace: /srv/other/work lies in /srv/other, where the site is published. Name another folder."),
        ("  - rsync: {to: /}", "publish[0].rsync.to: / is the site's own directory or holds it"),
        ("  - directory: {path: /srv/www, tenants: [file]}", "publish[0].directory.tenants: no tenant is called 'file'. Did you mean 'files'?"),
        ("  - ftp: {path: /srv/www}", "unknown key 'ftp'."),
    ]) func `a target that cannot be is told with its place`(_ publish: String, _ words: String) async throws {
        try configure(publish)
        let ended = try await TidewatchCommand.run("--site", site.directory, "validate")
        #expect(ended.code == 4 && ended.messages.contains(words) && ended.messages.contains("tidewatch.yaml:4:"), "\(ended)")
    }

    @Test func `every tree carries the headers for hosts that read them from a file, with the policy of the pages`() throws {
        let headers = try #require(site.published["files/_headers"].map { String(decoding: $0, as: UTF8.self) })
        #expect(headers == String(decoding: try #require(site.published["fleet/_headers"]), as: UTF8.self))
        #expect(headers.contains("/*\n  Content-Security-Policy: \(SiteHeaders.policy)\n") && headers.contains("/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n"))
        // Cloudflare joins the values of all rules that match.
        let names = headers.split(separator: "\n").filter { $0.hasPrefix("  ") }.map { $0.prefix { $0 != ":" } }
        #expect(Set(names).count == names.count)
        let page = String(decoding: try #require(site.published["files/index.html"]), as: UTF8.self)
        #expect(page.contains("content=\"\(SiteHeaders.policy.replacing("; frame-ancestors 'none'", with: ""))\""))
    }

    @Test func `compressed neighbours are there when they are asked for`() async throws {
        try configure("  - directory: {path: www}", more: "compress: [gzip, brotli]\n")
        #expect(try await TidewatchCommand.run("--site", site.directory, "run").code == 0)
        #expect(served("files/index.html.gz") != nil && served("files/index.html.br") != nil && served("fleet/index.html.gz") != nil)
    }
}
