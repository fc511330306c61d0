import JSON
import Programs

/// Publishes with a program of the operator's: `wrangler`, `netlify`, `gsutil`, a script. It is started as it stands, without a shell.
package struct CommandTarget: PublishTarget {
    private let arguments: [String]
    /// Name to value, besides what describes the site.
    private let environment: [String: String]
    private let limit: Duration
    private let runner: any CommandRunner

    package init(arguments: [String], environment: [String: String], limit: Duration, runner: any CommandRunner) {
        self.arguments = arguments
        self.environment = environment
        self.limit = limit
        self.runner = runner
    }

    package var place: String { "the command \(arguments.first ?? "")" }

    package func publish(_ edition: Edition) async -> Publication {
        var report = Publication(), environment = environment
        environment["TIDEWATCH_SITE"] = edition.directory
        environment["TIDEWATCH_GONE"] = edition.gone.joined(separator: " ")
        environment["TIDEWATCH_RUN"] = edition.runID
        var trees: [JSONValue] = [], whole: [String] = []
        for name in edition.trees {
            do throws(PublishError) {
                let tree = try edition.tree(name)
                trees.append(["tree": .string(name), "files": .object(tree.files.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })])
                whole.append(name)
                report.files += tree.files.count
            } catch { report.fail(name, error) }
        }
        // A damaged tree is reported and not handed on.
        environment["TIDEWATCH_TREES"] = whole.joined(separator: " ")
        let input: JSONValue = ["schema": 1, "run_id": .string(edition.runID), "directory": .string(edition.directory), "trees": .array(trees),
                                "gone": .array(edition.gone.map(JSONValue.string))]
        let end = await runner.run(arguments, input: input.bytes(), environment: environment, limit: limit)
        if let complaint = end.complaint { report.failures.append(.init(complaint)) } else { report.removed = edition.gone }
        return report
    }
}

extension CommandEnding {
    /// What went wrong, in words; nothing where it ended with 0.
    var complaint: String? {
        switch self {
        case .exited(0, _): nil
        case .exited(let code, let words): Self.said("ended with \(code)", words)
        case .killed(let signal, let words): Self.said("was ended by signal \(signal)", words)
        case .timedOut(let limit): "was still running after \(limit.components.seconds) s and was stopped. Raise 'limit', or let it do less."
        case .notStarted(let reason): "cannot be started: \(reason). Check the path and the right to execute."
        }
    }

    /// The last line says most; control characters of strangers stay out of the operator's terminal.
    private static func said(_ what: String, _ words: String) -> String {
        let line = words.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
        let plain = String(String.UnicodeScalarView(line.unicodeScalars.prefix(300).map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? "\u{FFFD}" : $0 }))
        return plain.isEmpty ? what + " and said nothing." : "\(what): \(plain)"
    }
}
