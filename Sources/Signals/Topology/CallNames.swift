import Telemetry

/// Finds the resource that another side means: traces, ARNs and files each spell names in their own way.
struct CallNames: Sendable {
    private let byKind: [ResourceKind: [String: [ResourceID]]]
    private let byName: [String: [ResourceID]]

    init(_ resources: [Resource]) {
        var byKind: [ResourceKind: [String: [ResourceID]]] = [:], byName: [String: [ResourceID]] = [:]
        for id in resources.map(\.id).sorted() {
            byKind[id.kind, default: [:]][id.name, default: []].append(id)
            byName[id.name, default: []].append(id)
        }
        self.byKind = byKind
        self.byName = byName
    }

    /// Of several the one of the same source, else the first.
    private func best(_ ids: [ResourceID]?, source: String) -> String? { (ids?.first { $0.source == source } ?? ids?.first).map(Topology.key) }

    func key(name: String, source: String) -> String? { best(byName[name], source: source) }
    func key(_ kind: ResourceKind, _ name: String, source: String) -> String? { best(byKind[kind]?[name], source: source) }

    /// `arn:aws:sqs:eu-central-1:111122223333:orders`; only queues, topics and functions take what others could not handle.
    func key(arn: String, source: String) -> String? {
        let last = Self.lastPart(arn)
        return [ResourceKind.queue, .topic, .function, .bus, .bucket].lazy.compactMap { key($0, last, source: source) }.first
    }

    /// The resource that a node of a trace is; nothing where the tenant has none of that name.
    func key(of node: CallNode, source: String) -> String? {
        switch node.type {
        case "AWS::Lambda", "AWS::Lambda::Function": key(.function, node.name, source: source)
        case "AWS::ApiGateway::Stage", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api":
            [node.name, String(node.name.prefix { $0 != "/" })].lazy.compactMap { name in key(.api, name, source: source) ?? key(.httpAPI, name, source: source) }.first
        case "service": key(name: node.name, source: source)
        default: Self.kinds(of: node.type).lazy.compactMap { key($0, node.name, source: source) ?? key($0, Self.lastPart(node.name), source: source) }.first
        }
    }

    /// The kinds of resource that an origin may stand for.
    static func kinds(of type: String) -> [ResourceKind] {
        let service = type.split(separator: ":").dropFirst().first.map { $0.lowercased() } ?? ""
        return switch service {
        case "sqs": [.queue]
        case "sns": [.topic]
        case "dynamodb": [.table]
        case "s3": [.bucket]
        case "events", "eventbridge": [.bus]
        case "stepfunctions", "states": [.stateMachine]
        case "lambda": [.function]
        default: []
        }
    }

    /// Behind the last slash of a queue's address or the last colon of an ARN.
    static func lastPart(_ name: String) -> String { name.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? name }
}
