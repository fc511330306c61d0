import Foundation
import JSON
import Programs
@testable import Publishers
import Synchronization
import Testing

/// Remembers how it was asked to start programs, and starts none.
private final class Recorder: CommandRunner {
    struct Start: Equatable {
        var arguments: [String]
        var input: [UInt8]
        var environment: [String: String]
        var limit: Duration
    }

    private let kept = Mutex<[Start]>([])
    let ending: CommandEnding
    init(_ ending: CommandEnding = .exited(0, words: "")) { self.ending = ending }
    var starts: [Start] { kept.withLock { $0 } }

    func run(_ arguments: [String], input: [UInt8], environment: [String: String], limit: Duration) async -> CommandEnding {
        kept.withLock { $0.append(Start(arguments: arguments, input: input, environment: environment, limit: limit)) }
        return ending
    }
}

@Suite struct ProgramTargetTests {
    let site: RenderedSite
    static let rsync = "/usr/bin/rsync"

    init() throws {
        site = try RenderedSite()
        try site.render("acme", RenderedSite.release(1))
        try site.render("globex", RenderedSite.release(1))
    }

    @Test func `a program learns where the site is and what is in it, and is given no other variable`() async throws {
        let recorder = Recorder()
        let target = CommandTarget(arguments: ["/opt/deploy", "--to", "$(reboot); x"], environment: ["PATH": "/bin"], limit: .seconds(600), runner: recorder)
        let report = await target.publish(site.edition("acme", "globex", gone: ["initech"]))
        #expect(report.failures == [] && report.removed == ["initech"])
        let start = try #require(recorder.starts.first)
        #expect(start.arguments == ["/opt/deploy", "--to", "$(reboot); x"])
        #expect(start.environment == ["PATH": "/bin", "TIDEWATCH_SITE": site.directory, "TIDEWATCH_TREES": "acme globex", "TIDEWATCH_GONE": "initech", "TIDEWATCH_RUN": "run-1"])
        let input = try JSONValue(parsing: start.input)
        #expect(input["trees"]?.array.map { $0["tree"]?.string } == ["acme", "globex"])
        #expect(input["trees"]?.array.first?["files"]?["index.html"]?.string?.count == 64)
    }

    @Test(arguments: [
        (CommandEnding.exited(3, words: "one\nno \u{1B}[31mright\n"), "ended with 3: no \u{FFFD}[31mright"),
        (.killed(signal: 9, words: ""), "was ended by signal 9 and said nothing."),
        (.timedOut(.seconds(600)), "was still running after 600 s and was stopped. Raise 'limit', or let it do less."),
        (.notStarted("no such file"), "cannot be started: no such file. Check the path and the right to execute."),
    ]) func `a program that fails has published nothing`(_ ending: CommandEnding, _ words: String) async {
        let report = await CommandTarget(arguments: ["/opt/deploy"], environment: [:], limit: .seconds(600), runner: Recorder(ending)).publish(site.edition("acme", gone: ["initech"]))
        #expect(report.failures == [.init(words)] && report.removed.isEmpty)
    }

    @Test func `rsync is started without a shell, assets first and deletions last`() async throws {
        let recorder = Recorder()
        let target = RsyncTarget(.init(destination: "ops@web:/srv/$(reboot)", shell: "ssh -p 2222"), runner: recorder)
        #expect(await target.publish(site.edition("acme", gone: ["initech"])).removed == ["initech"])
        let end = ["--", site.directory + "/", "ops@web:/srv/$(reboot)/"]
        #expect(recorder.starts.map { Array($0.arguments.suffix(3)) } == [end, end, end])
        #expect(recorder.starts.map { String(decoding: $0.input, as: UTF8.self) } == [
            "+ /acme/\n+ /acme/assets/\n+ /acme/assets/**\n- *\n", "+ /acme/***\n- *\n", "+ /acme/***\nH /initech/***\nR /initech/***\n- *\n",
        ])
        #expect(recorder.starts.map { $0.arguments.contains("--delete-after") } == [false, false, true])
        #expect(recorder.starts.allSatisfy { $0.arguments.contains("--rsh=ssh -p 2222") })
    }

    @Test(arguments: [23, 24, 12] as [Int32]) func `an rsync that ends with an error ends the publish`(_ code: Int32) async {
        let recorder = Recorder(.exited(code, words: "rsync error: some files could not be transferred\n"))
        let report = await RsyncTarget(.init(destination: "/srv/www"), runner: recorder).publish(site.edition("acme"))
        #expect(report.failures.first?.message == "assets: rsync ended with \(code): rsync error: some files could not be transferred")
        #expect(recorder.starts.count == 1)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: rsync), "rsync is not installed: its passes are not made"))
    func `the real rsync copies trees, takes down what is gone and touches nothing else`() async throws {
        let www = site.folder.path + "/w w'w"
        try FileManager.default.createDirectory(atPath: www + "/photos", withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: www + "/photos/cat.txt"))
        let target = RsyncTarget(.init(destination: www, environment: ["PATH": "/usr/bin:/bin"]), runner: ProcessRunner())
        #expect(await target.publish(site.edition("acme", "globex")).failures == [])
        #expect(site.folder.text("w w'w/globex/index.html") == "overview 1")
        try site.render("acme", RenderedSite.release(2))
        try FileManager.default.createSymbolicLink(atPath: site.directory + "/acme/planted", withDestinationPath: "/etc/passwd")
        #expect(await target.publish(site.edition("acme", gone: ["globex"])).failures == [])
        let expected = RenderedSite.names(2).map { "acme/" + $0 } + ["photos/cat.txt"]
        #expect(BeneathDirectory.names(www) == expected)
        for (path, text) in RenderedSite.release(2) { #expect(site.folder.text("w w'w/acme/" + path) == text) }
    }
}
