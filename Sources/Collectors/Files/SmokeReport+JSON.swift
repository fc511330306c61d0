import JSON
import Telemetry

/// A smoke test in JSON: our own small form, or the Common Test Report Format (https://ctrf.io).
/// `{"suite": "checkout", "time": "2026-11-20T10:05:00Z", "version": "v41", "seconds": 12, "tests": [{"name": "pays", "status": "passed"}]}`
extension SmokeReport {
    static func json(_ bytes: [UInt8], modified: Timestamp?) throws(ReportError) -> SmokeReport {
        guard let document = try? JSONValue(parsing: bytes) else { throw ReportError("is no JSON") }
        let results = document["results"] ?? document
        guard case .array(let tests)? = results["tests"] else { throw ReportError("holds no list 'tests'") }
        let summary = results["summary"] ?? .null
        // CTRF counts in milliseconds.
        let started = summary["start"]?.double.flatMap { Timestamp(epoch: ($0 / 1_000).rounded(.down)) }
        let said = (document["time"] ?? document["timestamp"])?.string.flatMap { Timestamp(rfc3339: $0) ?? Timestamp(rfc3339: $0 + "Z") }
        guard let time = said ?? started.flatMap({ $0.seconds > 0 ? $0 : nil }) ?? modified else { throw ReportError("does not say when it ran (time)") }
        var report = SmokeReport(time: time, suite: document["suite"]?.string ?? results["tool"]?["name"]?.string,
                                 version: document["version"]?.string ?? results["environment"]?["appVersion"]?.string ?? results["environment"]?["buildName"]?.string)
        let span = summary["stop"]?.double.flatMap { stop in summary["start"]?.double.map { (stop - $0) / 1_000 } }
        report.seconds = (document["seconds"]?.double ?? span).flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        var unknown = 0
        for test in tests {
            switch test["status"]?.string?.lowercased() {
            case "passed"?, "pass"?, "ok"?: report.passed += 1
            case "failed"?, "fail"?, "error"?: report.fail(test["name"]?.string ?? "unnamed", test["message"]?.string)
            case "skipped"?, "pending"?, "disabled"?, "other"?: report.skipped += 1
            default: unknown += 1
            }
        }
        // A word that we do not know must not count as passed.
        if unknown > 0 { report.fail("\(unknown) tests without a known status", "expected passed, failed or skipped") }
        return report
    }
}
