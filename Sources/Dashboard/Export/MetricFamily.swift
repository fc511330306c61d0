import Telemetry

/// One metric with all its samples, in the text form that Prometheus reads
/// (https://github.com/prometheus/docs/blob/main/content/docs/instrumenting/exposition_formats.md) or as OpenMetrics.
struct MetricFamily {
    enum Form: String { case gauge, counter }

    let name: String
    private var head: String
    private let unitLine: String
    private var samples: [UInt8] = []
    /// Bytes of samples that wait.
    var size: Int { samples.count }

    init(_ name: String, _ form: Form, unit: String? = nil, help: String) {
        self.name = name
        // OpenMetrics names a counter's family without the suffix of its samples.
        head = "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(form.rawValue)\n"
        unitLine = unit.map { "# UNIT \(name) \($0)\n" } ?? ""
    }

    var isEmpty: Bool { samples.isEmpty }

    /// Labels without a value are left out, as the format reads them.
    mutating func add(_ value: Double, _ labels: [(String, String)] = [], at time: Timestamp? = nil) {
        guard value.isFinite else { return }
        let shown = labels.filter { !$0.1.isEmpty }.map { "\($0.0)=\"\(Self.escaped($0.1, quotes: true))\"" }.joined(separator: ",")
        samples += name.utf8
        if !shown.isEmpty { samples += "{\(shown)}".utf8 }
        samples += " \(digits(value))".utf8
        if let time { samples += " \(time.seconds)".utf8 }
        samples.append(UInt8(ascii: "\n"))
    }

    /// Without times: what a textfile collector takes.
    var prometheus: [UInt8] { Array(head.utf8) + samples }

    /// The same piece by piece: what was added since the last.
    mutating func takePrometheus() -> [UInt8] {
        defer { head = ""; samples.removeAll(keepingCapacity: true) }
        return prometheus
    }

    var openMetrics: [UInt8] { Array((head + unitLine).utf8) + samples }

    /// Only letters, digits and underscores, and the unit at the end as OpenMetrics demands.
    static func name(_ text: String, unit: String?) -> String {
        var name = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        if let unit, !name.hasSuffix("_" + unit) { name += "_" + unit }
        return name
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\"" where quotes: out += "\\\""
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }
}
