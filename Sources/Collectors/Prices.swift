import Telemetry

/// List prices of AWS's read calls in US dollars, us-east-1. An estimate for the ledger: discounts, free tiers and regions differ.
/// https://aws.amazon.com/cloudwatch/pricing/ · https://aws.amazon.com/xray/pricing/ · https://aws.amazon.com/sqs/pricing/
package enum Prices {
    /// The day they were looked up.
    package static let asOf = "2026-11-01"
    package static let metricRequested = 0.01 / 1_000
    package static let traceScanned = 0.50 / 1_000_000
    package static let traceRetrieved = 0.50 / 1_000_000
    package static let queueCall = 0.40 / 1_000_000
    package static let cloudWatchCall = 0.01 / 1_000
    /// A gigabyte that Logs Insights scans.
    package static let logsScanned = 0.005 / 1_000_000_000

    /// - Parameters:
    ///   - operation: as the ledger writes it, `cloudwatch:GetMetricData`.
    ///   - units: metrics, traces or calls, whatever the price counts.
    package static func dollars(_ operation: String, calls: Int, units: Int) -> Double {
        switch operation {
        case "cloudwatch:GetMetricData": Double(units) * metricRequested
        case "cloudwatch:ListMetrics": Double(calls) * cloudWatchCall
        case "logs:StartQuery": Double(units) * logsScanned
        case "xray:GetTraceSummaries": Double(units) * traceScanned
        case "xray:BatchGetTraces", "xray:StartTraceRetrieval": Double(units) * traceRetrieved
        case let name where name.hasPrefix("sqs:"): Double(calls) * queueCall
        default: 0
        }
    }
}
