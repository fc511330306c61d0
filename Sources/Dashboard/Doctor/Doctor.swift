import Foundation
import JSON
import Telemetry

/// What `doctor` found: whether everything that a run leans on will hold.
package struct Doctor: Sendable {
    /// In the order of the report.
    static let checks: [any DoctorCheck] = [
        ConfigurationCheck(), ClockCheck(), LockCheck(), FolderCheck(), DatabaseCheck(), OrphanCheck(), CredentialsCheck(), LastRunsCheck(), LimitsCheck(), ChannelCheck(), LeakCheck(),
    ]

    package struct Section: Sendable {
        package var name: String
        package var findings: [DoctorFinding]
    }

    package let sections: [Section]
    package var worst: DoctorFinding.Grade {
        let grades = DoctorFinding.Grade.allCases
        return sections.flatMap(\.findings).map(\.grade).max { (grades.firstIndex(of: $0) ?? 0) < (grades.firstIndex(of: $1) ?? 0) } ?? .ok
    }

    /// - Parameter offline: asks no source.
    /// - Throws: `ConfigurationError` or `RunLock.Failed`. A run that is under way is part of the answer.
    package init(directory: String, world: World, tenants wanted: Set<String>, offline: Bool, jobs: Int = 16) async throws {
        let site = try SiteHistory(directory: directory, world: world, tenants: wanted, now: nil, owner: "doctor", locks: false)
        // Before the lock is taken: sources that do not answer must not keep a run from its turn.
        let accesses = offline ? [] : await DoctorBench.accesses(of: site.tenants, context: site.context, jobs: jobs)
        let lock = try LockLook(directory: directory)
        defer { withExtendedLifetime(lock) {} }
        let bench = DoctorBench(configuration: site.loaded.configuration, context: site.context, tenants: site.tenants,
                                broken: site.loaded.configuration.brokenTenants.filter { wanted.isEmpty || wanted.contains($0.id) }, isWhole: wanted.isEmpty, lock: lock.state,
                                isOffline: offline, accesses: accesses)
        var sections: [Section] = []
        for check in Self.checks { sections.append(Section(name: type(of: check).name, findings: await check.findings(bench))) }
        self.sections = sections
    }

    /// A line for each finding. What is fine of many subjects is left out unless everything is wanted.
    package func text(isComplete: Bool) -> String {
        let words: [DoctorFinding.Grade: String] = [.ok: "ok     ", .note: "note   ", .warning: "WARNING", .failure: "FAILED "]
        var lines: [String] = []
        for section in sections {
            let fine = section.findings.filter { $0.grade == .ok && $0.subject != nil }
            let shown = isComplete || fine.count <= 8 ? section.findings : section.findings.filter { $0.grade != .ok || $0.subject == nil }
            let name = section.name + String(repeating: " ", count: max(0, 12 - section.name.count))
            for finding in shown { lines.append("\(words[finding.grade] ?? "") \(name) \(finding.subject.map { $0 + ": " } ?? "")\(finding.text)") }
            if shown.count < section.findings.count { lines.append("ok      \(name) \(fine.count) more are fine; -v lists them") }
        }
        return lines.joined(separator: "\n")
    }

    package var json: JSONValue {
        ["schema": 1, "worst": .string(worst.rawValue), "findings": .array(sections.flatMap { section in
            section.findings.map { ["check": .string(section.name), "grade": .string($0.grade.rawValue), "subject": JSONValue($0.subject), "text": .string($0.text)] }
        })]
    }
}
