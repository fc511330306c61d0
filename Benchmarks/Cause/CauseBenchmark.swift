import Alerting
import Foundation

/// Asks the finder of live incidents about recorded ones, one a line of its input, and prints the suspects, the most suspected first.
///
///     cause-bench issues HISTORY          lines of input: GRAPH <tab> METRICS <tab> PART <tab> METRIC <tab> TIME OF THE ALERT
///     cause-bench quiet HISTORY GRAPH PART METRIC STEPS
///
/// Nothing says which part is the cause. `quiet` takes each stretch of that many steps out of a fault-free recording, learns from the other
/// half of it, and prints how many stretches named nobody.
@main struct CauseBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("issues", 2): try issues(history: Recording(path: arguments[1]))
        case ("quiet", 6): try quiet(Recording(path: arguments[1]), RecordedSystem(graph: arguments[2]), part: arguments[3], metric: arguments[4], steps: Int(arguments[5]) ?? 1)
        default: throw Mistake("usage: cause-bench issues HISTORY | quiet HISTORY GRAPH PART METRIC STEPS")
        }
    }

    private static func trouble(_ metric: String) -> Suspect.Trouble { metric == "latency" ? .time : .failures }

    private static func issues(history: Recording) throws {
        while let line = readLine() {
            let fields = line.split(separator: "\t").map(String.init)
            guard fields.count == 5, let alerted = Double(fields[4]) else { throw Mistake("expected five fields, found '\(line)'") }
            let system = try RecordedSystem(graph: fields[0]), recording = try Recording(path: fields[1])
            // Steps that were over before the alert are the time before; the others, the one that it fell into among them, are the incident.
            let before = recording.times.count { $0 + Double(RecordedSystem.period) <= alerted }, past = history.times.count
            let suspects = try system.finder(history.followed(by: recording)).suspects(
                of: system.place(of: fields[2]), trouble(fields[3]), in: past + before..<past + recording.times.count, before: before, history: 0..<past, period: RecordedSystem.period)
            print(suspects.map { system.names[$0.part] }.joined(separator: "\t"))
            if let first = suspects.first { print("  \(system.names[first.part]): \(first.evidence)") }
        }
    }

    private static func quiet(_ recording: Recording, _ system: RecordedSystem, part: String, metric: String, steps: Int) throws {
        let finder = system.finder(recording), target = try system.place(of: part), count = recording.times.count, half = count / 2
        var silent = 0, all = 0
        for (learned, tried) in [(0..<half, half..<count), (half..<count, 0..<half)] {
            for start in tried.dropFirst().dropLast(max(0, steps - 1)) {
                all += 1
                if finder.suspects(of: target, trouble(metric), in: start..<start + steps, before: 1, history: learned, period: RecordedSystem.period).isEmpty { silent += 1 }
            }
        }
        print(silent, all)
    }
}
