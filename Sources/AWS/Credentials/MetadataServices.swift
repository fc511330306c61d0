import Curl
import JSON

/// Credentials of an ECS task, a CodeBuild job or an EKS pod
/// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html).
struct ContainerCredentials: Sendable {
    var source: AWSSource
    var environment: AWSEnvironment

    /// Nothing where this is no such container.
    func load() async throws(AWSError) -> Credentials? {
        let url: String
        if let path = environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            url = "http://169.254.170.2" + path
        } else if let full = environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            // The token must not cross a network in clear text, so plain HTTP is for this machine and the two known services only.
            let isNear = ["127.0.0.1", "localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains { host in
                ["", ":", "/"].contains { full.hasPrefix("http://\(host)\($0)") && (full.count == "http://\(host)".count || !$0.isEmpty) }
            }
            guard isNear || full.hasPrefix("https://") else {
                throw failure("AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor a known local address")
            }
            url = full
        } else {
            return nil
        }
        var headers: HTTPHeaders = [:]
        headers["Authorization"] = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").flatMap(environment.readFile)
            .map { String(decoding: $0, as: UTF8.self).trimming(" \r\n\t") } ?? environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")
        let request = HTTPRequest(.get, url, headers: headers, limits: metadataLimits, allowPrivateAddresses: true, bypassesProxy: true, lane: source.tenant)
        let response: HTTPResponse
        do throws(TransferError) { response = try await environment.transport.send(request) } catch { throw failure("\(error.place): \(error.text)") }
        guard response.isSuccess, let json = try? JSONValue(parsing: response.body), let credentials = Credentials(json) else {
            throw failure("the endpoint answered \(response.status) without credentials")
        }
        return credentials
    }

    private func failure(_ message: String) -> AWSError {
        AWSError(.credentials, place: "container credentials of \(source.owner)", message: message)
    }
}

/// Credentials of the EC2 instance's role, by version 2 of its metadata service only: version 1 answers whoever can make us fetch a URL
/// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html).
struct InstanceMetadata: Sendable {
    var source: AWSSource
    var environment: AWSEnvironment

    /// Nothing where this is no instance, has no role, or the service is turned off.
    func load() async throws(AWSError) -> Credentials? {
        guard environment.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() != "true" else { return nil }
        let lifetime: HTTPHeaders = ["X-aws-ec2-metadata-token-ttl-seconds": "300"]
        guard let token = await fetch(.put, "/latest/api/token", lifetime) else { return nil }
        let headers: HTTPHeaders = ["X-aws-ec2-metadata-token": token]
        let folder = "/latest/meta-data/iam/security-credentials/"
        guard let role = await fetch(.get, folder, headers)?.split(whereSeparator: \.isNewline).first else { return nil }
        guard let text = await fetch(.get, folder + percentEncoded(role), headers), let json = try? JSONValue(parsing: text),
              let credentials = Credentials(json) else {
            throw AWSError(.credentials, place: "instance metadata of \(source.owner)", message: "it names a role but gives no credentials for it")
        }
        return credentials
    }

    private func fetch(_ method: HTTPMethod, _ path: String, _ headers: HTTPHeaders) async -> String? {
        let base = environment.variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")?.trimming("/") ?? "http://169.254.169.254"
        let request = HTTPRequest(method, base + path, headers: headers, limits: metadataLimits, allowPrivateAddresses: true, bypassesProxy: true,
                                  lane: source.tenant)
        guard let response = try? await environment.transport.send(request), response.isSuccess else { return nil }
        let text = String(decoding: response.body, as: UTF8.self).trimming(" \r\n")
        return text.isEmpty ? nil : text
    }
}

/// These services are next door; where they are not, a second shows it.
private let metadataLimits = HTTPRequest.Limits(connect: .seconds(1), total: .seconds(3), bodyBytes: 1 << 20)
