import CCurl

/// Sends over libcurl: one thread owns all transfers, so a thousand tenants cost one thread and share its connections.
/// The thread ends when the client is gone and its last transfer is answered.
package final class HTTPClient: Transport {
    /// What this program calls itself to others.
    package static let userAgent = "tidewatch/\(version)"
    package static let version = "0.1.0"
    /// `libcurl/7.88.1 OpenSSL/3.0.15 …`: the libraries that were loaded.
    package static var libraries: String { String(cString: curl_version()) }

    private let mailbox: Mailbox
    private let proxies: ProxyRules

    /// - Parameters:
    ///   - inFlight: requests under way at a time, over all hosts; `perHost` of them to one host.
    ///   - caFile: certificates to trust where a request names none; without it the system's.
    ///   - proxies: through whom requests go.
    /// - Throws: `TransferError` where libcurl or a thread is not to be had.
    package init(inFlight: Int = 64, perHost: Int = 32, caFile: String? = nil, proxies: ProxyRules = ProxyRules()) throws(TransferError) {
        self.proxies = proxies
        mailbox = try Mailbox()
        let mailbox = mailbox
        let started = startThread {
            var loop = TransferLoop(mailbox: mailbox, admission: Admission(total: inFlight, perHost: perHost), caFile: caFile)
            loop.run()
        }
        guard started else { throw TransferError(.other, place: "libcurl", text: "no thread could be started; check the process limits (ulimit -u)") }
    }

    deinit { mailbox.post(.stop) }

    package func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let host = try request.checkedAuthority()
        var request = request
        request.proxy = request.bypassesProxy ? nil : proxies.proxy(for: request.url)
        // Names are resolved by the proxy, whose rules decide about them; an address that is written down is refused here as ever.
        if request.proxy != nil, !request.allowPrivateAddresses, let reason = Authority(request.url)?.notPublic {
            throw TransferError(.refusedAddress, place: request.place, text: "the address \(reason) is not on the public internet")
        }
        let asked = request
        let id = mailbox.newID()
        let mailbox = mailbox
        let cancellation = Cancellation()
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { mailbox.post(.add(id, asked, host: host, cancellation, $0)) }
        } onCancel: {
            cancellation.request()
            mailbox.post(.cancel(id))
        }
        return try answer.get()
    }
}
