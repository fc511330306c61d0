/// One step of a query's pipeline.
enum InsightsCommand: Sendable {
    struct Column: Sendable {
        var name: String
        var expression: InsightsExpression
    }

    case fields([Column])
    case filter(InsightsExpression)
    case stats([Column], by: [Column])
    case sort(InsightsExpression, ascending: Bool)
    case limit(Int)
}

/// Runs a query over the lines of a group.
struct InsightsRun {
    /// Which fields the answer shows, in their order.
    private(set) var shown = ["@timestamp", "@message"]
    private(set) var records: [InsightsRecord]

    init(_ records: [InsightsRecord], _ commands: [InsightsCommand]) {
        self.records = records
        var isAggregated = false
        for command in commands {
            switch command {
            case .fields(let columns):
                shown = columns.map(\.name)
                self.records = self.records.map { record in
                    var record = record
                    for column in columns { record.fields[column.name] = column.expression.value(in: record) }
                    return record
                }
            case .filter(let condition): self.records = self.records.filter { condition.value(in: $0).isTrue }
            case .stats(let aggregates, let groups):
                self.records = Self.aggregated(self.records, aggregates, groups)
                shown = groups.map(\.name) + aggregates.map(\.name)
                isAggregated = true
            case .sort(let field, let isAscending):
                self.records.sort { a, b in
                    let left = field.value(in: a), right = field.value(in: b)
                    let isLess = left.number.flatMap { x in right.number.map { x < $0 } } ?? ((left.text ?? "") < (right.text ?? ""))
                    return left != right && isLess == isAscending
                }
            case .limit(let count): self.records = Array(self.records.prefix(count))
            }
        }
        // A line can be opened again by its pointer; a sum cannot.
        if !isAggregated { shown.append("@ptr") }
    }

    private static func aggregated(_ records: [InsightsRecord], _ aggregates: [InsightsCommand.Column], _ groups: [InsightsCommand.Column]) -> [InsightsRecord] {
        var order: [[InsightsValue]] = [], members: [[InsightsValue]: [InsightsRecord]] = [:]
        for record in records {
            let key = groups.map { $0.expression.value(in: record) }
            if members[key] == nil { order.append(key) }
            members[key, default: []].append(record)
        }
        return order.map { key in
            let group = members[key] ?? []
            var fields: [String: InsightsValue] = [:]
            for (column, value) in zip(groups, key) { fields[column.name] = value }
            for column in aggregates { fields[column.name] = aggregate(column.expression, group) }
            return InsightsRecord(time: group.first?.time ?? 0, fields: fields)
        }
    }

    private static func aggregate(_ expression: InsightsExpression, _ group: [InsightsRecord]) -> InsightsValue {
        guard case .call(let name, let arguments) = expression, let first = arguments.first else { return .none }
        let values = group.map { first.value(in: $0) }
        let numbers = values.compactMap(\.number)
        switch name {
        case "count": return .number(Double(values.count { $0 != .none }))
        case "sum": return .number(numbers.reduce(0, +))
        case "max": return numbers.max().map { .number($0) } ?? .none
        case "min": return numbers.min().map { .number($0) } ?? .none
        case "avg": return numbers.isEmpty ? .none : .number(numbers.reduce(0, +) / Double(numbers.count))
        case "pct":
            guard arguments.count == 2, case .constant(let share) = arguments[1], let percent = share.number, !numbers.isEmpty else { return .none }
            let sorted = numbers.sorted(), rank = Int(exactly: (percent / 100 * Double(sorted.count)).rounded(.up)) ?? 1
            return .number(sorted[min(sorted.count, max(1, rank)) - 1])
        default: return .none
        }
    }
}
