import CCurl

/// The owner thread's work: takes orders, starts what may start, hands answers out.
struct TransferLoop {
    private let mailbox: Mailbox
    private let caFile: String?
    private var admission: Admission
    private var waiting: [UInt64: (request: HTTPRequest, host: String, answer: Answer)] = [:]
    private var running: [UnsafeMutableRawPointer: Transfer] = [:]
    private var handles: [UInt64: UnsafeMutableRawPointer] = [:]
    /// Handles to use again: making one costs more than a small request.
    private var idle: [UnsafeMutableRawPointer] = []
    private var isStopping = false

    init(mailbox: Mailbox, admission: Admission, caFile: String?) {
        self.mailbox = mailbox
        self.admission = admission
        self.caFile = caFile
        // Above our own limit, so that libcurl never queues.
        ccurl_multi_set_long(mailbox.multi, CURLMOPT_MAXCONNECTS, admission.total * 2)
    }

    mutating func run() {
        while true {
            for order in mailbox.takeAll() { obey(order) }
            while let ticket = admission.next() { start(ticket) }
            var active: Int32 = 0
            curl_multi_perform(mailbox.multi, &active)
            if collect() { continue }
            if isStopping, running.isEmpty, waiting.isEmpty { break }
            curl_multi_poll(mailbox.multi, nil, 0, 1_000, nil)
        }
        for handle in idle { curl_easy_cleanup(handle) }
    }
}

private extension TransferLoop {
    mutating func obey(_ order: Order) {
        switch order {
        case .add(let id, let request, let host, let cancellation, let answer):
            guard !cancellation.isRequested else { return answer.resume(returning: .failure(cancelled(request))) }
            waiting[id] = (request, host, answer)
            admission.enqueue(Admission.Ticket(id: id, host: host), lane: request.lane)
        case .cancel(let id): cancel(id)
        case .stop: isStopping = true
        }
    }

    mutating func cancel(_ id: UInt64) {
        if let entry = waiting[id] {
            waiting[id] = nil
            _ = admission.withdraw(id, lane: entry.request.lane)
            entry.answer.resume(returning: .failure(cancelled(entry.request)))
        } else if let handle = handles[id], let transfer = running[handle] {
            finish(handle, transfer, .failure(cancelled(transfer.request)))
        }
        // Otherwise it is answered already, or its add comes later and finds the cancellation.
    }

    func cancelled(_ request: HTTPRequest) -> TransferError {
        TransferError(.cancelled, place: request.place, text: "the request was cancelled")
    }

    mutating func start(_ ticket: Admission.Ticket) {
        guard let entry = waiting.removeValue(forKey: ticket.id) else { return admission.finish(host: ticket.host) }
        guard let handle = idle.popLast() ?? curl_easy_init() else {
            admission.finish(host: ticket.host)
            return entry.answer.resume(returning: .failure(TransferError(.other, place: entry.request.place, text: "libcurl has no memory left")))
        }
        let transfer = Transfer(ticket, entry.request, answer: entry.answer, handle: handle, caFile: caFile)
        running[handle] = transfer
        handles[ticket.id] = handle
        if let failure = transfer.setUp() { return finish(handle, transfer, .failure(failure)) }
        guard curl_multi_add_handle(mailbox.multi, handle) == CURLM_OK else {
            return finish(handle, transfer, .failure(TransferError(.other, place: entry.request.place, text: "libcurl refuses the transfer")))
        }
    }

    /// Answers what is finished; true where something was.
    mutating func collect() -> Bool {
        var found = false
        var left: Int32 = 0
        while let message = curl_multi_info_read(mailbox.multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle, let transfer = running[handle] else { continue }
            found = true
            finish(handle, transfer, transfer.result(ccurl_message_result(message)))
        }
        return found
    }

    mutating func finish(_ handle: UnsafeMutableRawPointer, _ transfer: Transfer, _ result: Result<HTTPResponse, TransferError>) {
        curl_multi_remove_handle(mailbox.multi, handle)
        curl_easy_reset(handle)
        running[handle] = nil
        handles[transfer.ticket.id] = nil
        admission.finish(host: transfer.ticket.host)
        idle.append(handle)
        transfer.answer.resume(returning: result)
    }
}
