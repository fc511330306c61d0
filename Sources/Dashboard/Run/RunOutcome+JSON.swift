import Glibc
import JSON

extension RunOutcome {
    /// For `--json`.
    package var json: JSONValue {
        ["schema": 1, "exit": JSONValue(Int(exit.rawValue)), "published_files": JSONValue(publishedFiles),
         "problems": .array(problems.map { ["tenant": JSONValue($0.tenant), "stage": .string($0.stage.rawValue), "message": .string($0.message)] }),
         "workers": ["started": JSONValue(workers.started), "died": JSONValue(workers.died), "largest_bytes": JSONValue(workers.largestBytes)], "peak_bytes": JSONValue(Self.peakBytes),
         "tenants": .array(tenants.map(\.json))]
    }

    /// What a ping service shows: the code, the summary and the first problems.
    var report: String {
        let hidden = problems.count - 20
        return (["exit \(exit.rawValue)", summary] + problems.prefix(20).map(\.description) + (hidden > 0 ? ["and \(hidden) more problems"] : [])).joined(separator: "\n") + "\n"
    }

    /// One line for `--verbose`.
    package var summary: String {
        let calls = tenants.reduce(0) { $0 + $1.calls }, points = tenants.reduce(0) { $0 + $1.newPoints }
        let pages = tenants.reduce(0) { $0 + ($1.pages ?? 0) }, written = tenants.reduce(0) { $0 + ($1.pagesWritten ?? 0) }, sent = tenants.reduce(0) { $0 + $1.messagesSent }
        let memory = workers.started > 0 ? ", \(Self.peakBytes >> 20) MiB and \(workers.largestBytes >> 20) MiB in the largest of \(count(workers.started, "worker"))" : ""
        return "\(tenants.count) tenants, \(calls) calls, \(points) new points, \(sent) messages sent, \(pages) files of which \(written) written, \(problems.count) problems\(memory)"
    }

    /// Largest resident size of this process so far, without its workers.
    private static var peakBytes: Int64 {
        var used = rusage()
        return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &used) == 0 ? Int64(used.ru_maxrss) * 1_024 : 0
    }
}

extension TenantOutcome {
    /// A number of its work; nothing where that never began.
    func known<Number>(_ number: KeyPath<TenantOutcome, Number>) -> Number? { hasBegun ? self[keyPath: number] : nil }

    var json: JSONValue {
        ["tenant": .string(id), "exit": JSONValue(Int(exit.rawValue)), "new_points": JSONValue(known(\.newPoints)), "messages_sent": JSONValue(known(\.messagesSent)),
         "messages_waiting": JSONValue(messagesWaiting), "files": JSONValue(pages), "files_written": JSONValue(pagesWritten), "calls": JSONValue(known(\.calls)),
         "metrics": JSONValue(known(\.metrics)), "bytes": JSONValue(known(\.bytes)), "cost_usd": JSONValue(known(\.dollars)), "worst": JSONValue(severity),
         "limits": .array(limits.map(JSONValue.string)), "quarantined": JSONValue(quarantine), "stages": .array(stages.map { ["stage": .string($0.stage.rawValue), "seconds": .number($0.seconds)] })]
    }
}

extension TenantOutcome {
    /// How long it took, and which files were written because they were not there yet.
    mutating func forgetWhatOnlyThisRunKnows() {
        stages = []
        pagesWritten = nil
    }
}

extension Diagnostic {
    package var json: JSONValue {
        ["file": .string(file), "line": JSONValue(line), "column": JSONValue(column), "grade": .string(grade.rawValue), "message": .string(message)]
    }
}

/// The JSON Schemas of both configuration files, generated from the reader's own description.
package enum ConfigurationSchema {
    package static var json: JSONValue {
        ["tidewatch.yaml": SiteConfiguration.schema.jsonSchema(title: "tidewatch.yaml"), "tenants/*.yaml": TenantConfiguration.schema.jsonSchema(title: "tenants/<id>.yaml")]
    }
}

/// Seconds of a duration as people write it, for options.
package func durationSeconds(_ text: String) -> Int64? { QuantityText.duration(text) }
