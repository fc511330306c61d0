import Alerting
import Foundation

/// Asks the finder of live incidents about recorded ones, one a line of its input, and prints the suspects, the most suspected first.
///
///     cause-bench issues HISTORY BEFORE   lines of input: GRAPH <tab> METRICS <tab> PART <tab> METRIC <tab> TIME OF THE ALERT
///     cause-bench quiet HISTORY BEFORE GRAPH PART METRIC STEPS
///
/// Nothing says which part is the cause. BEFORE is how many steps tell what a call costs otherwise; a live incident looks at twelve. `quiet` takes each stretch of that many steps out of a fault-free recording, learns from the other
/// half of it, and prints how many stretches named nobody.
@main struct CauseBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count > 2, let before = Int(arguments[2]), before > 0 else { throw Mistake(usage) }
        switch (arguments[0], arguments.count) {
        case ("issues", 3): try issues(history: Recording(path: arguments[1]), before: before)
        case ("quiet", 7): try quiet(Recording(path: arguments[1]), before: before, RecordedSystem(graph: arguments[3]), part: arguments[4], metric: arguments[5], steps: Int(arguments[6]) ?? 1)
        default: throw Mistake(usage)
        }
    }

    private static let usage = "usage: cause-bench issues HISTORY BEFORE | quiet HISTORY BEFORE GRAPH PART METRIC STEPS"

    private static func trouble(_ metric: String) -> Suspect.Trouble { metric == "latency" ? .time : .failures }

    private static func issues(history: Recording, before: Int) throws {
        while let line = readLine() {
            let fields = line.split(separator: "\t").map(String.init)
            guard fields.count == 5, let alerted = Double(fields[4]) else { throw Mistake("expected five fields, found '\(line)'") }
            let system = try RecordedSystem(graph: fields[0]), recording = try Recording(path: fields[1])
            // Steps that were over before the alert are the time before, and the past where they are too few; the others, the one that it fell
            // into among them, are the incident.
            let over = recording.times.count { $0 + Double(RecordedSystem.period) <= alerted }, past = history.times.count
            let suspects = try system.finder(history.followed(by: recording)).suspects(
                of: system.place(of: fields[2]), trouble(fields[3]), in: past + over..<past + recording.times.count, before: before, history: 0..<past, period: RecordedSystem.period)
            print(suspects.map { system.names[$0.part] }.joined(separator: "\t"))
            if let first = suspects.first { print("  \(system.names[first.part]): \(first.evidence)") }
        }
    }

    private static func quiet(_ recording: Recording, before: Int, _ system: RecordedSystem, part: String, metric: String, steps: Int) throws {
        let finder = system.finder(recording), target = try system.place(of: part), count = recording.times.count, half = count / 2
        var silent = 0, all = 0
        for (learned, tried) in [(0..<half, half..<count), (half..<count, 0..<half)] {
            for start in tried.dropFirst(before).dropLast(max(0, steps - 1)) {
                all += 1
                if finder.suspects(of: target, trouble(metric), in: start..<start + steps, before: before, history: learned, period: RecordedSystem.period).isEmpty { silent += 1 }
            }
        }
        print(silent, all)
    }
}
