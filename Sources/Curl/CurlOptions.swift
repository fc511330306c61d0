import CCurl

/// Sets options of one handle and keeps the first refusal: a limit that was not taken must not go unnoticed.
struct CurlOptions {
    let handle: UnsafeMutableRawPointer
    private(set) var failure: CURLcode?

    init(_ handle: UnsafeMutableRawPointer) { self.handle = handle }

    mutating func note(_ code: CURLcode) { if code != CURLE_OK, failure == nil { failure = code } }
    mutating func set(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(handle, option, value)) }
    mutating func set(_ option: CURLoption, size value: curl_off_t) { note(ccurl_set_size(handle, option, value)) }
    mutating func set(_ option: CURLoption, _ value: String) { note(ccurl_set_text(handle, option, value)) }
    mutating func set(_ option: CURLoption, _ value: UnsafeRawPointer) { note(ccurl_set_pointer(handle, option, value)) }
    mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) { note(ccurl_set_pointer(handle, option, value)) }
    mutating func set(_ option: CURLoption, _ value: UnsafeMutablePointer<curl_slist>?) { note(ccurl_set_list(handle, option, value)) }
    mutating func set(_ option: CURLoption, _ value: @escaping curl_write_callback) { note(ccurl_set_stream(handle, option, value)) }

    /// What holds for every handle, HTTP or mail.
    mutating func setCommon(protocols: String, caFile: String?, errorText: UnsafeMutablePointer<CChar>) {
        set(CURLOPT_ERRORBUFFER, UnsafeRawPointer(errorText))
        set(CURLOPT_NOSIGNAL, 1)
        // Do not wait for a resolver that hangs when its transfer is over: others share this thread.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, protocols)
        set(CURLOPT_REDIR_PROTOCOLS_STR, protocols)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile { set(CURLOPT_CAINFO, caFile) }
    }
}

/// At least 1: libcurl takes zero for "no limit".
func milliseconds(_ duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0 else { return 1 }
    guard seconds < 2_000_000 else { return 2_000_000_000 }
    return max(1, Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000))
}

/// libcurl's own words.
func words(_ code: CURLcode, _ buffer: UnsafePointer<CChar>) -> String {
    let detail = String(cString: buffer)
    return "\(detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail) (curl \(code.rawValue))"
}

extension TransferError.Kind {
    init(_ code: CURLcode) {
        self = switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
        // A handshake that fails without a verdict on the certificate is most often a connection that broke.
        case CURLE_COULDNT_CONNECT, CURLE_PROXY, CURLE_SSL_CONNECT_ERROR: .connect
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
             CURLE_USE_SSL_FAILED, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS: .tls
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM: .interrupted
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: .badRequest
        default: .other
        }
    }
}
