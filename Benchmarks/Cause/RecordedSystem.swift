import Alerting
import Foundation

/// A recorded system: who calls whom, and what each part was asked and answered in steps of five minutes.
struct RecordedSystem {
    static let period: Int64 = 300
    let names: [String]
    private let callees: [[Int]]

    /// - Parameter graph: a table of callers (rows) and callees (columns), 1 where one calls the other.
    init(graph path: String) throws {
        let rows = try Self.rows(of: path)
        guard let head = rows.first, head.count > 1 else { throw Mistake("\(path): no parts") }
        let names = Array(head.dropFirst())
        let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var callees = Array(repeating: [Int](), count: names.count)
        for row in rows.dropFirst() {
            guard let caller = row.first.flatMap({ places[$0] }) else { throw Mistake("\(path): the row '\(row.first ?? "")' has no column") }
            callees[caller] = row.dropFirst().enumerated().compactMap { Double($1) ?? 0 != 0 && names.indices.contains($0) ? $0 : nil }
        }
        self.names = names
        self.callees = callees
    }

    func finder(_ recording: Recording) -> SuspectFinder {
        SuspectFinder(parts: names.map { recording.series[$0] ?? CallSeries(calls: recording.times.map { _ in 0 }) }, callees: callees)
    }

    func place(of name: String) throws -> Int {
        guard let place = names.firstIndex(of: name) else { throw Mistake("'\(name)' is no part of this system") }
        return place
    }

    static func rows(of path: String) throws -> [[String]] {
        try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }
}

/// The numbers of all parts over a stretch of time. A file has three heads, part, metric and statistic, and a line of its index's name.
struct Recording {
    private(set) var times: [Double] = []
    private(set) var series: [String: CallSeries] = [:]

    init(path: String) throws {
        let rows = try RecordedSystem.rows(of: path)
        guard rows.count > 3 else { throw Mistake("\(path): no steps") }
        let steps = rows.dropFirst(3).filter { $0.first.flatMap { Double($0) } != nil }
        times = steps.compactMap { $0.first.flatMap { Double($0) } }
        var columns: [String: [String: [Double]]] = [:]
        for column in rows[0].indices.dropFirst() where rows[1].indices.contains(column) && rows[2].indices.contains(column) {
            guard ["requests/Sum", "latency/Average", "availability/Average"].contains("\(rows[1][column])/\(rows[2][column])") else { continue }
            columns[rows[0][column], default: [:]][rows[1][column]] = steps.map { $0.indices.contains(column) ? Double($0[column]) ?? .nan : .nan }
        }
        for (name, values) in columns {
            let calls = values["requests"] ?? []
            func product(_ metric: String, _ each: (Double) -> Double) -> [Double] { zip(calls, values[metric] ?? []).map { $0 * each($1) } }
            series[name] = CallSeries(calls: calls, failures: product("availability") { 1 - $0 / 100 }, seconds: product("latency") { $0 })
        }
    }

    /// This and then the other, as one past.
    func followed(by other: Recording) -> Recording {
        var whole = self
        for name in Set(series.keys).union(other.series.keys) {
            func all(_ values: (CallSeries) -> [Double]) -> [Double] {
                (series[name].map(values) ?? times.map { _ in 0 }) + (other.series[name].map(values) ?? other.times.map { _ in 0 })
            }
            whole.series[name] = CallSeries(calls: all(\.calls), failures: all(\.failures), seconds: all(\.seconds))
        }
        whole.times += other.times
        return whole
    }
}

struct Mistake: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
