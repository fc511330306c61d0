import AWS
import JSON
import Telemetry

/// EventBridge: the rules of a bus and what they start. Metrics of a bus are kept by rule, so the names of its rules decide what can be asked.
struct BusInventory: Sendable {
    /// More rules than these are not asked for: each costs a dozen metrics in every run.
    static let ruleLimit = 20

    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func check(_ resource: Resource) async -> InventoryAnswer {
        var answer = InventoryAnswer(resource)
        let paged = await rules(of: resource.id.name)
        if let failure = paged.failure {
            answer.resource.presence = Presence(failure)
            if failure.kind != .notFound || resource.foundBy.contains(.declared) { answer.note(failure, desk, operation: "events:ListRules", evenMissing: answer.resource.presence == .missing) }
            return answer
        }
        answer.resource.presence = .alive
        let names = paged.pages.flatMap { $0["Rules"]?.array ?? [] }.compactMap { $0["Name"]?.string }.sorted()
        let declared = desk.declaration(of: resource.id)?.settings[.rule]
        let chosen = Array(names.prefix(Self.ruleLimit))
        answer.resource.settings[.rule] = declared ?? (chosen.isEmpty ? nil : .text(chosen.joined(separator: ",")))
        for rule in chosen { answer.edges += await targets(of: rule, bus: resource.id.name, &answer) }
        return answer
    }

    func rules(of bus: String) async -> Paged<JSONValue> {
        guard await desk.mayCall() else {
            return Paged(pages: [], end: .failed(AWSError(.deadline, place: "events:ListRules \(desk.region)", message: "the budget of this run is used up")))
        }
        return await desk.client.pages(.events, "ListRules", ["EventBusName": .string(bus)], limit: desk.order.budget.pages)
    }

    func targets(of rule: String, bus: String, _ answer: inout InventoryAnswer) async -> [String] {
        guard await desk.mayCall() else { return [] }
        let paged = await desk.client.pages(.events, "ListTargetsByRule", ["Rule": .string(rule), "EventBusName": .string(bus)], limit: 10)
        if let failure = paged.failure { answer.note(failure, desk, operation: "events:ListTargetsByRule") }
        return paged.pages.flatMap { $0["Targets"]?.array ?? [] }.compactMap { $0["Arn"]?.string }
    }
}

/// Schedules on the default bus, by the function that each starts. Nobody declares this bus, so a refusal is no failure of the run.
struct ScheduleInventory: Sendable {
    struct Reading: Sendable {
        /// Expressions by function name; nothing where they could not be read.
        var expressions: [String: String]?
        var reading: SourceReading?
    }

    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func reading() async -> Reading {
        let bus = BusInventory(desk)
        let paged = await bus.rules(of: "default")
        if let failure = paged.failure {
            guard failure.kind == .denied else { return Reading() }
            return Reading(reading: desk.denied("Schedules", failure, operation: "events:ListRules"))
        }
        var expressions: [String: String] = [:], scratch = InventoryAnswer(Resource(id: ResourceID(source: desk.source, kind: .bus, name: "default"), service: ""))
        for rule in paged.pages.flatMap({ $0["Rules"]?.array ?? [] }) {
            // A rule that is switched off expects no run.
            guard let name = rule["Name"]?.string, let schedule = rule["ScheduleExpression"]?.string, rule["State"]?.string != "DISABLED" else { continue }
            for arn in await bus.targets(of: name, bus: "default", &scratch) {
                guard let target = AWSNames.resource(arn: arn), target.kind == .function else { continue }
                expressions[target.name] = expressions[target.name] ?? schedule
            }
        }
        guard scratch.problems.isEmpty else {
            return Reading(reading: SourceReading(source: desk.source, what: "Schedules", state: scratch.problems.allSatisfy { $0.kind == .denied } ? .denied : .partial,
                                                  detail: scratch.problems.first?.message))
        }
        return Reading(expressions: paged.isPartial ? nil : expressions)
    }
}
