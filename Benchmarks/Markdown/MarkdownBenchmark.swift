import Foundation
import Markdown

/// Renders documents as the site does, without a tenant's live values: `markdown-bench TIMES FILE...` renders each file that many times
/// and prints how many bytes of HTML came of it. What the command cost is measured from outside, its start included.
@main
enum MarkdownBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 2, let times = Int(arguments[1]), times > 0 else { throw Usage() }
        let texts = try arguments.dropFirst(2).map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
        var options = MarkdownOptions()
        options.numberedHeadingsAreSteps = true
        var bytes = 0
        for _ in 0..<times {
            for text in texts { bytes += try MarkdownDocument(text).rendered(options).html.utf8.count }
        }
        print(bytes)
    }

    struct Usage: Error, CustomStringConvertible {
        var description: String { "usage: markdown-bench TIMES FILE..." }
    }
}
