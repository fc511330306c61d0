import Telemetry

/// How many bytes an answer holds, for a plan: as recent runs have shown, and before them as answers usually are. Unpacked, as the ledger counts.
struct AnswerSize {
    private var shown: [String: Double] = [:]
    private(set) var isGuessed = false

    /// - Parameter recent: the ledger of ordinary runs; a first run reads a history and says nothing about the next.
    init(_ recent: [LedgerEntry]) {
        for entry in recent {
            let count = Self.countsUnits(entry.operation) ? entry.units : entry.calls
            if count > 0 { shown[entry.operation] = Double(entry.bytes) / Double(count) }
        }
    }

    mutating func bytes(_ operation: String, calls: Int, units: Int) -> Int {
        let count = Double(Self.countsUnits(operation) ? units : calls)
        if shown[operation] == nil { isGuessed = true }
        return Int(exactly: (count * (shown[operation] ?? Self.usual(operation))).rounded(.up)) ?? .max
    }

    /// An answer that holds what is paid for grows with it; the others are about one thing or one page.
    private static func countsUnits(_ operation: String) -> Bool { ["cloudwatch:GetMetricData", "xray:GetTraceSummaries", "xray:BatchGetTraces"].contains(operation) }

    /// Bytes by call, or by metric and trace: what the five reference systems answer, rounded.
    private static func usual(_ operation: String) -> Double {
        switch operation {
        case "cloudwatch:GetMetricData": 180
        case "xray:GetTraceSummaries": 900
        case "xray:BatchGetTraces": 5_000
        case "xray:ListRetrievedTraces": 25_000
        case "xray:GetServiceGraph": 8_000
        case "lambda:GetFunctionConfiguration", "dynamodb:DescribeTable", "sqs:GetQueueAttributes": 1_000
        case "logs:FilterLogEvents", "lambda:ListFunctions", "tag:GetResources", "cloudformation:ListStackResources": 4_000
        default: 400
        }
    }
}
