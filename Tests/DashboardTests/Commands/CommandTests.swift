import Foundation
import JSON
import Testing

/// The command as people and cron meet it.
@Suite struct CommandTests {
    static func folder() -> String { FileManager.default.temporaryDirectory.path + "/tidewatch-command-" + UUID().uuidString }

    @Test func `help goes to standard output and names the verbs and the exit codes`() async throws {
        let ended = try await TidewatchCommand.run("--help")
        #expect(ended.code == 0 && ended.messages == "")
        for word in ["init", "validate", "run", "collect", "evaluate", "notify", "render", "publish", "simulate", "11 lock held"] { #expect(ended.output.contains(word), "\(word)") }
    }

    @Test(arguments: [["rnu"], ["run", "--now", "yesterday"], ["run", "--jobs", "0"], ["run", "--deadline", "soon"], ["run", "--no-such-option"], ["init"]])
    func `what nobody understands ends with 2 and changes nothing`(_ arguments: [String]) async throws {
        let folder = Self.folder()
        let ended = try await TidewatchCommand.child(["--site", folder] + arguments).run()
        #expect(ended.code == 2)
        #expect(ended.output == "" && ended.messages.hasPrefix("Error: "))
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test(arguments: [
        (["export", "--since", "tomorrow"], "tidewatch export"), (["run", "--now", "x"], "tidewatch run"), (["render", "--at", "x"], "tidewatch render"), (["export", "--format", "x"], "tidewatch export"),
        (["snapshot", "/tmp/x", "--keep", "0"], "tidewatch snapshot"), (["report", "monthly", "--json"], "tidewatch report monthly"), (["silence", "list", "--no-such-option"], "tidewatch silence list"),
    ]) func `what is wrong with an option is told with the usage of its verb`(_ arguments: [String], _ verb: String) async throws {
        let ended = try await TidewatchCommand.child(arguments).run()
        #expect(ended.code == 2 && ended.messages.contains("\nUsage: \(verb) ") && ended.messages.hasSuffix("\n  See '\(verb) --help' for more information.\n"), "\(ended.messages)")
    }

    @Test(arguments: ["webhook-buffer", "event-backed-service", "xray-tracer", "object-fan-out", "api-and-worker"])
    func `a new site is valid as it stands`(_ pattern: String) async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let made = try await TidewatchCommand.run("init", folder, "--pattern", pattern)
        #expect(made.code == 0)
        #expect(made.output.split(separator: "\n").map { $0.replacing(folder + "/", with: "") } == ["tidewatch.yaml", "tenants/example.yaml", ".gitignore"])
        let valid = try await TidewatchCommand.run("--site", folder, "validate")
        #expect(valid.code == 0 && valid.messages == "" && valid.output == "")
    }

    @Test func `a second init overwrites nothing`() async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try await TidewatchCommand.run("init", folder)
        try "title: Mine\n".write(toFile: folder + "/tidewatch.yaml", atomically: true, encoding: .utf8)
        let second = try await TidewatchCommand.run("init", folder)
        #expect(second.code == 1)
        #expect(second.messages.contains("exists already and is left alone"))
        #expect(try String(contentsOfFile: folder + "/tidewatch.yaml", encoding: .utf8) == "title: Mine\n")
    }

    @Test func `an unknown pattern is named with the known ones`() async throws {
        let ended = try await TidewatchCommand.run("init", Self.folder(), "--pattern", "webhok")
        #expect(ended.code == 2)
        #expect(ended.messages.contains("no pattern is called 'webhok'. Known: api-and-worker, event-backed-service"))
    }

    @Test func `mistakes come as text for people and as JSON for programs`() async throws {
        let folder = Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try await TidewatchCommand.run("init", folder)
        try "titel: x\ninterval: 5 minutes\n".write(toFile: folder + "/tidewatch.yaml", atomically: true, encoding: .utf8)
        let text = try await TidewatchCommand.run("--site", folder, "validate")
        #expect(text.code == 4)
        #expect(text.messages == """
            tidewatch.yaml:1:1: titel: unknown key 'titel'. Did you mean 'title'?
            tidewatch.yaml:2:11: interval: expected a duration such as 90s, 5m, 2h or 15d, found '5 minutes'
            2 mistakes. Nothing was changed.

            """)
        let json = try await TidewatchCommand.run("--site", folder, "validate", "--json")
        #expect(json.code == 4)
        let mistakes = try JSONValue(parsing: Array(json.output.utf8)).array
        #expect(mistakes.map { $0["line"]?.integer } == [1, 2])
        #expect(mistakes.allSatisfy { $0["grade"]?.string == "error" && $0["file"]?.string == "tidewatch.yaml" })
    }

    @Test func `a run without a site says how to make one`() async throws {
        let ended = try await TidewatchCommand.run("--site", "/nowhere/at/all", "run")
        #expect(ended.code == 4)
        #expect(ended.messages.contains("no such file in /nowhere/at/all. Make a site with 'tidewatch init DIR', or name its directory with --site."))
    }

    @Test func `a run is silent where all is well and tells programs what it did`() async throws {
        let site = try FilesSite()
        let ended = try await TidewatchCommand.run("--site", site.directory, "run")
        #expect(ended.code == 0 && ended.output == "" && ended.messages == "")
        let told = try await TidewatchCommand.run("--site", site.directory, "run", "--json")
        let outcome = try JSONValue(parsing: Array(told.output.utf8))
        #expect(outcome["exit"]?.integer == 0 && outcome["problems"]?.array.isEmpty == true)
        #expect(outcome["tenants"]?.array.map { $0["tenant"]?.string } == ["files"])
        let state = try await TidewatchCommand.run("--site", site.directory, "run", "--exit-status")
        #expect(state.code == 21)
    }
}

/// A site whose numbers lie in a file, for commands that shall not ask anybody: a queue that is two hours behind at any time.
final class FilesSite {
    let directory: String

    init(now: Date = Date()) throws {
        directory = FileManager.default.temporaryDirectory.path + "/tidewatch-files-" + UUID().uuidString
        for folder in ["tenants", "numbers"] { try FileManager.default.createDirectory(atPath: directory + "/" + folder, withIntermediateDirectories: true) }
        try "title: Files\ninterval: 5m\n".write(toFile: directory + "/tidewatch.yaml", atomically: true, encoding: .utf8)
        try """
            id: files
            sources:
              disk:
                files:
                  path: numbers
                  files:
                    - {path: age.csv, format: csv, series: {value: 'queue("orders").oldest_age'}}
            services:
              - {id: orders, title: Orders, resources: [{kind: queue, name: orders}]}

            """.write(toFile: directory + "/tenants/files.yaml", atomically: true, encoding: .utf8)
        let end = Int(now.timeIntervalSince1970) / 300 * 300
        let lines = (0..<72).map { "\(end - $0 * 300),7200" }
        try ("timestamp,value\n" + lines.reversed().joined(separator: "\n") + "\n").write(toFile: directory + "/numbers/age.csv", atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// All bytes that are served.
    var published: [String: Data] { Self.published(in: directory) }

    static func published(in directory: String) -> [String: Data] {
        var files: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: directory + "/public") ?? .init() {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: directory + "/public/" + name, isDirectory: &isFolder), !isFolder.boolValue else { continue }
            files[name] = FileManager.default.contents(atPath: directory + "/public/" + name)
        }
        return files
    }
}
