/// Columns for a terminal: the first flush left, numbers flush right.
enum TextTable {
    static func text(_ heads: [String], _ rows: [[String]]) -> String {
        let widths = heads.indices.map { column in ([heads] + rows).map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0 }
        return ([heads] + rows).map { row in
            "  " + row.enumerated().map { index, cell in
                let space = String(repeating: " ", count: max(0, (widths.indices.contains(index) ? widths[index] : 0) - cell.count))
                return index == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
