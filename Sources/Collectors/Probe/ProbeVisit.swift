import Curl

/// One check carried out: the request, the redirects that it may follow, and the verdict.
struct ProbeVisit: Sendable {
    struct Result: Sendable {
        /// Method and origin: never path or query.
        var place: String
        /// What was not as expected; nothing where all was.
        var complaint: String?
        /// Why it was never sent.
        var refusal: String?
        var status: Int?
        /// Over all requests of the check.
        var seconds: Double?
        var certificateEnd: Int64?
        var calls = 0
        var bytes = 0
    }

    private let check: ProbeCheck
    private let environment: WebEnvironment
    private let lane: String

    init(_ check: ProbeCheck, environment: WebEnvironment, lane: String) {
        self.check = check
        self.environment = environment
        self.lane = lane
    }

    func result() async -> Result {
        var result = Result(place: place(check.url))
        var url = check.url, method = check.method, headers = check.headers, seconds = 0.0
        for hop in 0...max(0, check.redirects) {
            let left = Double(check.timeout) - seconds
            guard left > 0 else { result.complaint = "no answer within \(check.timeout) s"; return result }
            let limits = HTTPRequest.Limits(connect: .seconds(min(left, 10)), total: .seconds(left), stall: .seconds(left), bodyBytes: 4 << 20)
            let request = HTTPRequest(method, url, headers: headers, limits: limits, allowPrivateAddresses: check.allowPrivate, caFile: check.caFile,
                                      wantsCertificate: true, lane: lane)
            let response: HTTPResponse
            do throws(TransferError) {
                result.calls += 1
                response = try await environment.transport.send(request)
            } catch {
                switch error.kind {
                case .refusedAddress, .badRequest, .cancelled: result.refusal = "\(error.text). \(error.remedy)"
                case .timedOut: result.complaint = "no answer within \(check.timeout) s"
                case .resolve, .connect, .tls, .interrupted, .tooLarge, .other: result.complaint = error.text
                }
                if let refusal = result.refusal { result.complaint = refusal }
                return result
            }
            seconds += response.seconds
            result.bytes += response.bytesReceived
            result.status = response.status
            result.seconds = seconds
            // The certificate that the operator named the host of; those behind a redirect count where they end sooner.
            result.certificateEnd = [result.certificateEnd, response.certificateEnd].compactMap(\.self).min()
            guard hop < check.redirects, [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["location"] else {
                result.complaint = check.expectation.complaint(about: response)
                return result
            }
            guard let next = WebAddress.resolved(location, against: url) else { result.complaint = "the redirect leads to no http address"; return result }
            guard !(url.lowercased().hasPrefix("https:") && next.lowercased().hasPrefix("http:")) else { result.complaint = "the redirect leads from https to http"; return result }
            if WebAddress.origin(next) != WebAddress.origin(url) { headers = [:] }
            if response.status == 303 || [301, 302].contains(response.status) && method == .post { method = .get }
            url = next
        }
        return result
    }

    private func place(_ url: String) -> String { "\(check.method.rawValue) \(WebAddress.origin(url) ?? "no address")" }
}
