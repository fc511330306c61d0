import Collectors
import Testing

@Suite struct `Platform lines` {
    private func read(_ line: String) -> ReportLine? { if case .report(let report)? = PlatformLine(line) { report } else { nil } }

    @Test func `a cold REPORT line is read whole`() throws {
        let report = try #require(read("REPORT RequestId: 8edab1f8-7d34-4a8e-a965-15ccbbb78d4c\tDuration: 619.31 ms\tBilled Duration: 700 ms\tMemory Size: 128 MB\tMax Memory Used: 118 MB\tInit Duration: 120.5 ms\t\nXRAY TraceId: 1-5e61292c-cc1229a4dfbeae1043928548\tSegmentId: 07a85e713f6302b2\tSampled: true\t\n"))
        #expect(report.requestID == "8edab1f8-7d34-4a8e-a965-15ccbbb78d4c")
        #expect(report.duration == 619.31 / 1_000 && report.billed == 0.7 && report.initDuration == 120.5 / 1_000)
        #expect(report.memorySize == 134_217_728 && report.memoryUsed == 123_731_968)
        #expect(report.traceID == "1-5e61292c-cc1229a4dfbeae1043928548" && report.failure == nil)
    }

    @Test func `a warm line with blanks for tabs has no init`() {
        let report = read("REPORT RequestId: a Duration: 0.62 ms  Billed Duration: 100 ms Memory Size: 128 MB Max Memory Used: 51 MB")
        #expect(report?.duration == 0.00062 && report?.initDuration == nil && report?.memoryUsed == 51 * 1_048_576)
    }

    @Test(arguments: [("Status: timeout", "timeout"), ("Status: error\tError Type: Runtime.ExitError", "error"), ("Status: error\tError Type: Runtime.OutOfMemory", "out_of_memory")])
    func `failures are told apart`(field: String, failure: String) {
        #expect(read("REPORT RequestId: a\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 128 MB\tMax Memory Used: 51 MB\t\(field)\n")?.failure == failure)
    }

    @Test func `a JSON record is read the same`() {
        let report = read(#"{"time":"2026-11-20T10:00:00.000Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":10.5,"billedDurationMs":11,"memorySizeMB":128,"maxMemoryUsedMB":64,"initDurationMs":200},"status":"timeout","tracing":{"type":"X-Amzn-Trace-Id","value":"Root=1-5e61292c-cc1229a4dfbeae1043928548;Parent=07a8;Sampled=1"}}}"#)
        #expect(report?.duration == 0.0105 && report?.initDuration == 0.2 && report?.failure == "timeout")
        #expect(report?.traceID == "1-5e61292c-cc1229a4dfbeae1043928548")
        #expect(PlatformLine(#"{"type":"platform.start","record":{"requestId":"a"}}"#) == .start(requestID: "a"))
    }

    @Test(arguments: ["REPORT invalid report log line", "REPORT RequestId: a\tDuration: x ms", "REPORT RequestId: ", "", "{", "{\"type\":\"platform.report\"}",
                      "REPORT RequestId: a\tDuration: -1 ms", "REPORT RequestId: a\tDuration: nan ms"])
    func `what is no report is none`(line: String) { #expect(read(line) == nil) }
}
