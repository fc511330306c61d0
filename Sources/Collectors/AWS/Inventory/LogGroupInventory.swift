import AWS
import JSON
import Telemetry

/// CloudWatch Logs: whether a log group exists, and how long it keeps its lines. Asked before its lines are.
struct LogGroupInventory: Sendable {
    struct State: Sendable {
        var resource: Resource
        /// Unless the service says otherwise.
        var exists = true
        /// The right to list groups is missing.
        var refusal: AWSError?
    }

    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func state(of group: LogGroup) async -> State {
        var state = State(resource: group.resource(.unknown))
        let known = desk.order.known[group.log]
        if let known {
            state.resource.settings.merge(known.resource.settings) { mine, _ in mine }
            state.resource.checkedAt = known.resource.checkedAt
        }
        guard isDue(known), await desk.mayCall() else { return state }
        let paged = await desk.client.pages(.logs, "DescribeLogGroups", ["logGroupNamePrefix": .string(group.name)], tokenKey: "nextToken", limit: 20)
        // Rights to read lines may come without the right to list groups; the lines themselves will tell.
        guard paged.failure == nil else {
            if paged.failure?.kind == .denied { state.refusal = paged.failure }
            return state
        }
        guard let found = paged.pages.flatMap({ $0["logGroups"]?.array ?? [] }).first(where: { $0["logGroupName"]?.string == group.name }) else {
            state.exists = paged.isPartial
            if !state.exists { state.resource.presence = .missing }
            return state
        }
        state.resource.presence = .alive
        state.resource.checkedAt = desk.order.now
        state.resource.arn = found["arn"]?.string
        state.resource.settings[.logRetention] = found["retentionInDays"]?.double.map { .number($0 * 86_400) }
        state.resource.settings[.createdAt] = found["creationTime"]?.double.map { .number(($0 / 1_000).rounded(.down)) }
        return state
    }

    private func isDue(_ known: KnownResource?) -> Bool {
        guard let known, known.resource.presence == .alive else { return true }
        let age = desk.order.now - known.checkedAt
        return age < 0 || age >= desk.order.budget.inventoryAge
    }
}
