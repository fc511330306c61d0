import Digests
import JSON
import Telemetry

/// A stand-in for AWS, and for what two of its tenants use beside it, with the reference systems in it. Pure but for the objects of buckets:
/// the same request at the same time gets the same answer.
package struct SimulatedWorld: Sendable {
    package let circumstances: Circumstances
    private let systems: [String: SimulatedSystem]
    private let directory: AccountDirectory
    private let keys = AccessKeys()
    private let faults: FaultPlan
    private let policies: [String: IdentityPolicy]
    package let objects: ObjectStore

    /// - Parameters:
    ///   - anchor: the moment that faults are placed by; it is floored to five minutes.
    ///   - policies: by account, what its role may do; the role of any other account may do everything.
    package init(seed: UInt64, anchor: Timestamp, isHealthy: Bool = false, faults: FaultPlan = FaultPlan(), policies: [String: IdentityPolicy] = [:],
                 objects: ObjectStore = ObjectStore()) {
        self.objects = objects
        circumstances = Circumstances(seed: seed, anchor: anchor.floored(to: 300), isHealthy: isHealthy)
        self.faults = faults
        self.policies = policies
        let circumstances = circumstances
        let systems = Dictionary(referenceSystems.map { $0(circumstances) }.map { ($0.account, $0) }, uniquingKeysWith: { first, _ in first })
        self.systems = systems
        directory = AccountDirectory(tenants: systems.mapValues(\.tenant))
    }

    /// The accounts of the reference systems, sorted.
    package var accounts: [String] { systems.keys.sorted() }

    /// What an account holds; every account that begins with 9 is a generic tenant, any other is empty.
    package func system(account: String) -> SimulatedSystem {
        if let system = systems[account] { return system }
        if directory.tenant(account: account) != nil { return GenericTenant.system(account: account, circumstances) }
        return SimulatedSystem(tenant: "", account: account, region: "", circumstances: circumstances)
    }

    /// Checks the signature and reads the request. A refusal comes back as the finished answer.
    package func admit(_ request: SimulatedRequest, now: Timestamp) -> Admission {
        let requestID = Dice(seed: fastHash(request.body), request.path + request.query).uuid(now.seconds)
        if let service = otherServices.first(where: { $0.serves(request) }) { return admit(request, to: service, requestID: requestID, now: now) }
        guard let authorization = request.headers["authorization"].flatMap(Authorization.init) else {
            return .refused(WireProtocol.restJSON.response(.missingToken, requestID: requestID))
        }
        guard let service = simulatedServices[authorization.service] else {
            let error = ServiceError("UnknownService", status: 404, "The simulator has no service '\(authorization.service)'.")
            return .refused(WireProtocol.restJSON.response(error, requestID: requestID))
        }
        do throws(ServiceError) {
            let caller = try Signature(request: request, authorization: authorization, keys: keys, now: now).caller()
            guard let operation = service.operation(of: request) else { throw .unknownOperation(request.path) }
            let home = system(account: caller.account)
            // Regional services show only what lives in the region that was asked.
            let isHome = home.region == authorization.region || authorization.service == STSService.signingName
            let call = Call(
                service: authorization.service, operation: operation, input: try service.input(of: request),
                body: request.body, headers: request.headers, method: request.method, objects: objects,
                path: request.path.split(separator: "/").map { PercentEncoding.decoded($0) },
                query: PercentEncoding.pairs(request.query, plusIsSpace: false), region: authorization.region, caller: caller,
                system: isHome ? home : SimulatedSystem(tenant: home.tenant, account: home.account, region: authorization.region,
                                                        circumstances: circumstances),
                directory: directory, now: now)
            return .admitted(call, requestID: requestID)
        } catch {
            return .refused(service.wire.response(error, requestID: requestID))
        }
    }

    /// Services beside AWS know whom they serve by a key in a header.
    private func admit(_ request: SimulatedRequest, to service: any OtherService, requestID: String, now: Timestamp) -> Admission {
        do throws(ServiceError) {
            let system = try service.owner(of: request, among: systems.values.sorted { $0.account < $1.account })
            guard let operation = service.operation(of: request) else { throw ServiceError("UnknownOperationException", status: 404, "Not found") }
            let call = Call(
                service: type(of: service).signingName, operation: operation, input: try service.input(of: request), objects: objects, path: request.path.split(separator: "/").map { PercentEncoding.decoded($0) },
                query: PercentEncoding.pairs(request.query, plusIsSpace: false), region: system.region, caller: Caller(account: system.account, arn: "", userID: ""), system: system,
                directory: directory, now: now)
            return .admitted(call, requestID: requestID)
        } catch {
            return .refused(service.wire.response(error, requestID: requestID))
        }
    }

    /// - Parameter earlier: how many calls of this action by this account came before; only fault plans look at it.
    package func answer(_ call: Call, requestID: String, earlier: Int = 0) -> SimulatedResponse {
        guard let service = simulatedServices[call.service] else {
            return WireProtocol.restJSON.response(.unknownOperation(call.service), requestID: requestID)
        }
        let fault = faults.fault(for: call, earlier: earlier)
        if let refusal = fault?.refusal(of: call) ?? refusal(of: call) { return service.wire.response(refusal, requestID: requestID) }
        var response: SimulatedResponse
        do throws(ServiceError) {
            guard let operation = service.operations[call.operation] else { throw .unknownOperation(call.operation) }
            response = service.wire.response(try operation(call), requestID: requestID)
        } catch {
            response = service.wire.response(error, requestID: requestID)
        }
        response.headers["Date"] = call.now.httpDate
        return fault?.spoiled(response, call: call) ?? response
    }

    /// What the policy of the role does not let pass. Whoever may not do a thing hears nothing about it, not even that it is unknown.
    private func refusal(of call: Call) -> ServiceError? {
        // IAM decides about AWS's services alone.
        guard call.service != STSService.signingName, !otherServices.contains(where: { type(of: $0).signingName == call.service }),
              let policy = policies[call.caller.account] else { return nil }
        switch policy.decision(call.permission, on: call.resource) {
        case .allowed: return nil
        case .notAllowed: return .denied(call.caller, action: call.permission, resource: call.resource)
        case .denied: return .denied(call.caller, action: call.permission, resource: call.resource, isExplicit: true)
        }
    }

    /// Both steps for callers that do not count.
    package func answer(_ request: SimulatedRequest, now: Timestamp) -> SimulatedResponse {
        switch admit(request, now: now) {
        case .refused(let response): response
        case .admitted(let call, let requestID): answer(call, requestID: requestID)
        }
    }
}

/// What became of a request at the door.
package enum Admission: Sendable {
    case admitted(Call, requestID: String)
    case refused(SimulatedResponse)
}

private let referenceSystems: [@Sendable (Circumstances) -> SimulatedSystem] = [
    Initech.system, Acme.system, Globex.system, Umbrella.system, Hooli.system, Wayne.system,
]
