import Signals
import Telemetry

/// A PromQL expression that gives one signal of one resource, and what can be told about it before it is asked.
package struct PromQLQuery: Hashable, Sendable {
    package var series: SeriesReference
    /// As written; `$period` stands for the step.
    package var expression: String
    /// Multiplies the answer into the signal's base unit: 0.001 for milliseconds.
    package var scale: Double

    package init(series: SeriesReference, expression: String, scale: Double = 1) {
        self.series = series
        self.expression = expression
        self.scale = scale
    }

    /// With the step filled in, under our own name for it and under those that dashboards use.
    func expression(step: Int64) -> String {
        ["$period", "$__interval", "$__rate_interval", "$interval"].reduce(expression) { $0.replacing($1, with: "\(step)s") }
    }
}

extension PromQLQuery {
    /// What would be answered and would mean nothing, in sentences; empty where all is well.
    package var findings: [String] {
        guard let definition = SignalCatalogue.definition(of: Signal(series.kind, series.signal)) else { return [] }
        var found: [String] = []
        let words = PromQLWords(expression)
        if let bracket = words.unbalanced { return ["the expression breaks off: a \(bracket) has no partner"] }
        switch (definition.form, words.shape) {
        case (.gauge, .perSecond(let function)) where definition.unit != .perSecond:
            found.append("\(function)() gives a change a second, and \(definition.signal) is a level: ask for the level itself")
        case (.gauge, .asIs) where definition.unit == .seconds && words.aggregates(["sum"]):
            found.append("sum() adds up, and the sum of ages means nothing: use max()")
        case (_, .asIs) where definition.percentile != nil && words.aggregates(["sum", "avg"]):
            found.append("percentiles neither add up nor average: use histogram_quantile(), or max() for the worst")
        case (.counter, .perSecond(let function)):
            found.append("\(function)() gives events a second, and \(definition.signal) counts events in the step: use increase(…[$period])")
        case (.counter, .asIs):
            found.append("\(definition.signal) counts events in the step, and a counter of Prometheus runs on for ever: use increase(…[$period])")
        case (.gauge, .statistic(.sum)) where words.counts:
            found.append("increase() gives events in the step, and \(definition.signal) is a level: ask for the level itself")
        case (let form, .statistic(let statistic)):
            found += StatisticLint.findings(form: form, statistic: statistic, period: definition.nativePeriod).map(\.description)
        case (_, .perSecond), (_, .asIs): break
        }
        if case .statistic(.percentile(let rank)) = words.shape, let wanted = definition.percentile, abs(wanted - rank) > 1e-9 {
            found.append("\(definition.signal) is the \(MetricStatistic.percentile(wanted).word) and the expression asks for the \(MetricStatistic.percentile(rank).word)")
        }
        return found
    }

    /// A count over another stretch than the step counts some events twice, or leaves some out.
    package func mismatch(step: Int64) -> String? {
        guard SignalCatalogue.definition(of: Signal(series.kind, series.signal))?.form == .counter else { return nil }
        let words = PromQLWords(expression(step: step))
        guard let wrong = words.windows.first(where: { $0 != step }) else { return nil }
        return "counts over \(wrong) s where a step is \(step) s: write [$period]"
    }
}

private extension SignalDefinition {
    /// 99 of `duration.p99`.
    var percentile: Double? {
        guard let last = name.split(separator: ".").last, last.first == "p" else { return nil }
        return Double(last.dropFirst())
    }
}

/// The functions and windows of an expression; texts in quotes and label matchers are passed over.
private struct PromQLWords {
    enum Shape {
        case statistic(MetricStatistic)
        case perSecond(String)
        /// What the series hold at the moment.
        case asIs
    }

    private(set) var functions: [(name: String, argument: Double?)] = []
    /// Seconds, of every `[5m]` and `[1h:5m]`.
    private(set) var windows: [Int64] = []

    /// A bracket without its partner.
    private(set) var unbalanced: Character?
    /// Whether one of these stands outside of everything else, and nothing is divided.
    func aggregates(_ names: Set<String>) -> Bool { !divides && functions.first.map { names.contains($0.name) } == true }
    private var divides = false

    var counts: Bool { functions.contains { $0.name == "increase" } }

    /// What the outermost function that looks over time makes of the points.
    var shape: Shape {
        for (name, argument) in functions {
            switch name {
            case "increase", "sum_over_time", "changes", "resets": return .statistic(.sum)
            case "count_over_time": return .statistic(counts ? .sampleCount : .sum)
            case "rate", "irate", "deriv": return .perSecond(name)
            case "max_over_time": return .statistic(.maximum)
            case "min_over_time": return .statistic(.minimum)
            case "avg_over_time": return .statistic(.average)
            case "histogram_quantile", "quantile_over_time", "quantile": return argument.map { .statistic(.percentile(($0 * 1e6).rounded() / 1e4)) } ?? .asIs
            default: continue
            }
        }
        return .asIs
    }

    init(_ expression: String) {
        let bytes = Array(expression.utf8)
        var at = 0, depth = 0, open: [UInt8] = []
        defer { if unbalanced == nil, let last = open.last { unbalanced = Character(Unicode.Scalar(last)) } }
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
                let quote = bytes[at]
                at += 1
                while at < bytes.count, bytes[at] != quote { at += bytes[at] == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1 }
                at += 1
            case UInt8(ascii: "{"): depth += 1; open.append(bytes[at]); at += 1
            case UInt8(ascii: "}"): depth -= 1; close(UInt8(ascii: "{"), bytes[at], &open); at += 1
            case UInt8(ascii: "("): open.append(bytes[at]); at += 1
            case UInt8(ascii: ")"): close(UInt8(ascii: "("), bytes[at], &open); at += 1
            case UInt8(ascii: "/"): divides = true; at += 1
            case UInt8(ascii: "["):
                let end = bytes[at...].firstIndex { $0 == UInt8(ascii: "]") } ?? bytes.count
                if end == bytes.count { open.append(bytes[at]) }
                let text = String(decoding: bytes[(at + 1)..<max(at + 1, end)], as: UTF8.self)
                if let window = text.split(separator: ":", omittingEmptySubsequences: false).first.flatMap({ Self.seconds(String($0)) }) { windows.append(window) }
                at = end + 1
            case let byte where Self.isWord(byte) && depth <= 0:
                let start = at
                while at < bytes.count, Self.isWord(bytes[at]) { at += 1 }
                var after = at
                while after < bytes.count, bytes[after] <= 0x20 { after += 1 }
                guard after < bytes.count, bytes[after] == UInt8(ascii: "(") else { continue }
                let argument = bytes[(after + 1)...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: ")") && $0 != UInt8(ascii: "(") }
                functions.append((String(decoding: bytes[start..<at], as: UTF8.self), Double(String(decoding: argument.filter { $0 > 0x20 }, as: UTF8.self))))
            default: at += 1
            }
        }
    }

    private mutating func close(_ partner: UInt8, _ byte: UInt8, _ open: inout [UInt8]) {
        if open.last == partner { open.removeLast() } else { unbalanced = unbalanced ?? Character(Unicode.Scalar(byte)) }
    }

    private static func isWord(_ byte: UInt8) -> Bool { byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "$") }

    /// `5m`, `1h30m`, `300`.
    private static func seconds(_ text: String) -> Int64? {
        var total = 0.0, number = "", unit = ""
        func add() -> Bool {
            guard let value = Double(number) else { return false }
            let factors = ["": 1.0, "s": 1, "ms": 0.001, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000]
            guard let factor = factors[unit] else { return false }
            total += value * factor
            return true
        }
        for character in text where character != " " {
            if character.isASCII, character.isNumber || character == "." {
                if !unit.isEmpty { guard add() else { return nil }; number = ""; unit = "" }
                number.append(character)
            } else {
                unit.append(character)
            }
        }
        return add() ? Int64(exactly: total.rounded()) : nil
    }
}
