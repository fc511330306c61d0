import JSON
import Telemetry

/// What one profile of the shared files leads to: keys, a role on top of another profile, a command, a web identity.
struct ProfileCredentials: Sendable {
    static let nothingToUse = "ProfileWithoutCredentials"

    var source: AWSSource
    var environment: AWSEnvironment
    var files: SharedFiles

    func load(_ name: String) async throws(AWSError) -> Credentials { try await load(name, visited: []) }

    private func load(_ name: String, visited: [String]) async throws(AWSError) -> Credentials {
        guard let profile = files.profiles[name] else { throw failure(name, "there is no such profile in the shared config and credentials files") }
        guard visited.count < 8, !visited.contains(name) else {
            // A profile may assume its role with its own keys; any other way back is a circle.
            guard visited.last == name, let keys = keys(profile) else { throw failure(name, "its source_profile leads in a circle") }
            return keys
        }
        if let role = profile["role_arn"] {
            if let file = profile["web_identity_token_file"] {
                return try await RoleSession(source: source, environment: environment).assume(role, tokenFile: file, name: profile["role_session_name"])
            }
            let base = try await base(name, profile, visited: visited + [name])
            let store = CredentialStore(now: environment.now) { .success(base) }
            return try await RoleSession(source: source, environment: environment)
                .assume(role, externalID: profile["external_id"], base: store, name: profile["role_session_name"])
        }
        if let keys = keys(profile) { return keys }
        if let command = profile["credential_process"] { return try await process(command, name) }
        if let half = half(of: profile) { throw failure(name, half) }
        if profile["login_session"] != nil || profile.keys.contains(where: { $0.hasPrefix("sso_") }) {
            throw failure(name, "it signs in with a browser (SSO), which tidewatch does not do. Let the AWS command line do it: add to this profile "
                + "credential_process = aws configure export-credentials --profile \(name) --format process")
        }
        var error = failure(name, "it names no credentials")
        error.code = Self.nothingToUse
        throw error
    }

    private func base(_ name: String, _ profile: [String: String], visited: [String]) async throws(AWSError) -> Credentials {
        if let other = profile["source_profile"] { return try await load(other, visited: visited) }
        let found: Credentials? = switch profile["credential_source"] {
        case "Environment": try CredentialChain(source: source, environment: environment).environmentCredentials()
        case "EcsContainer": try await ContainerCredentials(source: source, environment: environment).load()
        case "Ec2InstanceMetadata": try await InstanceMetadata(source: source, environment: environment).load()
        default: throw failure(name, "it has a role_arn but no source_profile, credential_source or web_identity_token_file")
        }
        guard let found else { throw failure(name, "its credential_source has no credentials") }
        return found
    }

    private func keys(_ profile: [String: String]) -> Credentials? {
        guard let id = profile["aws_access_key_id"], let secret = profile["aws_secret_access_key"], !id.isEmpty, !secret.isEmpty else { return nil }
        return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: profile["aws_session_token"])
    }

    /// What is wrong where only one of the two keys is there.
    private func half(of profile: [String: String]) -> String? {
        let names = ["aws_access_key_id", "aws_secret_access_key"], missing = names.filter { profile[$0]?.isEmpty ?? true }
        guard missing.count == 1, let there = names.first(where: { !missing.contains($0) }) else { return nil }
        return "it has \(there) and no \(missing[0])"
    }

    /// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
    private func process(_ command: String, _ name: String) async throws(AWSError) -> Credentials {
        guard let output = await environment.runCommand(command) else { throw failure(name, "its credential_process failed") }
        guard let json = try? JSONValue(parsing: output), json["Version"]?.integer == 1, let credentials = Credentials(json) else {
            throw failure(name, "its credential_process did not print credentials of version 1")
        }
        return credentials
    }

    private func failure(_ profile: String, _ message: String) -> AWSError {
        AWSError(.credentials, place: "profile '\(profile)' (\(source.owner))", message: message)
    }
}

extension Credentials {
    /// The form that metadata services and `credential_process` share; they differ in the name of the token.
    init?(_ json: JSONValue) {
        guard let id = json["AccessKeyId"]?.string, let secret = json["SecretAccessKey"]?.string, !id.isEmpty, !secret.isEmpty else { return nil }
        self.init(accessKeyID: id, secretAccessKey: secret, sessionToken: (json["Token"] ?? json["SessionToken"])?.string,
                  expires: json["Expiration"]?.string.flatMap { Timestamp(rfc3339: $0) })
    }
}
