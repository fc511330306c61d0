import JSON
import Telemetry

/// What counts as an error or a warning in the logs of a service: texts that a line holds, with regard to case.
package struct LogPatterns: Hashable, Sendable {
    package var errors: [String]
    package var warnings: [String]
    /// How lines state what a dependency answered.
    package var answers: [AnswerPattern]

    /// Used where a service names none: the tokens of the runtimes' own loggers.
    package static let standard = LogPatterns(errors: ["ERROR", "[ERROR]", "\"level\":\"error\"", "Task timed out", "Runtime exited"],
                                              warnings: ["WARN", "\"level\":\"warn\""],
                                              answers: ["status code {status}", "\"http.response.status_code\":{status}"])

    package init(errors: [String], warnings: [String], answers: [String] = []) {
        self.errors = errors.filter { !$0.isEmpty }
        self.warnings = warnings.filter { !$0.isEmpty }
        self.answers = answers.compactMap { AnswerPattern($0) }
    }

    package init(of service: ServiceOrder) {
        self.init(errors: service.errorPatterns.isEmpty ? Self.standard.errors : service.errorPatterns,
                  warnings: service.warningPatterns.isEmpty ? Self.standard.warnings : service.warningPatterns)
        answers = service.answerPatterns.isEmpty ? Self.standard.answers : service.answerPatterns.compactMap { AnswerPattern($0) }
    }

    /// Which lines are asked for.
    package enum Lines: Sendable {
        case all
        /// What the platform says at the end of an invocation.
        case reports
        /// Errors and warnings alone.
        case faults
    }

    package func level(of line: String) -> LogFingerprint.Level? {
        if errors.contains(where: { line.holds($0) }) { return .error }
        return warnings.contains(where: { line.holds($0) }) ? .warning : nil
    }

    package func answer(in line: String) -> Int? { answers.lazy.compactMap { $0.status(in: line) }.first }

    /// The same for the service, which then sends only lines that may count: `?"a" ?"b"`.
    /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
    package func filter(_ lines: Lines) -> String {
        let reports = ["REPORT RequestId", "platform.report"], ends = ["Task timed out", "Runtime exited"]
        let terms = switch lines {
        case .all: errors + warnings + answers.map(\.term) + reports + ends + ["START RequestId", "platform.start"]
        case .faults: errors + warnings
        case .reports: reports + ends
        }
        var seen: Set<String> = []
        return terms.filter { seen.insert($0).inserted }.map { "?\"\(Self.escaped($0))\"" }.joined(separator: " ")
    }

    private static func escaped(_ term: String) -> String { term.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
}

/// A line reduced to its shape: what is said, without what it was said about.
package enum LogShape {
    /// Keys of structured lines whose text tells what happened; everything else in them is payload.
    private static let telling = ["errorType", "error_type", "name", "errorMessage", "message", "msg", "error"]

    package static func text(of line: String) -> String {
        let line = String(decoding: line.utf8.prefix(Redactor.inputLimit), as: UTF8.self)
        guard let brace = line.firstIndex(of: "{") else { return Redactor.shape(of: line) }
        let head = Redactor.shape(of: line[..<brace])
        guard let record = try? JSONValue(parsing: Array(line[brace...].utf8)) else {
            // Half a document, or none: what is in braces is payload either way.
            return head.isEmpty ? "{…}" : head + " {…}"
        }
        var said: [String] = []
        for key in telling {
            guard let text = record[key]?.string ?? record[key]?["message"]?.string, !text.isEmpty else { continue }
            let shape = Redactor.shape(of: text, limit: 200)
            if !said.contains(shape) { said.append(shape) }
            if said.count == 2 { break }
        }
        let body = said.isEmpty ? "{…}" : said.joined(separator: ": ")
        return head.isEmpty ? body : head + " " + body
    }
}
