import CCurl

/// One message on its way. A class because libcurl holds its address; only its own thread touches it.
final class Delivery {
    private let submission: MailSubmission
    private let cancellation: Cancellation
    private let handle: UnsafeMutableRawPointer?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var recipients: UnsafeMutablePointer<curl_slist>?
    private let message: [UInt8]
    private var sent = 0
    private var lastReply = ""
    /// The last line that said no; a polite goodbye may follow it.
    private var lastRefusal = ""
    private var isLoggedIn = false
    private var isMissingLogin = false

    init(_ submission: MailSubmission, _ cancellation: Cancellation) {
        self.submission = submission
        self.cancellation = cancellation
        handle = isLibcurlReady ? curl_easy_init() : nil
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        message = withCRLF(submission.message)
    }

    deinit {
        curl_slist_free_all(recipients)
        errorText.deallocate()
    }

    /// Closes the connection; waits for the server, at most as long as one reply may take.
    func close() { if let handle { curl_easy_cleanup(handle) } }

    func perform() -> Result<MailReceipt, MailError> {
        guard let handle else { return .failure(failure(.transient, "libcurl has no memory left.")) }
        if let code = setUp(handle) { return .failure(failure(.refused, curlWords(code))) }
        let code = curl_easy_perform(handle)
        var reply = 0
        ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &reply)
        if code == CURLE_OK { return .success(MailReceipt(code: reply, reply: lastReply)) }
        return .failure(failure(code, reply: reply))
    }
}

private extension Delivery {
    func setUp(_ handle: UnsafeMutableRawPointer) -> CURLcode? {
        let server = submission.server
        var options = CurlOptions(handle)
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.setCommon(protocols: "smtp,smtps", caFile: server.caFile, errorText: errorText)
        // The path of the URL is the name in EHLO.
        options.set(CURLOPT_URL, "\(server.tls == .implicit ? "smtps" : "smtp")://\(server.host):\(server.port)/\(server.greeting)")
        // Never CURLUSESSL_TRY: it goes on in clear text.
        options.set(CURLOPT_USE_SSL, Int(server.tls == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
        if let username = server.username, let password = server.password {
            options.set(CURLOPT_USERNAME, username)
            options.set(CURLOPT_PASSWORD, password)
        }
        options.set(CURLOPT_MAIL_FROM, submission.from)
        recipients = curl_slist_append(nil, submission.recipient)
        options.set(CURLOPT_MAIL_RCPT, recipients)
        options.set(CURLOPT_UPLOAD, 1)
        options.set(CURLOPT_INFILESIZE_LARGE, size: curl_off_t(message.count))
        options.set(CURLOPT_READFUNCTION, onRead)
        options.set(CURLOPT_READDATA, context)
        options.set(CURLOPT_HEADERFUNCTION, onReply)
        options.set(CURLOPT_HEADERDATA, context)
        options.set(CURLOPT_WRITEFUNCTION, onNothing)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(server.limits.connect))
        options.set(CURLOPT_TIMEOUT_MS, milliseconds(server.limits.total))
        options.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, min(milliseconds(server.limits.reply), milliseconds(server.limits.total) - 1_000) / 1_000))
        options.set(CURLOPT_NOPROGRESS, 0)
        options.note(ccurl_set_progress(handle, onProgress))
        options.set(CURLOPT_XFERINFODATA, context)
        return options.failure
    }

    /// The reply code decides; libcurl's code alone does not tell 451 from 550.
    func failure(_ code: CURLcode, reply: Int) -> MailError {
        if isMissingLogin {
            return failure(.auth, "the server offers no login, so nothing was sent. Take username and password away, or use the server's submission port (587 or 465).")
        }
        if code == CURLE_ABORTED_BY_CALLBACK, cancellation.isRequested { return failure(.transient, "the delivery was cancelled.", isSent: sent == message.count) }
        let told = lastRefusal.isEmpty ? curlWords(code) : "the server said '\(lastRefusal)' (curl \(code.rawValue)). \(remedy(reply))"
        switch code {
        case CURLE_LOGIN_DENIED: return MailError((400..<500).contains(reply) ? .transient : .auth, place: place, code: reply, text: told)
        case CURLE_USE_SSL_FAILED:
            return failure(.tls, "the server offers no encryption, so nothing was sent. Check the port, or set tls: implicit for port 465.")
        case _ where TransferError.Kind(code) == .tls: return failure(.tls, curlWords(code))
        case CURLE_SSL_CONNECT_ERROR: return failure(.tls, curlWords(code))
        case CURLE_OPERATION_TIMEDOUT, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
            return failure(.transient, curlWords(code), isSent: sent == message.count)
        default: break
        }
        switch reply {
        case 500..<600: return MailError(.permanent, place: place, code: reply, text: told)
        case 400..<500: return MailError(.transient, place: place, code: reply, text: told)
        default: return failure(.transient, curlWords(code), isSent: sent == message.count)
        }
    }

    func curlWords(_ code: CURLcode) -> String {
        "\(words(code, errorText)). \(TransferError(TransferError.Kind(code), place: "", text: "").remedy)"
    }

    func failure(_ kind: MailError.Kind, _ text: String, isSent: Bool = false) -> MailError {
        MailError(kind, place: place, text: text, mayBeDelivered: isSent)
    }

    var place: String { submission.server.description }

    func remedy(_ reply: Int) -> String {
        reply >= 500 ? "Check the addresses and what the server allows this sender." : "It is tried again later."
    }
}

private extension Delivery {
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, message.count - sent)
        buffer.copyBytes(from: message[sent..<sent + count])
        sent += count
        return count
    }

    /// Sees every line that the server says; false ends the transfer.
    func receive(_ line: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: line.prefix(512), as: UTF8.self)
        lastReply = String(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.map(Character.init))
        if text.hasPrefix("4") || text.hasPrefix("5") { lastRefusal = lastReply }
        if text.hasPrefix("235") { isLoggedIn = true }
        // 354 asks for the message: with a user configured and no login behind us, it must not go.
        if text.hasPrefix("354"), submission.server.username != nil, !isLoggedIn { isMissingLogin = true }
        return !isMissingLogin
    }
}

private func delivery(_ context: UnsafeMutableRawPointer?) -> Delivery? {
    context.map { Unmanaged<Delivery>.fromOpaque($0).takeUnretainedValue() }
}

private let onRead: curl_write_callback = { bytes, size, count, context in
    delivery(context)?.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

private let onReply: curl_write_callback = { bytes, size, count, context in
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return delivery(context)?.receive(line) == true ? line.count : 0
}

/// A mail server sends no body; what it sends all the same is not for stdout.
private let onNothing: curl_write_callback = { _, size, count, _ in size * count }

private let onProgress: curl_xferinfo_callback = { context, _, _, _, _ in delivery(context)?.isCancelled == true ? 1 : 0 }

private extension Delivery { var isCancelled: Bool { cancellation.isRequested } }

/// Every line end as CRLF: servers refuse a bare LF, and a bare CR can smuggle a second message.
func withCRLF(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + bytes.count / 32)
    var previous: UInt8 = 0
    for byte in bytes {
        switch byte {
        case 0x0A: if previous != 0x0D { out += [0x0D, 0x0A] }
        case 0x0D: out += [0x0D, 0x0A]
        default: out.append(byte)
        }
        previous = byte
    }
    return out
}
