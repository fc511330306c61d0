import Telemetry

/// A line of a log group.
package struct LogLine: Sendable {
    /// Milliseconds since the epoch.
    package var time: Int64
    package var stream: String
    package var message: String

    package init(at seconds: Double, stream: String, _ message: String) {
        time = Int64(exactly: (seconds * 1_000).rounded()) ?? 0
        self.stream = stream
        self.message = message
    }
}

/// A CloudWatch log group: its lines are a function of the minute.
package struct LogGroupModel: Sendable {
    package var name: String
    package var retentionDays: Int?
    /// The reader's role may not read it.
    package var isDenied = false
    package var lines: @Sendable (_ minute: Int64) -> [LogLine]

    package init(_ name: String, retentionDays: Int? = nil, lines: @escaping @Sendable (Int64) -> [LogLine]) {
        self.name = name
        self.retentionDays = retentionDays
        self.lines = lines
    }
}

extension LogGroupModel {
    /// What Lambda writes around each run, with the handler's own lines between START and END.
    package init(of function: FunctionModel, retentionDays: Int? = nil, own: @escaping @Sendable (Run) -> [String] = { _ in [] }) {
        self.init("/aws/lambda/\(function.name)", retentionDays: retentionDays) { minute in
            function.runs(minute).flatMap { function.lines(of: $0, own: own($0)) }.sorted { ($0.time, $0.message) < ($1.time, $1.message) }
        }
    }
}

private extension FunctionModel {
    func lines(of run: Run, own: [String]) -> [LogLine] {
        let stream = "\(Self.day(run.start))/[$LATEST]\(Dice(seed: 1, name).hexDigits(32, run.event / 400))"
        let handlerStart = run.start + (run.initDuration ?? 0)
        func line(_ seconds: Double, _ text: String) -> LogLine { LogLine(at: seconds, stream: stream, text + "\n") }
        var lines = [line(handlerStart, "START RequestId: \(run.requestID) Version: $LATEST")]
        for (index, text) in own.enumerated() {
            lines.append(line(handlerStart + run.duration * Double(index + 1) / Double(own.count + 1), text))
        }
        let end = handlerStart + run.duration
        switch run.outcome {
        case .success: break
        case .timeout: lines.append(line(end, "\(Self.stamp(end)) \(run.requestID) Task timed out after \(timeout).00 seconds\n"))
        case .error(let type, let message):
            lines.append(line(end, "\(Self.stamp(end))\t\(run.requestID)\tERROR\tInvoke Error \t"
                + "{\"errorType\":\"\(type)\",\"errorMessage\":\"\(message)\",\"stack\":[\"\(type): \(message)\",\"    at handler (/var/task/index.js:41:9)\"]}"))
        }
        lines.append(line(end + 0.001, "END RequestId: \(run.requestID)"))
        lines.append(line(end + 0.001, report(run)))
        return lines
    }

    func report(_ run: Run) -> String {
        var text = "REPORT RequestId: \(run.requestID)\tDuration: \(Self.milliseconds(run.duration)) ms"
            + "\tBilled Duration: \(Self.wholeMilliseconds(run.duration)) ms\tMemory Size: \(memory) MB\tMax Memory Used: \(run.memoryUsed) MB\t"
        if let initDuration = run.initDuration { text += "Init Duration: \(Self.milliseconds(initDuration)) ms\t" }
        if tracing { text += "\nXRAY TraceId: \(run.traceID)\tSegmentId: \(Dice(seed: 2, run.traceID).hexDigits(16, 0))\tSampled: true\t" }
        return text
    }

    static func milliseconds(_ seconds: Double) -> String {
        let hundredths = Int64(exactly: (seconds * 100_000).rounded()) ?? 0
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    static func wholeMilliseconds(_ seconds: Double) -> Int64 { Int64(exactly: (seconds * 1_000).rounded(.up)) ?? 0 }
}

extension FunctionModel {
    /// `2026/11/20`, as log streams begin.
    private static func day(_ seconds: Double) -> String {
        stamp(seconds).prefix(10).split(separator: "-").joined(separator: "/")
    }

    /// `2026-11-20T10:05:00.000Z`, as Node.js prefixes its lines.
    static func stamp(_ seconds: Double) -> String {
        guard let time = Timestamp(epoch: seconds.rounded(.down)) else { return "" }
        let thousandths = Int64(exactly: ((seconds - seconds.rounded(.down)) * 1_000).rounded(.down)) ?? 0
        let digits = String(thousandths)
        return time.rfc3339.dropLast() + "." + String(repeating: "0", count: 3 - digits.count) + digits + "Z"
    }
}
