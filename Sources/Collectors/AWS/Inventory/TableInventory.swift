import AWS
import JSON
import Telemetry

/// DynamoDB: DescribeTable, for the capacity that throttling is measured against.
struct TableInventory: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    func check(_ resource: Resource) async -> InventoryAnswer {
        var answer = InventoryAnswer(resource)
        do throws(AWSError) {
            let table = try await desk.client.call(.dynamoDB, "DescribeTable", ["TableName": .string(resource.id.name)]).json()["Table"] ?? .null
            answer.resource.presence = .alive
            answer.resource.arn = table["TableArn"]?.string ?? resource.arn
            let isOnDemand = table["BillingModeSummary"]?["BillingMode"]?.string == "PAY_PER_REQUEST"
            answer.resource.settings[.capacityMode] = .text(isOnDemand ? "on_demand" : "provisioned")
            let throughput = table["ProvisionedThroughput"] ?? .null
            answer.resource.settings[.readCapacity] = isOnDemand ? nil : throughput["ReadCapacityUnits"]?.double.map { .number($0) }
            answer.resource.settings[.writeCapacity] = isOnDemand ? nil : throughput["WriteCapacityUnits"]?.double.map { .number($0) }
            if let created = table["CreationDateTime"]?.double { answer.resource.settings[.createdAt] = .number(created) }
        } catch {
            answer.resource.presence = Presence(error)
            // Where DynamoDB is not served at all, nothing is wrong with the table.
            if answer.resource.presence != .unknown || (error.kind != .notFound && error.kind != .invalid) {
                answer.problems.append(desk.problem(error, operation: "dynamodb:DescribeTable", resource: resource.id))
            }
        }
        return answer
    }
}
