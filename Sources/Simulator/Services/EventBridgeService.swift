import JSON

/// Amazon EventBridge over JSON 1.1.
struct EventBridgeService: SimulatedService {
    static let signingName = "events"
    let wire = WireProtocol.json(version: "1.1", errorPrefix: "")

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "ListEventBuses": { Self.buses($0) },
            "ListRules": { call throws(ServiceError) in try Self.rules(call) },
            "DescribeRule": { call throws(ServiceError) in .json(Self.described(try Self.rule(call), call.system)) },
            "ListTargetsByRule": { call throws(ServiceError) in
                .json(["Targets": .array(try Self.rule(call).targets.map { ["Id": .string($0.id), "Arn": .string($0.arn)] })])
            },
        ]
    }

    /// A bus is named by name or by ARN.
    private static func bus(_ call: Call) -> String {
        (call.input["EventBusName"]?.string ?? "default").split(separator: "/").last.map(String.init) ?? "default"
    }

    private static func buses(_ call: Call) -> Output {
        let names = Set(call.system.rules.map(\.bus)).union(["default"]).sorted()
        return .json(["EventBuses": .array(names.map { ["Name": .string($0), "Arn": .string(call.system.arn("events", "event-bus/\($0)"))] })])
    }

    private static func rules(_ call: Call) throws(ServiceError) -> Output {
        let bus = bus(call), prefix = call.input["NamePrefix"]?.string ?? ""
        let all = call.system.rules.filter { $0.bus == bus && $0.name.hasPrefix(prefix) }.sorted { $0.name < $1.name }
        let page = try Page(all, token: call.input["NextToken"]?.string, size: call.input["Limit"]?.integer ?? 100)
        let members: [JSONValue.Member] = [.init("Rules", .array(page.items.map { described($0, call.system) })), .init("NextToken", JSONValue(page.next))]
        return .json(JSONValue.object(members).withoutNulls)
    }

    private static func rule(_ call: Call) throws(ServiceError) -> RuleModel {
        let name = (call.input["Name"] ?? call.input["Rule"])?.string ?? "", bus = bus(call)
        guard let rule = call.system.rules.first(where: { $0.name == name && $0.bus == bus }) else {
            throw ServiceError("ResourceNotFoundException", "Rule \(name) does not exist on EventBus \(bus).")
        }
        return rule
    }

    private static func described(_ rule: RuleModel, _ system: SimulatedSystem) -> JSONValue {
        let path = rule.bus == "default" ? rule.name : "\(rule.bus)/\(rule.name)"
        return JSONValue.object([
            .init("Name", .string(rule.name)), .init("Arn", .string(system.arn("events", "rule/\(path)"))), .init("State", "ENABLED"),
            .init("EventBusName", .string(rule.bus)), .init("EventPattern", JSONValue(rule.pattern)),
            .init("ScheduleExpression", JSONValue(rule.schedule)),
        ]).withoutNulls
    }
}
