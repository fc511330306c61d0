import Telemetry

/// A refusal in the service's own words. The code is what clients act on; how it is written down depends on the protocol.
package struct ServiceError: Error, Equatable, Sendable {
    /// As JSON services name it.
    package var code: String
    /// Where query services use another word for the same thing.
    package var queryCode: String
    package var message: String
    package var status: Int

    package init(_ code: String, queryCode: String? = nil, status: Int = 400, _ message: String) {
        self.code = code
        self.queryCode = queryCode ?? code
        self.message = message
        self.status = status
    }

    package static let missingToken = ServiceError("MissingAuthenticationTokenException", queryCode: "MissingAuthenticationToken", status: 403,
                                                   "Request is missing Authentication Token")
    package static let incompleteSignature = ServiceError("IncompleteSignatureException", queryCode: "IncompleteSignature", status: 403,
                                                          "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    package static let unknownKey = ServiceError("UnrecognizedClientException", queryCode: "InvalidClientTokenId", status: 403,
                                                 "The security token included in the request is invalid.")
    package static let expiredToken = ServiceError("ExpiredTokenException", queryCode: "ExpiredToken", status: 403,
                                                   "The security token included in the request is expired")
    package static let signatureMismatch = ServiceError(
        "InvalidSignatureException", queryCode: "SignatureDoesNotMatch", status: 403,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing "
            + "method. Consult the service documentation for details.")
    /// Datadog's, for keys that it does not know.
    package static let forbiddenKey = ServiceError("AccessDeniedException", status: 403, "Forbidden")
    /// Sentry's.
    package static let invalidToken = ServiceError("ExpiredTokenException", status: 401, "Invalid token")
    package static let noSuchOrganization = ServiceError("ResourceNotFound", status: 404, "The requested resource does not exist")
    package static let throttled = ServiceError("ThrottlingException", queryCode: "Throttling", "Rate exceeded")
    package static let internalFailure = ServiceError("InternalFailure", status: 500, "The request processing has failed because of an unknown error.")

    package static func skewed(request: String, now: Timestamp) -> ServiceError {
        func stamp(_ time: Timestamp) -> String { String(time.rfc3339.filter { $0 != "-" && $0 != ":" }) }
        return ServiceError("InvalidSignatureException", queryCode: "SignatureDoesNotMatch", status: 403,
                            "Signature expired: \(request) is now earlier than \(stamp(now - 300)) (\(stamp(now)) - 5 min.)")
    }

    package static func denied(_ caller: Caller, action: String, resource: String? = nil, isExplicit: Bool = false) -> ServiceError {
        ServiceError("AccessDeniedException", queryCode: "AccessDenied", status: 400,
                     "User: \(caller.arn) is not authorized to perform: \(action)\(resource.map { " on resource: \($0)" } ?? "") "
                         + (isExplicit ? "with an explicit deny in an identity-based policy" : "because no identity-based policy allows the \(action) action"))
    }

    package static func unknownOperation(_ name: String) -> ServiceError {
        ServiceError("UnknownOperationException", queryCode: "InvalidAction", "The operation \(name) is not known to the simulator.")
    }

    package static func invalid(_ message: String) -> ServiceError { ServiceError("ValidationException", queryCode: "ValidationError", message) }
}
