import Foundation
import Site

/// The parts of a pattern as its file lists them under `## Parts`, a row for each way through it:
///
///     - api | endpoint | answers once the event is queued
///       -> send | one copy
///     - queue | buffer | keeps order per group
///
///     - endpoint
///       -> log
///     - log | access log | JSON
///
/// A name alone is a part that an earlier row described.
enum PatternParts {
    /// The rows, and the text without that section; it keeps its number of lines, so that messages about later lines stay true.
    /// A section of another form is left to the text.
    static func read(_ text: String) -> (rows: [[PatternPart]], rest: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let heading = lines.firstIndex(of: "## Parts") else { return ([], text) }
        let end = lines[(heading + 1)...].firstIndex { $0.hasPrefix("## ") } ?? lines.endIndex
        var rows: [[PatternPart]] = [[]], known: Set<String> = [], arrow: (flow: String, terms: String)?
        for line in lines[(heading + 1)..<end] {
            if line.hasPrefix("- "), var part = part(line.dropFirst(2)) {
                guard (part.kind == nil) == known.contains(part.name), (arrow == nil) == rows[rows.count - 1].isEmpty else { return ([], text) }
                known.insert(part.name)
                if let arrow { (part.flow, part.terms) = arrow }
                arrow = nil
                rows[rows.count - 1].append(part)
            } else if line.hasPrefix("  -> "), arrow == nil, !rows[rows.count - 1].isEmpty {
                let cells = cells(line.dropFirst(5))
                arrow = (cells[0], cells.count > 1 ? cells[1] : "")
            } else if line.allSatisfy({ $0 == " " }), arrow == nil {
                if rows.last?.isEmpty == false { rows.append([]) }
            } else {
                return ([], text)
            }
        }
        if rows.last?.isEmpty == true { rows.removeLast() }
        guard !rows.isEmpty, arrow == nil else { return ([], text) }
        for index in heading..<end { lines[index] = "" }
        return (rows, lines.joined(separator: "\n"))
    }

    private static func part(_ line: Substring) -> PatternPart? {
        let cells = cells(line)
        return switch cells.count {
        case 1: PatternPart(kind: nil, name: cells[0])
        case 3: PatternPart(kind: cells[0], name: cells[1], does: cells[2])
        default: nil
        }
    }

    private static func cells(_ line: Substring) -> [String] {
        line.split(separator: "|", maxSplits: 2).map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
