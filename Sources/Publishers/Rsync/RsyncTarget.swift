import Foundation
import Programs

/// Publishes with rsync in three passes, so that no page arrives before its assets: assets, then pages, each of them put in place at the end
/// of the pass, then deletions. Only folders of ours are touched on the other side.
package struct RsyncTarget: PublishTarget {
    package struct Settings: Sendable {
        /// `user@host:/srv/www/ops`, `rsync://host/module/path` or a folder of this machine.
        package var destination: String
        /// Program and arguments that reach the other machine, as `--rsh` takes them.
        package var shell: String?
        package var program: String
        package var environment: [String: String]
        /// Seconds for all passes together.
        package var limit: Int64

        package init(destination: String, shell: String? = nil, program: String = "/usr/bin/rsync", environment: [String: String] = [:], limit: Int64 = 600) {
            self.destination = destination
            self.shell = shell
            self.program = program
            self.environment = environment
            self.limit = limit
        }
    }

    private let settings: Settings
    private let runner: any CommandRunner

    package init(_ settings: Settings, runner: any CommandRunner) {
        self.settings = settings
        self.runner = runner
    }

    package var place: String { "rsync to \(settings.destination)" }

    package func publish(_ edition: Edition) async -> Publication {
        var report = Publication()
        let clock = ContinuousClock(), start = clock.now
        for name in edition.trees {
            do throws(PublishError) { report.files += try edition.tree(name).files.count } catch { report.fail(name, error) }
        }
        let broken = Set(report.failures.compactMap(\.tree)), trees = edition.trees.filter { !broken.contains($0) }
        for pass in passes(trees, gone: edition.gone) {
            let left = max(.seconds(1), .seconds(settings.limit) - (clock.now - start))
            let end = await runner.run(arguments(pass.options, edition), input: pass.filter, environment: settings.environment, limit: left)
            guard let complaint = end.complaint else { continue }
            report.failures.append(.init("\(pass.name): rsync \(complaint)"))
            return report
        }
        report.removed = edition.gone
        return report
    }

    struct Pass {
        var name: String
        var options: [String]
        /// Rules that say which of the files take part: https://download.samba.org/pub/rsync/rsync.1#FILTER_RULES
        var filter: [UInt8]
    }

    func passes(_ trees: [String], gone: [String]) -> [Pass] {
        // Names of trees are [a-z0-9-]: none of them is a pattern.
        let folders = trees.flatMap { ["+ /\($0)/"] }
        func filter(_ rules: [String]) -> [UInt8] { Array((rules + ["- *"]).joined(separator: "\n").utf8 + [UInt8(ascii: "\n")]) }
        let assets = folders + trees.flatMap { ["+ /\($0)/assets/", "+ /\($0)/assets/**"] }
        let everything = trees.map { "+ /\($0)/***" }
        // What is gone is hidden from the sender, where its folder may still lie, and at risk on the other side.
        return [
            Pass(name: "assets", options: [], filter: filter(assets)),
            Pass(name: "pages", options: ["--delay-updates"], filter: filter(everything)),
            Pass(name: "deletions", options: ["--delete-after"], filter: filter(everything + gone.flatMap { ["H /\($0)/***", "R /\($0)/***"] })),
        ]
    }

    /// A link that somebody planted is not sent. Contents are compared: two pages of one second and size are not one page.
    private func arguments(_ options: [String], _ edition: Edition) -> [String] {
        var arguments = [settings.program, "--recursive", "--times", "--perms", "--chmod=D755,F644", "--no-links", "--no-devices", "--no-specials", "--checksum",
                         "--protect-args", "--timeout=60", "--filter=merge -"] + options
        if let shell = settings.shell { arguments.append("--rsh=\(shell)") }
        return arguments + ["--", edition.directory + "/", settings.destination + (settings.destination.hasSuffix("/") ? "" : "/")]
    }
}
