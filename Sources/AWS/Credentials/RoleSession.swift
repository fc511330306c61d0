import Telemetry

/// Temporary credentials from STS (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
struct RoleSession: Sendable {
    var source: AWSSource
    var environment: AWSEnvironment

    /// Carries the tenant, so that the other account's CloudTrail says for whom we came. STS allows 64 characters of `[\w+=,.@-]`.
    var name: String { String("tidewatch-\(source.tenant)".filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_+=,.@-".contains($0)) }.prefix(64)) }

    /// Assumes a role with the credentials of `base`.
    func assume(_ role: String, externalID: String?, base: CredentialStore, name: String? = nil) async throws(AWSError) -> Credentials {
        var parameters = [AWSCall.Parameter("RoleArn", role), AWSCall.Parameter("RoleSessionName", name ?? self.name)]
        if let externalID { parameters.append(AWSCall.Parameter("ExternalId", externalID)) }
        return try await credentials(.form(.sts, "AssumeRole", parameters), credentials: base)
    }

    func result(_ role: String, externalID: String?, base: CredentialStore) async -> Result<Credentials, AWSError> {
        do throws(AWSError) { return .success(try await assume(role, externalID: externalID, base: base)) } catch { return .failure(error) }
    }

    /// Assumes a role with a token from a file, which needs no credentials.
    func assume(_ role: String, tokenFile: String, name: String?) async throws(AWSError) -> Credentials {
        guard let token = environment.readFile(tokenFile).map({ String(decoding: $0, as: UTF8.self).trimming(" \r\n\t") }), !token.isEmpty else {
            throw AWSError(.credentials, place: "web identity of \(source.owner)", message: "the token file '\(tokenFile)' is missing or empty")
        }
        let parameters = [AWSCall.Parameter("RoleArn", role), AWSCall.Parameter("RoleSessionName", name ?? self.name), AWSCall.Parameter("WebIdentityToken", token)]
        return try await credentials(.form(.sts, "AssumeRoleWithWebIdentity", parameters), credentials: nil)
    }

    private func credentials(_ call: AWSCall, credentials: CredentialStore?) async throws(AWSError) -> Credentials {
        let answer: AWSAnswer
        do throws(AWSError) {
            answer = try await AWSClient(source, environment: environment, credentials: credentials).send(call)
        } catch {
            guard error.kind == .denied else { throw error }
            // Without the role there is nothing to read with: that is a matter of the whole tenant.
            var refused = error
            refused.kind = .credentials
            throw refused
        }
        guard let found = try answer.xml().first("Credentials"), let id = found["AccessKeyId"]?.text, let secret = found["SecretAccessKey"]?.text else {
            throw AWSError(.badAnswer, place: answer.call, message: "the answer holds no credentials", requestID: answer.requestID, status: answer.status)
        }
        return Credentials(accessKeyID: id, secretAccessKey: secret, sessionToken: found["SessionToken"]?.text,
                           expires: (found["Expiration"]?.text).flatMap { Timestamp(rfc3339: $0) })
    }
}
