package enum HTTPMethod: String, Sendable { case get = "GET", head = "HEAD", post = "POST", put = "PUT", delete = "DELETE", patch = "PATCH" }

/// One HTTP request and how much of the other side's behaviour it will bear. Redirects are never followed: their answer is the answer.
package struct HTTPRequest: Sendable, Equatable {
    package var method: HTTPMethod
    /// `http` or `https`, already encoded; it is sent exactly as it stands, dots and double slashes included.
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    package var limits: Limits
    /// Whether the host may resolve to an address that is not of the public internet. Say yes only where the operator named the host.
    package var allowPrivateAddresses: Bool
    /// Certificates to trust, in one PEM file; without it those of the client, and without those the system's.
    package var caFile: String?
    /// Goes straight to the host even where the environment names a proxy: for link-local services.
    package var bypassesProxy: Bool
    /// Opens a connection of its own and tells when the certificates that it was shown end: one that is used again shows none.
    package var wantsCertificate: Bool
    /// Who is served: waiting requests take turns by lane, so that a large tenant does not keep a small one waiting.
    package var lane: String
    /// The proxy that it goes through, which the client decides.
    var proxy: String?

    package init(_ method: HTTPMethod = .get, _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = [], limits: Limits = Limits(),
                 allowPrivateAddresses: Bool = false, caFile: String? = nil, bypassesProxy: Bool = false, wantsCertificate: Bool = false, lane: String = "") {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.allowPrivateAddresses = allowPrivateAddresses
        self.caFile = caFile
        self.bypassesProxy = bypassesProxy
        self.wantsCertificate = wantsCertificate
        self.lane = lane
    }

    /// What a transfer may cost. Waiting for a free place in the client does not count.
    package struct Limits: Sendable, Equatable {
        package var connect: Duration
        package var total: Duration
        /// Given up when fewer than 100 bytes a second came over this long.
        package var stall: Duration
        /// The most a body may hold once it is decompressed.
        package var bodyBytes: Int

        package init(connect: Duration = .seconds(5), total: Duration = .seconds(60), stall: Duration = .seconds(10), bodyBytes: Int = 32 << 20) {
            self.connect = connect
            self.total = total
            self.stall = stall
            self.bodyBytes = bodyBytes
        }
    }
}

/// What came back, whatever the status says.
package struct HTTPResponse: Sendable, Equatable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Headers and body as they came over the wire, before decompression.
    package var bytesReceived: Int
    package var seconds: Double
    /// When the first of the certificates that vouch for the other side ends, in seconds since 1970; only where the request wanted to know.
    package var certificateEnd: Int64?

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = [], bytesReceived: Int? = nil, seconds: Double = 0, certificateEnd: Int64? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.bytesReceived = bytesReceived ?? body.count
        self.seconds = seconds
        self.certificateEnd = certificateEnd
    }

    package var isSuccess: Bool { (200..<300).contains(status) }
}

/// Sends one request. Tests script the answers; `HTTPClient` asks the world.
package protocol Transport: Sendable {
    func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse
}
