import JSON
import Telemetry

/// AWS CloudFormation's read side over the query protocol.
struct CloudFormationService: SimulatedService {
    static let signingName = "cloudformation"
    let wire = WireProtocol.query(namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/")

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "DescribeStacks": { call throws(ServiceError) in try Self.stacks(call) },
            "ListStackResources": { call throws(ServiceError) in try Self.resources(call) },
            "DescribeStackResourceDrifts": { call throws(ServiceError) in try Self.drifts(call) },
        ]
    }

    private static func stacks(_ call: Call) throws(ServiceError) -> Output {
        let chosen = call.input["StackName"] == nil ? call.system.stacks : [try stack(call)]
        return .xml(operation: "DescribeStacks", [.list("Stacks", chosen.map { stack in
            [XML("StackName", stack.name), XML("StackId", id(stack, call.system)), XML("CreationTime", (call.system.anchor - 20_000_000).rfc3339),
             XML("LastUpdatedTime", updated(stack, call.system)), XML("StackStatus", "UPDATE_COMPLETE")]
        })])
    }

    private static func resources(_ call: Call) throws(ServiceError) -> Output {
        let stack = try stack(call)
        let page = try Page(stack.resources, token: call.input["NextToken"]?.string, size: 100)
        let members = page.items.map { resource in
            [XML("LogicalResourceId", resource.logical), XML("PhysicalResourceId", resource.physical), XML("ResourceType", resource.type),
             XML("LastUpdatedTimestamp", updated(stack, call.system)), XML("ResourceStatus", "UPDATE_COMPLETE")]
        }
        return .xml(operation: "ListStackResources", [.list("StackResourceSummaries", members)] + (page.next.map { [XML("NextToken", $0)] } ?? []))
    }

    /// What the last detection left; nothing where none ever ran.
    private static func drifts(_ call: Call) throws(ServiceError) -> Output {
        let stack = try stack(call)
        let page = try Page(stack.drifted == nil ? [] : stack.resources, token: call.input["NextToken"]?.string, size: 100)
        let members = page.items.map { resource in
            [XML("StackId", id(stack, call.system)), XML("LogicalResourceId", resource.logical), XML("PhysicalResourceId", resource.physical), XML("ResourceType", resource.type),
             XML("StackResourceDriftStatus", stack.drifted?.contains(resource.physical) == true ? "MODIFIED" : "IN_SYNC"), XML("Timestamp", (call.system.anchor - 86_400).rfc3339)]
        }
        return .xml(operation: "DescribeStackResourceDrifts", [.list("StackResourceDrifts", members)] + (page.next.map { [XML("NextToken", $0)] } ?? []))
    }

    private static func stack(_ call: Call) throws(ServiceError) -> StackModel {
        let asked = call.input["StackName"]?.string ?? ""
        let name = asked.hasPrefix("arn:") ? asked.split(separator: "/").dropFirst().first.map(String.init) : asked
        guard let stack = call.system.stacks.first(where: { $0.name == name }) else { throw .invalid("Stack with id \(asked) does not exist") }
        return stack
    }

    private static func id(_ stack: StackModel, _ system: SimulatedSystem) -> String {
        system.arn("cloudformation", "stack/\(stack.name)/\(Dice(seed: 8, stack.name).uuid(0))")
    }

    private static func updated(_ stack: StackModel, _ system: SimulatedSystem) -> String {
        (system.anchor - Int64(stack.updatedDaysAgo) * 86_400).rfc3339
    }
}
