import Curl
import Digests
import Telemetry

/// Signature Version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
/// Takes decoded paths and queries and gives back the target to send, so that what is signed is what goes out.
package struct SigV4: Sendable {
    package var credentials: Credentials
    package var region: String
    package var service: String
    package var time: Timestamp
    /// Empty and dot segments leave the canonical path; S3 keys may hold them.
    package var normalizesPath: Bool
    /// The canonical path encodes what goes over the wire once more; S3 does not.
    package var encodesPathTwice: Bool
    /// Sends and signs `x-amz-content-sha256`; S3 demands it.
    package var sendsBodyHash: Bool
    package var signsSessionToken = true

    package init(_ credentials: Credentials, region: String, service: String, time: Timestamp) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.time = time
        normalizesPath = service != AWSService.s3.name
        encodesPathTwice = normalizesPath
        sendsBodyHash = !normalizesPath
    }

    package struct Request: Sendable {
        package var method: String
        package var path: String
        package var query: [AWSCall.Parameter]
        /// All of them are signed, `Host` among them.
        package var headers: HTTPHeaders
        package var body: [UInt8]

        package init(method: String, path: String, query: [AWSCall.Parameter] = [], headers: HTTPHeaders, body: [UInt8] = []) {
            self.method = method
            self.path = path
            self.query = query
            self.headers = headers
            self.body = body
        }
    }

    package struct Signed: Sendable {
        /// Path and query as they go over the wire.
        package var target: String
        /// Those of the request and the ones that signing adds.
        package var headers: HTTPHeaders
        package var canonicalRequest: String
        package var stringToSign: String
        package var signature: String
    }

    /// Signs with an `Authorization` header.
    package func signed(_ request: Request) -> Signed {
        var headers = request.headers
        let bodyHash = hex(sha256(request.body))
        headers["X-Amz-Date"] = stamp
        if sendsBodyHash { headers["x-amz-content-sha256"] = bodyHash }
        if signsSessionToken { headers["X-Amz-Security-Token"] = credentials.sessionToken }
        var signed = seal(request, query: request.query, headers: headers, bodyHash: bodyHash)
        if !signsSessionToken { signed.headers["X-Amz-Security-Token"] = credentials.sessionToken }
        signed.headers["Authorization"] = "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(signedNames(headers)), Signature=\(signed.signature)"
        return signed
    }

    /// Signs a URL that works by itself for some seconds.
    package func presigned(_ request: Request, seconds: Int) -> Signed {
        var query = request.query + [
            AWSCall.Parameter("X-Amz-Algorithm", Self.algorithm), AWSCall.Parameter("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope)"),
            AWSCall.Parameter("X-Amz-Date", stamp), AWSCall.Parameter("X-Amz-Expires", String(seconds)),
            AWSCall.Parameter("X-Amz-SignedHeaders", signedNames(request.headers)),
        ]
        let token = credentials.sessionToken.map { [AWSCall.Parameter("X-Amz-Security-Token", $0)] } ?? []
        if signsSessionToken { query += token }
        var signed = seal(request, query: query, headers: request.headers, bodyHash: hex(sha256(request.body)))
        let late = (signsSessionToken ? [] : token) + [AWSCall.Parameter("X-Amz-Signature", signed.signature)]
        signed.target += "&" + canonical(late)
        return signed
    }
}

private extension SigV4 {
    static let algorithm = "AWS4-HMAC-SHA256"

    /// `20150830T123600Z`.
    var stamp: String { time.rfc3339.filter { $0 != "-" && $0 != ":" } }
    var scope: String { "\(stamp.prefix(8))/\(region)/\(service)/aws4_request" }

    func seal(_ request: Request, query: [AWSCall.Parameter], headers: HTTPHeaders, bodyHash: String) -> Signed {
        let path = percentEncoded(request.path.hasPrefix("/") ? request.path : "/" + request.path, keepingSlashes: true)
        let query = canonical(query)
        let lines = canonicalHeaders(headers).map { "\($0.name):\($0.value)\n" }.joined()
        let canonicalRequest = [request.method, canonicalPath(request.path, wire: path), query, lines, signedNames(headers), bodyHash].joined(separator: "\n")
        let stringToSign = "\(Self.algorithm)\n\(stamp)\n\(scope)\n\(hex(sha256(canonicalRequest)))"
        let key = [region, service, "aws4_request"].reduce(
            hmacSHA256(key: Array("AWS4\(credentials.secretAccessKey)".utf8), String(stamp.prefix(8)))) { hmacSHA256(key: $0, $1) }
        return Signed(target: query.isEmpty ? path : "\(path)?\(query)", headers: headers, canonicalRequest: canonicalRequest,
                      stringToSign: stringToSign, signature: hex(hmacSHA256(key: key, stringToSign)))
    }

    func canonicalPath(_ decoded: String, wire: String) -> String {
        let path = encodesPathTwice ? wire : decoded
        return percentEncoded(normalizesPath ? normalized(path) : path.hasPrefix("/") ? path : "/" + path, keepingSlashes: true)
    }

    /// Without empty and dot segments (RFC 3986, section 5.2.4); a slash at the end stays.
    func normalized(_ path: String) -> String {
        var kept: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        let joined = "/" + kept.joined(separator: "/")
        return path.hasSuffix("/") && joined != "/" ? joined + "/" : joined
    }

    /// Encoded, then sorted by bytes, key before value.
    func canonical(_ query: [AWSCall.Parameter]) -> String {
        query.map { (percentEncoded($0.name), percentEncoded($0.value)) }
            .sorted { Array($0.0.utf8) == Array($1.0.utf8) ? Array($0.1.utf8).lexicographicallyPrecedes(Array($1.1.utf8)) : Array($0.0.utf8).lexicographicallyPrecedes(Array($1.0.utf8)) }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    /// Lower-case names in order; values trimmed, runs of spaces made one, those of one name joined by commas.
    func canonicalHeaders(_ headers: HTTPHeaders) -> [HTTPHeaders.Field] {
        var values: [String: [String]] = [:]
        for field in headers.fields {
            values[field.name.lowercased(), default: []].append(field.value.split(separator: " ").joined(separator: " "))
        }
        return values.keys.sorted().map { HTTPHeaders.Field(name: $0, value: values[$0, default: []].joined(separator: ",")) }
    }

    func signedNames(_ headers: HTTPHeaders) -> String { canonicalHeaders(headers).map(\.name).joined(separator: ";") }
}
