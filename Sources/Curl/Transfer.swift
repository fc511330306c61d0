import CCurl

/// One transfer under way: what is asked, and what libcurl's callbacks have brought so far.
/// A class because libcurl holds its address; only the owner thread touches it.
final class Transfer {
    let ticket: Admission.Ticket
    let request: HTTPRequest
    let answer: Answer
    private let handle: UnsafeMutableRawPointer
    private let caFile: String?
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headerBlock: [UInt8] = []
    private var body: [UInt8] = []
    private var isTooLarge = false
    private var refused: String?

    init(_ ticket: Admission.Ticket, _ request: HTTPRequest, answer: Answer, handle: UnsafeMutableRawPointer, caFile: String?) {
        self.ticket = ticket
        self.request = request
        self.answer = answer
        self.handle = handle
        self.caFile = request.caFile ?? caFile
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Writes the request into the handle; says why where libcurl will not have it.
    func setUp() -> TransferError? {
        var options = CurlOptions(handle)
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.setCommon(protocols: "http,https", caFile: caFile, errorText: errorText)
        options.set(CURLOPT_URL, request.url)
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        // A second protocol would buy little where the peers are few and near, and costs its own kinds of failure.
        options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        options.set(CURLOPT_ACCEPT_ENCODING, "")
        options.set(CURLOPT_USERAGENT, HTTPClient.userAgent)
        if request.wantsCertificate {
            options.set(CURLOPT_CERTINFO, 1)
            options.set(CURLOPT_FRESH_CONNECT, 1)
        }
        // What is set is what counts: libcurl reads no variable of its own then.
        options.set(CURLOPT_PROXY, request.proxy ?? "")
        options.set(CURLOPT_NOPROXY, "")
        options.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.limits.connect))
        options.set(CURLOPT_TIMEOUT_MS, milliseconds(request.limits.total))
        options.set(CURLOPT_LOW_SPEED_LIMIT, 100)
        options.set(CURLOPT_LOW_SPEED_TIME, max(1, milliseconds(request.limits.stall) / 1_000))
        setMethod(&options)
        setHeaders(&options)
        options.set(CURLOPT_WRITEFUNCTION, onBody)
        options.set(CURLOPT_WRITEDATA, context)
        options.set(CURLOPT_HEADERFUNCTION, onHeader)
        options.set(CURLOPT_HEADERDATA, context)
        if !request.allowPrivateAddresses, request.proxy == nil {
            // Twice: when a socket is opened, and, for a connection that somebody less strict has opened, before it is used.
            options.note(ccurl_set_open_socket(handle, onOpenSocket))
            options.set(CURLOPT_OPENSOCKETDATA, context)
            options.note(ccurl_set_before_request(handle, onBeforeRequest))
            options.set(CURLOPT_PREREQDATA, context)
        }
        guard let code = options.failure else { return nil }
        return failure(code)
    }

    func result(_ code: CURLcode) -> Result<HTTPResponse, TransferError> {
        guard code == CURLE_OK else { return .failure(failure(code)) }
        var status = 0
        var bodySize: curl_off_t = 0, headerSize = 0, microseconds: curl_off_t = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        ccurl_get_long(handle, CURLINFO_HEADER_SIZE, &headerSize)
        ccurl_get_size(handle, CURLINFO_SIZE_DOWNLOAD_T, &bodySize)
        ccurl_get_size(handle, CURLINFO_TOTAL_TIME_T, &microseconds)
        return .success(HTTPResponse(status: status, headers: HTTPHeaders(block: headerBlock), body: body,
                                     bytesReceived: bodySize + headerSize, seconds: Double(microseconds) / 1e6,
                                     certificateEnd: request.wantsCertificate ? certificateEnd : nil))
    }
}

private extension Transfer {
    func setMethod(_ options: inout CurlOptions) {
        switch request.method {
        case .get where request.body.isEmpty: options.set(CURLOPT_HTTPGET, 1)
        case .head: options.set(CURLOPT_NOBODY, 1)
        case .get, .post, .put, .delete, .patch:
            if request.method != .delete || !request.body.isEmpty {
                // The size goes first: without it libcurl copies up to a zero byte.
                options.set(CURLOPT_POSTFIELDSIZE_LARGE, size: curl_off_t(request.body.count))
                request.body.withUnsafeBytes { options.set(CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? UnsafeRawPointer(errorText)) }
            }
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    func setHeaders(_ options: inout CurlOptions) {
        // libcurl would wait a second for leave to send a body, and would name a type that nobody has chosen.
        var lines = ["Expect:"]
        if request.headers["content-type"] == nil { lines.append("Content-Type:") }
        // An empty value is written with a semicolon; "Name:" would take the header away.
        lines += request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for line in lines { headerList = curl_slist_append(headerList, line) ?? headerList }
        options.set(CURLOPT_HTTPHEADER, headerList)
    }

    func failure(_ code: CURLcode) -> TransferError {
        if isTooLarge {
            return TransferError(.tooLarge, place: request.place,
                                 text: "the answer is larger than \(request.limits.bodyBytes) bytes and was dropped")
        }
        if let refused {
            return TransferError(.refusedAddress, place: request.place,
                                 text: "the address \(refused) is not on the public internet")
        }
        return TransferError(.init(code), place: request.place, text: words(code, errorText))
    }
}

private extension Transfer {
    static let headerBytes = 256 << 10

    /// The earliest end in the chain: an intermediate that runs out is as bad as the certificate itself.
    var certificateEnd: Int64? {
        (0..<16).compactMap { ccurl_expire_date(handle, Int32($0)).flatMap { epochSeconds(certificateDate: String(cString: $0)) } }.min()
    }

    func receive(header line: UnsafeRawBufferPointer) -> Bool {
        // A new status line starts a new block: what came before was an interim answer or the proxy's.
        if line.starts(with: "HTTP/".utf8) { headerBlock.removeAll(keepingCapacity: true) }
        guard headerBlock.count + line.count <= Self.headerBytes else { isTooLarge = true; return false }
        headerBlock.append(contentsOf: line)
        return true
    }

    func receive(body chunk: UnsafeRawBufferPointer) -> Bool {
        guard chunk.count <= request.limits.bodyBytes - body.count else { isTooLarge = true; return false }
        if body.isEmpty {
            var length: curl_off_t = 0
            ccurl_get_size(handle, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
            body.reserveCapacity(max(chunk.count, min(Int(length), request.limits.bodyBytes, 1 << 20)))
        }
        body.append(contentsOf: chunk)
        return true
    }

    /// Remembers and tells why the address is not to be used.
    func refuses(_ address: IPAddress?, text: String) -> Bool {
        guard let address else { refused = text; return true }
        guard let reason = address.notPublic else { return false }
        refused = "\(text) (\(reason))"
        return true
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private let onBody: curl_write_callback = { bytes, size, count, context in
    let chunk = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.receive(body: chunk) == true ? chunk.count : 0
}

private let onHeader: curl_write_callback = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer(context)?.receive(header: line) == true ? line.count : 0
}

private let onOpenSocket: curl_opensocket_callback = { context, _, address in
    guard let address, let transfer = transfer(context) else { return CURL_SOCKET_BAD }
    // The address runs on behind the struct for IPv6, so it is read from its place in memory, not from the Swift copy.
    let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 16
    let raw = UnsafeRawBufferPointer(start: UnsafeRawPointer(address) + offset, count: Int(address.pointee.addrlen))
    let ip = IPAddress(raw)
    if transfer.refuses(ip, text: ip?.text ?? "of an unknown kind") { return CURL_SOCKET_BAD }
    return socket(address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
}

private let onBeforeRequest: curl_prereq_callback = { context, address, _, _, _ in
    guard let address, let transfer = transfer(context) else { return CURL_PREREQFUNC_ABORT }
    let text = String(cString: address)
    return transfer.refuses(IPAddress(text), text: text) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK
}
