import JSON
import Telemetry

/// Traces of other systems, smoke tests and deployments.
extension FileReading {
    mutating func foreignTraces(_ bodies: [(file: String, bytes: [UInt8])], _ entry: FilesCollector.Entry) {
        let group = entry.traceGroup ?? "files"
        var assembly = TraceAssembly()
        for body in bodies {
            var refused = 0, found = 0
            let broken = TraceFile.forEachDocument(in: body.bytes) { value in
                let read: (spans: [ImportedSpan], refused: Int, isTraces: Bool)
                switch entry.format {
                case .jaegerTraces:
                    let traces = JaegerTraces(value)
                    read = (traces.spans, traces.refused, traces.isTraces)
                case .datadogTraces:
                    let traces = DatadogTracePayload(value)
                    read = (traces.spans, traces.refused, traces.isTraces)
                case .otlpTraces, .getMetricData, .metricStream, .batchGetTraces, .filterLogEvents, .csv, .jUnit, .smokeTest, .deployments:
                    let traces = OTLPTraces(value)
                    read = (traces.spans, traces.refused, traces.isTraces)
                }
                assembly.add(read.spans)
                refused += read.refused
                found += read.isTraces ? 1 : 0
            }
            if broken > 0 { complain(.badAnswer, body.file, found == 0 ? "is no JSON. Record it again" : "\(broken) lines are no JSON. The others are kept") }
            else if found == 0 { complain(.badAnswer, body.file, "holds no traces. Expected \(entry.format == .jaegerTraces ? "traces of Jaeger's query API" : entry.format == .datadogTraces ? "a trace payload of Datadog's" : "resourceSpans of OTLP/JSON")") }
            if refused > 0 { complain(.badAnswer, body.file, "\(refused) spans have no ids, no name or no start. The others are kept") }
        }
        if assembly.leftOut > 0 { complain(.limit, entry.path, "\(assembly.leftOut) spans are more than one run keeps. The others are kept") }
        harvest.traces += assembly.traces { _, _ in group }.traces
        harvest.resources.append(Resource(id: ResourceID(source: order.source, kind: .trace, name: group),
                                          service: order.owner(ofTraceGroup: group) ?? order.services.first?.id ?? ""))
    }

    mutating func smokeTest(_ file: String, _ entry: FilesCollector.Entry, _ read: () throws(ReportError) -> SmokeReport) {
        guard let service = service(of: entry) else { return }
        do throws(ReportError) {
            let report = try read()
            guard report.time <= order.now else { return complain(.badAnswer, file, "is of a time that is still to come. Check the clock of the machine that made it") }
            let name = report.suite.map { Redactor.redacted($0, limit: 120) }.flatMap { $0.isEmpty ? nil : $0 } ?? Redactor.redacted(file, limit: 120)
            harvest.smokeTests.append(SmokeTest(service: service, time: report.time, suite: name, version: report.version.map { Redactor.redacted($0, limit: 80) },
                                                passed: report.passed, failed: report.failed, skipped: report.skipped, seconds: report.seconds, failures: report.failures))
        } catch {
            complain(.badAnswer, file, "\(error.reason). Expected a report of a test run")
        }
    }

    /// One document a line or in a list: `{"time": "2026-11-20T09:58:00Z", "label": "v41", "service": "orders", "detail": "9f31c2e"}`.
    mutating func deployments(_ bytes: [UInt8], _ file: String, _ entry: FilesCollector.Entry) {
        var refused = 0, found: [Deployment] = []
        let services = Set(order.tenantServices.map(\.id))
        let broken = TraceFile.forEachDocument(in: bytes) { value in
            let service = value["service"]?.string ?? entry.service ?? (order.services.count == 1 ? order.services.first?.id : nil)
            guard let service, services.contains(service), let label = (value["label"] ?? value["version"])?.string, !label.isEmpty,
                  let time = value["time"]?.string.flatMap({ Timestamp(rfc3339: $0) ?? Timestamp(rfc3339: $0 + "Z") }), time <= order.now else { refused += 1; return }
            found.append(Deployment(service: service, time: time, label: Redactor.redacted(label, limit: 80), detail: value["detail"]?.string.map { Redactor.redacted($0, limit: 200) }))
        }
        harvest.deployments += found
        if broken > 0 { complain(.badAnswer, file, "\(broken) lines are no JSON. The others are kept") }
        if refused > 0 { complain(.badAnswer, file, "\(refused) entries are no deployment: one needs time, label and the id of a service, and lies in the past. The others are kept") }
    }

    /// Whose the reports of an entry are: the service that it names, or the only one there is.
    private mutating func service(of entry: FilesCollector.Entry) -> String? {
        if let service = entry.service ?? (order.services.count == 1 ? order.services.first?.id : nil) { return service }
        complain(.badAnswer, entry.path, "the entry names no service. Say whose tests they are")
        return nil
    }
}
