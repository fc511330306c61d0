import Signals
import Telemetry

/// What a condition says at one step.
enum Verdict: Hashable {
    case yes, no
    /// A value that decides is absent.
    case unknown
    /// A value that decides is partial, or may still be corrected in the wrong direction: ask again later.
    case undecided
}

/// A column as a program sees it: partial values hidden, late ones marked.
struct BoundColumn {
    static let missing = BoundColumn(values: [], doubts: [], exists: false, absence: nil)

    enum Doubt: UInt8 { case none, late, partial }

    var values: [Double]
    /// One a row; empty where nothing is in doubt.
    var doubts: [Doubt]
    var exists: Bool
    var absence: AbsenceReason?

    init(values: [Double], doubts: [Doubt], exists: Bool, absence: AbsenceReason?) {
        self.values = values
        self.doubts = doubts
        self.exists = exists
        self.absence = absence
    }

    /// Values of rows that end after `settled` may still be corrected, unless their source says that they are final.
    init(_ column: SampleColumn, start: Timestamp, period: Int64, settled: Timestamp, absence: AbsenceReason?) {
        values = column.values
        doubts = []
        exists = true
        self.absence = absence
        for row in values.indices where column.qualities.indices.contains(row) {
            let doubt: Doubt
            switch column.qualities[row] {
            case .final: continue
            case .partial: doubt = .partial
            // A filled zero is as provisional as what it stands for.
            case .late, .zeroFilled: doubt = start + Int64(row + 1) * period > settled ? .late : .none
            }
            guard doubt != .none else { continue }
            if doubts.isEmpty { doubts = Array(repeating: .none, count: values.count) }
            doubts[row] = doubt
            if doubt == .partial { values[row] = .nan }
        }
    }
}

/// Runs programs over the columns of one resource. One machine serves all steps, so its registers are allocated once.
struct Machine: ~Copyable {
    private let plan: ProgramPlan
    let settings: [Setting: SettingValue]
    let columns: [BoundColumn]
    let start: Timestamp
    let period: Int64
    private(set) var registers: [Double]
    private var sawDoubt = false
    /// Of the last verdict: the share of the past that a function needs and has, where that is not all.
    private(set) var learned: Double?
    /// Results of functions that see the whole series at once, by call.
    private var sweeps: [Int: [Double]] = [:]

    init(_ plan: ProgramPlan, settings: [Setting: SettingValue], columns: [BoundColumn], start: Timestamp, period: Int64) {
        self.plan = plan
        self.settings = settings
        self.columns = columns
        self.start = start
        self.period = period
        registers = Array(repeating: .nan, count: plan.program.instructions.count)
    }

    /// Whether the conditions on settings hold; the columns do not matter for it.
    mutating func concerns() -> Bool {
        guard !plan.program.guards.isEmpty else { return true }
        run(row: -1)
        return plan.program.guards.allSatisfy { registers[$0] == 1 }
    }

    mutating func verdict(row: Int) -> Verdict {
        sawDoubt = false
        learned = nil
        run(row: row)
        // What is still learning has nothing to say; that is not the same as a value that is missing.
        guard let result = registers.last, !result.isNaN else { return sawDoubt || learned != nil ? .undecided : .unknown }
        return result == 0 ? .no : .yes
    }

    /// The numbers behind the last verdict: of the first branch that is true, or of the first.
    var evidence: (value: Double, limit: Double, unit: MetricUnit)? {
        let count = plan.program.branches.count
        guard count > 0 else { return nil }
        // Read where they lie: this is asked in each step of each alert.
        let chosen = count == 1 ? 0 : plan.program.branches.indices.first { plan.program.branches[$0].results.allSatisfy { registers[$0] == 1 } } ?? 0
        return (registers[plan.program.branches[chosen].value], registers[plan.program.branches[chosen].limit], plan.program.branches[chosen].unit)
    }
}

private extension Machine {
    mutating func run(row: Int) {
        for index in plan.program.instructions.indices { registers[index] = value(plan.program.instructions[index], row) }
    }

    mutating func value(_ instruction: Instruction, _ row: Int) -> Double {
        switch instruction {
        case .constant(let value): value
        case .load(let column, let trustsLate): load(column, trustsLate, row)
        case .call(let call): result(of: call, row)
        case .setting(let setting, let fallback): settings[plan.program.settings[setting]]?.number ?? fallback
        case .hasSetting(let setting): settings[plan.program.settings[setting]].map { $0.isSet ? 1 : 0 } ?? 0
        case .settingIs(let setting, let text): settings[plan.program.settings[setting]]?.says(plan.program.texts[text]) == true ? 1 : 0
        case .add(let a, let b): registers[a] + registers[b]
        case .subtract(let a, let b): registers[a] - registers[b]
        case .multiply(let a, let b): registers[a] * registers[b]
        // A share of nothing is no number.
        case .divide(let a, let b): registers[b] == 0 ? .nan : registers[a] / registers[b]
        case .negate(let a): -registers[a]
        case .above(let a, let b): truth(a, b) { $0 > $1 }
        case .atLeast(let a, let b): truth(a, b) { $0 >= $1 }
        case .below(let a, let b): truth(a, b) { $0 < $1 }
        case .atMost(let a, let b): truth(a, b) { $0 <= $1 }
        case .equal(let a, let b): truth(a, b) { $0 == $1 }
        case .unequal(let a, let b): truth(a, b) { $0 != $1 }
        case .and(let a, let b): registers[a] == 0 || registers[b] == 0 ? 0 : registers[a] * registers[b]
        case .or(let a, let b): registers[a] == 1 || registers[b] == 1 ? 1 : registers[a] + registers[b]
        case .not(let a): 1 - registers[a]
        }
    }

    @inline(__always) func truth(_ a: Int, _ b: Int, _ holds: (Double, Double) -> Bool) -> Double {
        let left = registers[a], right = registers[b]
        return left.isNaN || right.isNaN ? .nan : holds(left, right) ? 1 : 0
    }

    mutating func load(_ index: Int, _ trustsLate: Bool, _ row: Int) -> Double {
        guard columns[index].values.indices.contains(row) else { return .nan }
        if !columns[index].doubts.isEmpty, isDoubtful(columns[index].doubts[row], trustsLate) {
            sawDoubt = true
            return .nan
        }
        return columns[index].values[row]
    }

    mutating func result(of index: Int, _ row: Int) -> Double {
        guard row >= 0 else { return .nan }
        let call = plan.program.calls[index], function = RuleFunction.all[call.function]
        let column = columns[call.column]
        let companion = call.companion.map { columns[$0] }
        let input = FunctionInput(values: column.values, companion: companion?.values ?? [], hasColumn: column.exists, row: row, time: start + Int64(row + 1) * period, period: period,
                                  arguments: call.arguments, settings: settings, absence: column.absence)
        if !column.doubts.isEmpty {
            let reach = function.lookback(call.arguments, settings)
            let rows = input.rows(Double(reach)).clamped(to: 0..<column.doubts.count)
            // The newest value decides now; older partial ones are merely missing from the window.
            if rows.contains(row), column.doubts[row] == .partial || (!call.trustsLate && column.doubts[rows].contains(.late)) {
                sawDoubt = true
                return .nan
            }
        }
        if let companion, !companion.doubts.isEmpty, companion.doubts.indices.contains(row), companion.doubts[row] != .none {
            sawDoubt = true
            return .nan
        }
        let result = function.sweep.map { swept(index, $0, input) } ?? function.value(input)
        if result.isNaN, let share = function.learned?(input), share < 1 { learned = min(learned ?? 1, max(0, share)) }
        return result
    }

    mutating func swept(_ index: Int, _ sweep: (FunctionInput) -> [Double], _ input: FunctionInput) -> Double {
        let all = sweeps[index] ?? sweep(input)
        sweeps[index] = all
        return all.indices.contains(input.row) ? all[input.row] : .nan
    }

    func isDoubtful(_ doubt: BoundColumn.Doubt, _ trustsLate: Bool) -> Bool {
        switch doubt {
        case .none: false
        case .late: !trustsLate
        case .partial: true
        }
    }
}

private extension SettingValue {
    var isSet: Bool {
        switch self {
        case .number(let value): value != 0
        case .text(let text): !text.isEmpty
        case .flag(let flag): flag
        }
    }

    func says(_ wanted: String) -> Bool {
        guard let text else { return false }
        return text == wanted || text.split(separator: ",").contains { $0.drop { $0 == " " } == wanted }
    }
}
