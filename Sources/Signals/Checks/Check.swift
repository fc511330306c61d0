import Telemetry

/// One mistake that can sit in a system's configuration, and how to find it before it hurts.
package struct Check: Sendable {
    /// Named in `accept:` and in findings: `no-dlq`.
    package var id: String
    /// What a finding says, without the resource: `No dead-letter queue`.
    package var title: String
    /// What is looked for, for the manual.
    package var sentence: String
    package var grade: Finding.Grade
    /// The paragraph that explains it: `content/runbooks/throttled.md#meaning`.
    package var explanation: String
    /// Resources that trigger it, and ones that do not; a test runs them and the manual prints them.
    package var examples: [CheckExample]
    private let look: @Sendable (Inspection) -> [Sighting]

    init(_ id: String, _ title: String, _ sentence: String, grade: Finding.Grade = .warning, explanation: String, examples: [CheckExample],
         look: @escaping @Sendable (Inspection) -> [Sighting]) {
        self.id = id
        self.title = title
        self.sentence = sentence
        self.grade = grade
        self.explanation = explanation
        self.examples = examples
        self.look = look
    }

    /// In the order of resources.
    package func findings(in inspection: Inspection) -> [Finding] {
        look(inspection).map { Finding(check: id, grade: grade, resource: $0.resource.id, service: $0.resource.service, title: title, detail: $0.detail) }
            .sorted { $0.resource < $1.resource }
    }

    /// In the order of ids.
    package static let all: [Check] = [
        visibilityTimeout, missingDeadLetterQueue, orphanDeadLetterQueue, deadLetterRetention, receiveCount, partialBatch, singleGroup, reservedConcurrency,
        lostEvents, runtime, impossibleMetric, pendingConfirmation, unwatchedSchedule, smallTable, endlessLog, deniedLog, stackDrift, environmentNames, leftover,
    ].sorted { $0.id < $1.id }

    package static func named(_ id: String) -> Check? { all.first { $0.id == id } }

    /// What all checks find, worst first.
    package static func findings(in inspection: Inspection) -> [Finding] {
        all.flatMap { $0.findings(in: inspection) }.sorted { ($0.grade, $0.resource, $0.check) < ($1.grade, $1.resource, $1.check) }
    }
}

/// Where a check saw something, and the figures.
struct Sighting {
    var resource: Resource
    var detail: String

    init(_ resource: Resource, _ detail: String) {
        self.resource = resource
        self.detail = detail
    }
}

/// What a check found at one resource.
package struct Finding: Hashable, Sendable {
    package enum Grade: String, Hashable, Comparable, Sendable {
        /// Work is lost, or nobody is told, as things stand.
        case critical
        /// It will hurt when something else goes wrong.
        case warning

        package static func < (a: Grade, b: Grade) -> Bool { a == .critical && b == .warning }
    }

    package var check: String
    package var grade: Grade
    package var resource: ResourceID
    package var service: String
    package var title: String
    /// The settings that it was found by, in words.
    package var detail: String

    package init(check: String, grade: Grade, resource: ResourceID, service: String, title: String, detail: String) {
        self.check = check
        self.grade = grade
        self.resource = resource
        self.service = service
        self.title = title
        self.detail = detail
    }

    /// The same from run to run, whatever the figures say.
    package var id: String { "\(check)/\(resource.source)/\(resource.kind.rawValue)/\(resource.name)" }
}
