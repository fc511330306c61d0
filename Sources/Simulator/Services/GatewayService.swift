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
                .json(["item": .array([Self.restStage(try Self.gateway(call))])])
            },
            "GetStagesV2": { call throws(ServiceError) in
                .json(["items": .array([["stageName": .string(try Self.gateway(call).stage), "autoDeploy": true]])])
            },
        ]
    }

    func operation(of request: SimulatedRequest) -> String? {
        let path = request.path.split(separator: "/").map(String.init)
        guard request.method == "GET" else { return nil }
        switch (path.first, path.count) {
        case ("restapis", 1): return "GetRestApis"
        case ("restapis", 3) where path[2] == "stages": return "GetStages"
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

    private static func restStage(_ gateway: GatewayModel) -> JSONValue {
        ["stageName": .string(gateway.stage), "deploymentId": "d3pl0y", "tracingEnabled": .bool(gateway.tracing), "createdDate": 1_700_000_000]
    }

    private static func httpAPI(_ gateway: GatewayModel) -> JSONValue {
        ["apiId": .string(gateway.id), "name": .string(gateway.name), "protocolType": "HTTP", "createdDate": "2023-11-14T22:13:20Z",
         "routeSelectionExpression": "$request.method $request.path"]
    }
}

private extension GatewayModel {
    var isREST: Bool { if case .rest = flavour { true } else { false } }
}
