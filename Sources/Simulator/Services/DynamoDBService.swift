import JSON
import Telemetry

/// Amazon DynamoDB's DescribeTable and ListTables over JSON 1.0.
struct DynamoDBService: SimulatedService {
    static let signingName = "dynamodb"
    let wire = WireProtocol.json(version: "1.0", errorPrefix: "com.amazonaws.dynamodb.v20120810#")

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "DescribeTable": { call throws(ServiceError) in try Self.describe(call) },
            "ListTables": { call in .json(["TableNames": .array(call.system.tables.map(\.name).sorted().map(JSONValue.string))]) },
        ]
    }

    private static func describe(_ call: Call) throws(ServiceError) -> Output {
        let asked = call.input["TableName"]?.string ?? ""
        let name = asked.split(separator: "/").last.map(String.init) ?? ""
        guard let table = call.system.tables.first(where: { $0.name == name }) else {
            throw ServiceError("ResourceNotFoundException", "Requested resource not found: Table: \(asked) not found")
        }
        let mode: JSONValue = table.provisioned == nil ? "PAY_PER_REQUEST" : "PROVISIONED"
        return .json(["Table": [
            "TableName": .string(table.name), "TableArn": .string(call.system.arn("dynamodb", "table/\(table.name)")),
            "TableId": .string(Dice(seed: 5, table.name).uuid(0)), "TableStatus": "ACTIVE", "ItemCount": 1_204, "TableSizeBytes": 524_288,
            "CreationDateTime": JSONValue((call.system.anchor - Int64(table.createdDaysAgo) * 86_400).seconds),
            "KeySchema": [["AttributeName": "PK", "KeyType": "HASH"]], "AttributeDefinitions": [["AttributeName": "PK", "AttributeType": "S"]],
            "BillingModeSummary": ["BillingMode": mode],
            "ProvisionedThroughput": ["NumberOfDecreasesToday": 0, "ReadCapacityUnits": JSONValue(table.provisioned?.read ?? 0),
                                      "WriteCapacityUnits": JSONValue(table.provisioned?.write ?? 0)],
        ]])
    }
}
