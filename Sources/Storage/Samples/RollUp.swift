import Telemetry

/// Sum, count, least and greatest of some raw points of one series, with the worst quality among them.
struct RollUp {
    /// The parts are columns of their own in a rolled-up block: signal number times four, plus the part.
    enum Part: UInt32, CaseIterable { case sum, count, least, greatest }

    var sum = 0.0
    var count = 0.0
    var least = Double.infinity
    var greatest = -Double.infinity
    var mark = Block.missing

    static func column(_ signal: UInt32, _ part: Part) -> UInt32 { signal << 2 | part.rawValue }

    /// The raw rows that begin within one of the `parts` of an hour: a grain such as 90 s does not divide 300.
    static func rows(of part: Int, in parts: Int, rawRows: Int) -> Range<Int> {
        (part * rawRows + parts - 1) / parts..<((part + 1) * rawRows + parts - 1) / parts
    }

    mutating func add(_ value: Double, mark other: UInt8) {
        // Two finite values may add up to infinity, which no block may hold.
        sum = min(max(sum + value, -Double.greatestFiniteMagnitude), Double.greatestFiniteMagnitude)
        count += 1
        least = min(least, value)
        greatest = max(greatest, value)
        mark = mark == Block.missing ? other : Self.worse(mark, other)
    }

    /// Partial before late before final; zero-filled only where all were.
    private static func worse(_ a: UInt8, _ b: UInt8) -> UInt8 { weight(a) >= weight(b) ? a : b }

    private static func weight(_ mark: UInt8) -> Int {
        switch Quality(rawValue: mark) {
        case .partial: 3
        case .late: 2
        case .final: 1
        case .zeroFilled, nil: 0
        }
    }

    /// Of the rows `range` of one column; nothing where it has no point there.
    init?(_ block: Block, column: Int, rows range: Range<Int>) {
        for row in range {
            let mark = block.mark(column, row)
            if mark != Block.missing { add(block.value(column, row), mark: mark) }
        }
        if count == 0 { return nil }
    }

    /// From the row of a rolled-up block; nothing where it has no point there.
    init?(_ block: Block, signal: UInt32, row: Int) {
        guard let sumColumn = block.existingColumn(Self.column(signal, .sum)), let countColumn = block.existingColumn(Self.column(signal, .count)),
              let leastColumn = block.existingColumn(Self.column(signal, .least)),
              let greatestColumn = block.existingColumn(Self.column(signal, .greatest)),
              block.mark(sumColumn, row) != Block.missing else { return nil }
        sum = block.value(sumColumn, row)
        count = block.value(countColumn, row)
        least = block.value(leastColumn, row)
        greatest = block.value(greatestColumn, row)
        mark = block.mark(sumColumn, row)
        if count < 1 { return nil }
    }

    func store(in block: inout Block, signal: UInt32, row: Int) {
        for (part, value) in [(Part.sum, sum), (.count, count), (.least, least), (.greatest, greatest)] {
            block.set(block.column(Self.column(signal, part)), row, value, mark: mark)
        }
    }
}
