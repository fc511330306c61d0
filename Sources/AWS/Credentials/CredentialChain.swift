import Telemetry

/// Where credentials are looked for, in the order of the AWS tools: environment, profile, web identity, container, instance metadata.
/// A profile that the configuration names is the only place looked at.
struct CredentialChain: Sendable {
    var source: AWSSource
    var environment: AWSEnvironment

    func load() async -> Result<Credentials, AWSError> {
        do throws(AWSError) { return .success(try await credentials()) } catch { return .failure(error) }
    }

    private func credentials() async throws(AWSError) -> Credentials {
        let files = SharedFiles(variable: environment.variable, readFile: environment.readFile)
        if let profile = source.profile { return try await ProfileCredentials(source: source, environment: environment, files: files).load(profile) }
        if let found = try environmentCredentials() { return found }
        let profile = RegionChain.profile(environment.variable)
        if profile != nil || files.profiles["default"] != nil {
            do throws(AWSError) {
                return try await ProfileCredentials(source: source, environment: environment, files: files).load(profile ?? "default")
            } catch {
                // A default profile that only sets a region says nothing about credentials.
                guard profile == nil, error.code == ProfileCredentials.nothingToUse else { throw error }
            }
        }
        if let found = try await webIdentity() { return found }
        if let found = try await ContainerCredentials(source: source, environment: environment).load() { return found }
        if let found = try await InstanceMetadata(source: source, environment: environment).load() { return found }
        throw AWSError(.credentials, place: "credentials of \(source.owner)",
                       message: "no credentials found in the environment, the shared files, a web identity, the container or the instance metadata")
    }

    /// - Throws: where only half a pair is set: going on with other credentials would be a surprise.
    func environmentCredentials() throws(AWSError) -> Credentials? {
        let names = (id: "AWS_ACCESS_KEY_ID", secret: "AWS_SECRET_ACCESS_KEY")
        let values = (id: environment.variable(names.id), secret: environment.variable(names.secret))
        guard let id = values.id, let secret = values.secret else {
            if values.id == nil, values.secret == nil { return nil }
            let (there, missing) = values.secret == nil ? names : (names.secret, names.id)
            throw AWSError(.credentials, place: "environment (\(source.owner))", message: "\(there) is set and \(missing) is not: set both or neither")
        }
        return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: environment.variable("AWS_SESSION_TOKEN"),
                           expires: environment.variable("AWS_CREDENTIAL_EXPIRATION").flatMap { Timestamp(rfc3339: $0) })
    }

    private func webIdentity() async throws(AWSError) -> Credentials? {
        guard let file = environment.variable("AWS_WEB_IDENTITY_TOKEN_FILE"), let role = environment.variable("AWS_ROLE_ARN") else { return nil }
        return try await RoleSession(source: source, environment: environment)
            .assume(role, tokenFile: file, name: environment.variable("AWS_ROLE_SESSION_NAME"))
    }
}

extension CredentialStore {
    /// The store for one source: the chain, and the tenant's role on top where it names one.
    static func forSource(_ source: AWSSource, environment: AWSEnvironment, base: CredentialStore?) -> CredentialStore {
        let chain = base ?? .chain(source, environment: environment)
        guard let role = source.roleARN else { return chain }
        return CredentialStore(now: environment.now) {
            await RoleSession(source: source, environment: environment).result(role, externalID: source.externalID, base: chain)
        }
    }

    /// What the standard chain finds; it may serve several clients as the base of their roles.
    package static func chain(_ source: AWSSource, environment: AWSEnvironment) -> CredentialStore {
        CredentialStore(now: environment.now) { await CredentialChain(source: source, environment: environment).load() }
    }
}
