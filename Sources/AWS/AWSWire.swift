import Curl
import Telemetry

/// One request of one call: addressed, signed, sent, judged. Trying again is the client's business.
struct AWSWire: Sendable {
    var source: AWSSource
    var environment: AWSEnvironment

    struct Exchange {
        var result: Result<AWSAnswer, AWSError>
        var bytes = 0
        var seconds = 0.0
        /// Seconds that the other clock is ahead of ours, where the answer told its time.
        var skew: Int64?
    }

    /// - Parameters:
    ///   - credentials: nothing sends unsigned.
    ///   - skew: seconds to add to our clock.
    ///   - limit: the most time it may take.
    func exchange(_ call: AWSCall, credentials: Credentials?, skew: Int64, limit: Duration) async -> Exchange {
        let place = place(of: call)
        let request: HTTPRequest
        do throws(AWSError) {
            request = try self.request(call, credentials: credentials, skew: skew, limit: limit)
        } catch {
            return Exchange(result: .failure(error))
        }
        do throws(TransferError) {
            let response = try await environment.transport.send(request)
            var exchange = Exchange(result: judged(response, place: place), bytes: response.bytesReceived, seconds: response.seconds)
            exchange.skew = response.headers["date"].flatMap { epochSeconds(httpDate: $0) }.map { $0 &- environment.now().seconds }
            return exchange
        } catch {
            return Exchange(result: .failure(AWSError(kind(of: error), place: place, message: "\(error.place): \(error.text)")))
        }
    }

    func endpoint(of call: AWSCall) throws(AWSError) -> Endpoint {
        try Endpoint.resolve(call.service, region: call.region ?? source.region, explicit: source.endpointURL, environment: environment)
    }

    func place(of call: AWSCall) -> String { "\(call.service.name) \(call.operation) in \(call.region ?? source.region) (\(source.owner))" }
}

private extension AWSWire {
    func request(_ call: AWSCall, credentials: Credentials?, skew: Int64, limit: Duration) throws(AWSError) -> HTTPRequest {
        let region = call.region ?? source.region
        let endpoint = try endpoint(of: call)
        var plain = SigV4.Request(method: call.method.rawValue, path: endpoint.basePath + call.path, query: call.query, headers: call.headers, body: call.body)
        plain.headers["Host"] = endpoint.host
        let signer = SigV4(credentials ?? Credentials(accessKeyID: "", secretAccessKey: ""), region: region, service: call.service.name,
                           time: environment.now() + skew)
        let signed = signer.signed(plain)
        var headers = credentials == nil ? call.headers : signed.headers
        // libcurl writes the same host by itself, and a second one would not be ours.
        headers["Host"] = nil
        var limits = HTTPRequest.Limits(total: limit, bodyBytes: call.bodyLimit)
        if let stall = call.stall { limits.stall = stall }
        return HTTPRequest(call.method, endpoint.origin + signed.target, headers: headers, body: call.body, limits: limits,
                           allowPrivateAddresses: true, caFile: source.caFile ?? environment.variable("AWS_CA_BUNDLE"), lane: source.tenant)
    }

    func judged(_ response: HTTPResponse, place: String) -> Result<AWSAnswer, AWSError> {
        guard response.isSuccess else {
            let refusal = Refusal(response)
            let wait = response.headers.retryAfter(now: environment.now().seconds)
            return .failure(AWSError(refusal.kind(status: response.status), place: place, code: refusal.code, message: refusal.message,
                                     requestID: refusal.requestID, status: response.status, retryAfter: wait.map { Int($0.components.seconds) }))
        }
        return .success(AWSAnswer(call: place, status: response.status, headers: response.headers, body: response.body,
                                  requestID: requestIdentifier(response.headers)))
    }

    func kind(of error: TransferError) -> AWSError.Kind {
        switch error.kind {
        case .resolve, .connect, .timedOut, .interrupted: .network
        case .tooLarge: .tooLarge
        case .badRequest: .invalid
        case .cancelled: .deadline
        case .tls, .refusedAddress, .other: .badAnswer
        }
    }
}
