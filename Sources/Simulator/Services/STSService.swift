import JSON
import Telemetry

/// AWS STS: hands out the role of a tenant's account to whoever knows the external id.
struct STSService: SimulatedService {
    static let signingName = "sts"
    let wire = WireProtocol.query(namespace: "https://sts.amazonaws.com/doc/2011-06-15/")

    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] {
        ["AssumeRole": { call throws(ServiceError) in try Self.assumeRole(call) }, "GetCallerIdentity": { Self.callerIdentity($0) }]
    }

    private static func assumeRole(_ call: Call) throws(ServiceError) -> Output {
        guard let arn = call.input["RoleArn"]?.string, let session = call.input["RoleSessionName"]?.string else {
            throw .invalid("1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null")
        }
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let refusal = ServiceError("AccessDeniedException", queryCode: "AccessDenied", status: 403,
                                   "User: \(call.caller.arn) is not authorized to perform: sts:AssumeRole on resource: \(arn)")
        guard parts.count == 6, parts[5] == "role/\(AccessKeys.roleName)", let tenant = call.directory.tenant(account: parts[4]),
              call.input["ExternalId"]?.string == "\(tenant)-external-id" else { throw refusal }
        let seconds = Int64(call.input["DurationSeconds"]?.integer ?? 3_600)
        guard (900...43_200).contains(seconds) else {
            throw .invalid("1 validation error detected: Value '\(seconds)' at 'durationSeconds' failed to satisfy constraint")
        }
        let expires: Timestamp = call.now + seconds
        let keys = AccessKeys().temporary(for: .init(account: parts[4], expires: expires, name: session))
        return .xml(operation: "AssumeRole", [
            XML("Credentials", [
                XML("AccessKeyId", keys.id), XML("SecretAccessKey", keys.secret), XML("SessionToken", keys.token), XML("Expiration", expires.rfc3339),
            ]),
            XML("AssumedRoleUser", [
                XML("AssumedRoleId", "AROASIMULATOR0000000:\(session)"),
                XML("Arn", "arn:aws:sts::\(parts[4]):assumed-role/\(AccessKeys.roleName)/\(session)"),
            ]),
        ])
    }

    private static func callerIdentity(_ call: Call) -> Output {
        .xml(operation: "GetCallerIdentity", [
            XML("Arn", call.caller.arn), XML("UserId", call.caller.userID), XML("Account", call.caller.account),
        ])
    }
}
