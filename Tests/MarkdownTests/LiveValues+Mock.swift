@testable import Markdown

/// One tenant's values, some of them as hostile as a queue's name may be.
struct MockValues: LiveValues {
    var values: [String: LiveValue] = [
        "queue.name": .current(text: "orders.fifo", number: nil, isCritical: false),
        "queue.visible": .current(text: "312", number: 312, isCritical: true),
        "queue.in_flight": .current(text: "1", number: 1, isCritical: false),
        "queue.oldest_age": .current(text: "47 min", number: 2820, isCritical: false),
        "queue.gone": .current(text: "no data", number: nil, isCritical: false),
        "trace.fault_rate": .current(text: "0.4 %", number: 0.004, isCritical: false),
        "region": .generic("REGION"),
        "hostile": .current(text: "<img src=x onerror=a()> '$(id)'\n`id`\u{202E}\"", number: 1, isCritical: false),
    ]

    func value(named name: String) -> LiveValue? { values[name] }
}

extension RenderedMarkdown {
    static func of(_ text: String, live: Bool = true, _ change: (inout MarkdownOptions) -> Void = { _ in }) throws -> RenderedMarkdown {
        var options = MarkdownOptions(live: live ? MockValues() : nil)
        change(&options)
        return try MarkdownDocument(text).rendered(options)
    }

    /// `line:column: message`, as a caller prints them after the file's name.
    var reports: [String] { problems.map { "\($0.line):\($0.column): \($0.message)" } }
}
