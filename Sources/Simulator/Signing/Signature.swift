import Digests
import Telemetry

/// Signature Version 4 from the service's side: decode what came, write it down in canonical form, and compare
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
struct Signature: Sendable {
    /// Seconds by which a client's clock may differ.
    static let tolerance: Int64 = 300

    var request: SimulatedRequest
    var authorization: Authorization
    var keys: AccessKeys
    var now: Timestamp

    func caller() throws(ServiceError) -> Caller {
        let (caller, secret, expires) = try identity()
        guard let stamp = request.headers["x-amz-date"], let time = Self.time(stamp), stamp.hasPrefix(authorization.date) else {
            throw .incompleteSignature
        }
        guard abs(time - now) <= Self.tolerance else { throw .skewed(request: stamp, now: now) }
        guard expected(secret: secret, stamp: stamp) == authorization.signature else { throw .signatureMismatch }
        if let expires, expires <= now { throw .expiredToken }
        return caller
    }

    private func identity() throws(ServiceError) -> (Caller, secret: String, expires: Timestamp?) {
        if authorization.accessKeyID == AccessKeys.baseID {
            let arn = "arn:aws:iam::\(AccessKeys.baseAccount):user/tidewatch"
            return (Caller(account: AccessKeys.baseAccount, arn: arn, userID: "AIDASIMULATOR0000000"), AccessKeys.baseSecret, nil)
        }
        guard let token = request.headers["x-amz-security-token"],
              let (session, secret) = keys.session(token: token, id: authorization.accessKeyID) else { throw .unknownKey }
        let arn = "arn:aws:sts::\(session.account):assumed-role/\(AccessKeys.roleName)/\(session.name)"
        return (Caller(account: session.account, arn: arn, userID: "AROASIMULATOR0000000:\(session.name)"), secret, session.expires)
    }

    private func expected(secret: String, stamp: String) -> String {
        let scope = "\(authorization.date)/\(authorization.region)/\(authorization.service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(hex(sha256(canonicalRequest)))"
        var key = Array(("AWS4" + secret).utf8)
        for part in [authorization.date, authorization.region, authorization.service, "aws4_request"] { key = hmacSHA256(key: key, part) }
        return hex(hmacSHA256(key: key, text))
    }

    private var canonicalRequest: String {
        let headers = authorization.signedHeaders.map { "\($0):\(Self.squeezed(request.headers[$0] ?? ""))\n" }.joined()
        let declared = request.headers["x-amz-content-sha256"]
        let bodyHash = declared == "UNSIGNED-PAYLOAD" ? "UNSIGNED-PAYLOAD" : hex(sha256(request.body))
        return [request.method, canonicalPath, canonicalQuery, headers, authorization.signedHeaders.joined(separator: ";"), bodyHash]
            .joined(separator: "\n")
    }

    /// S3 signs the path as it is on the wire; every other service drops empty and dot segments and encodes once more.
    private var canonicalPath: String {
        let path = request.path.isEmpty ? "/" : request.path
        if authorization.service == "s3" { return path }
        var segments: [Substring] = []
        for segment in path.split(separator: "/") where segment != "." {
            if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
        }
        let end = path.hasSuffix("/") && !segments.isEmpty ? "/" : ""
        return PercentEncoding.encoded("/" + segments.joined(separator: "/") + end, keepingSlashes: true)
    }

    private var canonicalQuery: String {
        let pairs = PercentEncoding.pairs(request.query, plusIsSpace: false).map { (PercentEncoding.encoded($0.name), PercentEncoding.encoded($0.value)) }
        return pairs.sorted { $0.0 == $1.0 ? $0.1.utf8.lexicographicallyPrecedes($1.1.utf8) : $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    private static func squeezed(_ value: String) -> String { value.split(separator: " ").joined(separator: " ") }

    /// Reads `20261120T100500Z`.
    private static func time(_ stamp: String) -> Timestamp? {
        let d = Array(stamp)
        guard d.count == 16 else { return nil }
        let text = "\(String(d[0..<4]))-\(String(d[4..<6]))-\(String(d[6..<8]))T\(String(d[9..<11])):\(String(d[11..<13])):\(String(d[13..<15]))Z"
        return Timestamp(rfc3339: text)
    }
}
