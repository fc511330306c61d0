import Curl
import JSON

/// Reads what AWS says when it does not do what was asked: https://docs.aws.amazon.com/general/latest/gr/api-retries.html and
/// the error lists of the service models.
struct Refusal: Equatable {
    var code: String?
    var message: String
    var requestID: String?

    init(_ response: HTTPResponse) {
        var code = response.headers["x-amzn-errortype"]
        var message: String?
        requestID = requestIdentifier(response.headers)
        if let json = try? JSONValue(parsing: response.body), !json.members.isEmpty {
            code = code ?? (json["__type"] ?? json["code"] ?? json["Code"])?.string
            message = (json["message"] ?? json["Message"] ?? json["errorMessage"])?.string
        } else if let error = XMLNode(parsing: response.body).flatMap({ $0.first("Error") ?? $0.first("Errors") ?? $0 }), error["Code"] != nil {
            code = code ?? error["Code"]?.text
            message = error["Message"]?.text
            requestID = requestID ?? XMLNode(parsing: response.body)?.first("RequestId")?.text
        }
        self.code = code.map(bareCode)
        self.message = message.map(firstWords) ?? "HTTP status \(response.status)"
    }

    func kind(status: Int) -> AWSError.Kind {
        let code = code ?? ""
        if throttlingCodes.contains(code) || status == 429 { return .throttled }
        if code == "RequestTimeTooSkewed" || code == "RequestExpired" || code == "RequestInTheFuture" { return .skew }
        if code.hasPrefix("ExpiredToken") || code == "TokenRefreshRequired" || code == "ExpiredTokenException" { return .expired }
        if credentialCodes.contains(code) { return message.contains("xpired") && message.contains("ignature") ? .skew : .credentials }
        if code.hasPrefix("AccessDenied") || code.hasPrefix("Unauthorized") || code.hasPrefix("AuthorizationError") || code == "KMSAccessDenied" { return .denied }
        if transientCodes.contains(code) || status >= 500 { return .server }
        if ["NotFound", "NonExistent", "DoesNotExist", "NoSuch"].contains(where: code.contains) || message.hasSuffix("does not exist") { return .notFound }
        switch status {
        case 401: return .credentials
        case 403: return .denied
        case 404 where code.isEmpty || code.hasPrefix("Unknown"): return .notFound
        case 300..<400: return .badAnswer
        default: return .invalid
        }
    }
}

func requestIdentifier(_ headers: HTTPHeaders) -> String? {
    (headers["x-amzn-requestid"] ?? headers["x-amz-request-id"]).map { String($0.prefix(80)) }
}

private let throttlingCodes: Set<String> = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException",
    "ProvisionedThroughputExceededException", "ProvisionedThroughputExceeded", "TransactionInProgressException", "RequestLimitExceeded",
    "BandwidthLimitExceeded", "LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException", "TooManyRequests",
]
private let credentialCodes: Set<String> = [
    "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSignatureException",
    "InvalidSignature", "IncompleteSignature", "IncompleteSignatureException", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
    "InvalidToken", "AuthFailure", "NotSignedException", "InvalidIdentityToken", "IDPRejectedClaim", "InvalidSecurityToken", "InvalidSecurity",
]
private let transientCodes: Set<String> = [
    "InternalFailure", "InternalError", "InternalServerError", "InternalServiceError", "InternalServerException", "ServiceException",
    "ServiceUnavailable", "ServiceUnavailableException", "Unavailable", "RequestTimeout", "RequestTimeoutException", "IDPCommunicationError",
]

/// `com.amazonaws.sqs#QueueDoesNotExist:http://…` is `QueueDoesNotExist`; `AWS.SimpleQueueService.NonExistentQueue` stays.
private func bareCode(_ text: String) -> String {
    let name = text.prefix { $0 != ":" && $0 != ";" }
    return String((name.lastIndex(of: "#").map { name[name.index(after: $0)...] } ?? name).prefix(120).filter { $0.isASCII && !$0.isWhitespace })
}

/// The first line, cut: a refused signature is told with the whole request, token included.
private func firstWords(_ text: String) -> String {
    let line = String(text.unicodeScalars.prefix(2_000)).split(whereSeparator: \.isNewline).first ?? "no message"
    let words = line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(300)
    var result = String(String.UnicodeScalarView(words))
    while result.hasSuffix(".") || result.hasSuffix(" ") { result.removeLast() }
    return result
}
