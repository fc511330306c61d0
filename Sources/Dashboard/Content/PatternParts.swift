/// The parts of a pattern as its file lists them (`- kind | name | what it does`, then `  -> how the next is reached`), made a table:
/// a table reads well at every width, however many parts there are.
enum PatternParts {
    /// The text with the list under `## Parts` as a table. It keeps its number of lines, so that messages about later lines stay true.
    static func tabled(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let heading = lines.firstIndex(of: "## Parts"),
              let start = lines[heading...].firstIndex(where: { $0.hasPrefix("- ") }) else { return text }
        let end = lines[start...].firstIndex { !$0.hasPrefix("- ") && !$0.hasPrefix("  -> ") } ?? lines.endIndex
        var rows: [[String]] = []
        for line in lines[start..<end] {
            if line.hasPrefix("- ") {
                let cells = line.dropFirst(2).split(separator: "|", maxSplits: 2).map { $0.trimming() }
                guard cells.count == 3 else { return text }
                rows.append([cells[1], cells[0].replacing("_", with: " "), cells[2], "–"])
            } else if !rows.isEmpty {
                rows[rows.count - 1][3] = line.dropFirst(5).trimming()
            }
        }
        var table = ["| Part | Kind | What it does | How the next is reached |", "|---|---|---|---|"]
        table += rows.map { "| " + $0.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |" }
        guard table.count <= end - start else { return text }
        table += Array(repeating: "", count: end - start - table.count)
        lines.replaceSubrange(start..<end, with: table)
        return lines.joined(separator: "\n")
    }
}

private extension Substring {
    func trimming() -> String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
