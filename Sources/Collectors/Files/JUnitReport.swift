import AWS
import Telemetry

/// Why a report cannot be used, in words that end a sentence about its file.
struct ReportError: Error, Equatable {
    var reason: String
    init(_ reason: String) { self.reason = reason }
}

/// A smoke test as a report tells it, before it is known whose it is.
struct SmokeReport: Equatable {
    var time: Timestamp
    var suite: String?
    var version: String?
    var passed = 0, failed = 0, skipped = 0
    var seconds: Double?
    var failures: [SmokeTest.Failure] = []

    static let failuresKept = 10

    mutating func fail(_ name: String, _ message: String?) {
        failed += 1
        guard failures.count < Self.failuresKept else { return }
        let message = message.map { Redactor.redacted($0, limit: 200) }.flatMap { $0.isEmpty ? nil : $0 }
        failures.append(SmokeTest.Failure(name: Redactor.redacted(name, limit: 120), message: message))
    }
}

/// A report in JUnit's XML, as nearly every test runner writes it. The cases are counted, not the totals that it claims.
enum JUnitReport {
    /// - Parameter modified: stands in where no suite says when it ran; a time without a zone is UTC.
    static func report(_ bytes: [UInt8], modified: Timestamp?) throws(ReportError) -> SmokeReport {
        guard let root = XMLNode(parsing: bytes) else { throw ReportError("is no XML, or holds a DTD, which no report needs") }
        guard root.name == "testsuites" || root.name == "testsuite" else { throw ReportError("is no JUnit report: its first element is '\(Redactor.redacted(root.name, limit: 40))'") }
        var suites: [XMLNode] = []
        collect(root, into: &suites)
        let started = suites.compactMap { $0.attributes["timestamp"].flatMap(time) }.min()
        guard let time = started ?? modified else { throw ReportError("does not say when it ran") }
        var report = SmokeReport(time: time, suite: root.attributes["name"] ?? suites.lazy.compactMap { $0.attributes["name"] }.first)
        for suite in suites {
            for property in suite["properties"]?.all("property") ?? [] where property.attributes["name"] == "version" {
                report.version = report.version ?? property.attributes["value"] ?? property.text
            }
            for test in suite.all("testcase") { add(test, to: &report) }
        }
        let total = root.attributes["time"].flatMap(Double.init) ?? suites.compactMap { $0.attributes["time"].flatMap(Double.init) }.reduce(nil) { ($0 ?? 0) + $1 }
        report.seconds = total.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        return report
    }

    /// Suites lie in suites with some writers; the depth is limited by the reader.
    private static func collect(_ node: XMLNode, into suites: inout [XMLNode]) {
        if node.name == "testsuite" { suites.append(node) }
        for child in node.children where child.name == "testsuite" { collect(child, into: &suites) }
    }

    private static func add(_ test: XMLNode, to report: inout SmokeReport) {
        let name = [test.attributes["classname"], test.attributes["name"]].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
        if let failure = test["failure"] ?? test["error"] {
            report.fail(name.isEmpty ? "unnamed" : name, failure.attributes["message"] ?? failure.attributes["type"] ?? failure.text)
        } else if test["skipped"] != nil {
            report.skipped += 1
        } else {
            report.passed += 1
        }
    }

    private static func time(_ text: String) -> Timestamp? { Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "Z") }
}
