import JSON
import Telemetry

/// API Gateway's read side over REST-JSON: REST APIs (version 1) and HTTP APIs (version 2) are two APIs under one name.
struct GatewayService: SimulatedService {
    static let signingName = "apigateway"
    let wire = WireProtocol.restJSON

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        [
            "GetRestApis": { .json(["item": .array($0.system.gateways.filter(\.isREST).map(Self.restAPI))]) },
            "GetApis": { .json(["items": .array($0.system.gateways.filter { !$0.isREST }.map(Self.httpAPI))]) },
            "GetStages": { call throws(ServiceError) in
                .json(["item": .array([Self.restStage(try Self.gateway(call), call.system)])])
            },
            "GetStagesV2": { call throws(ServiceError) in
                let gateway = try Self.gateway(call)
                return .json(["items": .array([.object([.init("stageName", .string(gateway.stage)), .init("autoDeploy", true)] + Self.accessLog(gateway, call.system))])])
            },
            "GetResources": { call throws(ServiceError) in .json(["item": .array(Self.resources(try Self.gateway(call), call.system))]) },
            "GetIntegrations": { call throws(ServiceError) in .json(["items": .array(Self.integrations(try Self.gateway(call)))]) },
        ]
    }

    func operation(of request: SimulatedRequest) -> String? {
        let path = request.path.split(separator: "/").map(String.init)
        guard request.method == "GET" else { return nil }
        switch (path.first, path.count) {
        case ("restapis", 1): return "GetRestApis"
        case ("restapis", 3) where path[2] == "stages": return "GetStages"
        case ("restapis", 3) where path[2] == "resources": return "GetResources"
        case ("v2", 4) where path[1] == "apis" && path[3] == "integrations": return "GetIntegrations"
        case ("v2", 2) where path[1] == "apis": return "GetApis"
        case ("v2", 4) where path[1] == "apis" && path[3] == "stages": return "GetStagesV2"
        default: return nil
        }
    }

    private static func gateway(_ call: Call) throws(ServiceError) -> GatewayModel {
        guard let gateway = call.system.gateways.first(where: { call.path.contains($0.id) }) else {
            throw ServiceError("NotFoundException", status: 404, "Invalid API identifier specified \(call.system.account):\(call.path.joined(separator: "/"))")
        }
        return gateway
    }

    private static func restAPI(_ gateway: GatewayModel) -> JSONValue {
        ["id": .string(gateway.id), "name": .string(gateway.name), "createdDate": 1_700_000_000, "apiKeySource": "HEADER",
         "endpointConfiguration": ["types": ["REGIONAL"]]]
    }

    private static func restStage(_ gateway: GatewayModel, _ system: SimulatedSystem) -> JSONValue {
        .object([.init("stageName", .string(gateway.stage)), .init("deploymentId", "d3pl0y"), .init("tracingEnabled", .bool(gateway.tracing)), .init("createdDate", 1_700_000_000)]
            + accessLog(gateway, system))
    }

    private static func accessLog(_ gateway: GatewayModel, _ system: SimulatedSystem) -> [JSONValue.Member] {
        gateway.accessLog.map { [.init("accessLogSettings", ["destinationArn": .string(system.arn("logs", "log-group:\($0.group)")), "format": .string($0.format)])] } ?? []
    }

    /// With `embed=methods`, which is what tells a reader anything.
    private static func resources(_ gateway: GatewayModel, _ system: SimulatedSystem) -> [JSONValue] {
        Dictionary(grouping: gateway.integrations, by: \.path).sorted { $0.key < $1.key }.map { path, methods in
            let embedded = methods.sorted { $0.method < $1.method }.map { method in
                let uri = method.function.map { "arn:aws:apigateway:\(system.region):lambda:path/2015-03-31/functions/\($0)/invocations" }
                    ?? "arn:aws:apigateway:\(system.region):sns:path//"
                return JSONValue.Member(method.method, ["httpMethod": .string(method.method), "methodIntegration": ["type": method.function == nil ? "AWS" : "AWS_PROXY", "uri": .string(uri)]])
            }
            return ["id": .string(Dice(seed: 6, path).hexDigits(10, 0)), "path": .string(path), "resourceMethods": .object(embedded)]
        }
    }

    private static func integrations(_ gateway: GatewayModel) -> [JSONValue] {
        gateway.integrations.compactMap(\.function).map {
            ["integrationId": .string(Dice(seed: 7, $0).hexDigits(7, 0)), "integrationType": "AWS_PROXY", "integrationUri": .string($0), "payloadFormatVersion": "2.0"]
        }
    }

    private static func httpAPI(_ gateway: GatewayModel) -> JSONValue {
        ["apiId": .string(gateway.id), "name": .string(gateway.name), "protocolType": "HTTP", "createdDate": "2023-11-14T22:13:20Z",
         "routeSelectionExpression": "$request.method $request.path"]
    }
}

private extension GatewayModel {
    var isREST: Bool { if case .rest = flavour { true } else { false } }
}
