import CCurl
import Synchronization

typealias Answer = CheckedContinuation<Result<HTTPResponse, TransferError>, Never>

/// What callers ask of the thread that owns the transfers.
enum Order {
    case add(UInt64, HTTPRequest, host: String, Cancellation, Answer)
    case cancel(UInt64)
    case stop
}

/// Whether the caller has lost interest; set from its task, read by the thread that works for it.
final class Cancellation: Sendable {
    private let flag = Atomic(false)
    var isRequested: Bool { flag.load(ordering: .acquiring) }
    func request() { flag.store(true, ordering: .releasing) }
}

/// The way from any task to the owner thread.
///
/// `@unchecked` because of the libcurl handle. The invariant: only the thread that runs the `TransferLoop` uses it, except for
/// `curl_multi_wakeup`, which libcurl allows from anywhere, and the clean-up, which happens when nobody holds the mailbox any more.
final class Mailbox: @unchecked Sendable {
    let multi: UnsafeMutableRawPointer
    private let orders = Mutex<[Order]>([])
    private let ids = Atomic<UInt64>(0)

    init() throws(TransferError) {
        guard isLibcurlReady, let multi = curl_multi_init() else {
            throw TransferError(.other, place: "libcurl", text: "it cannot be initialised; check that libcurl 7.88 or later is installed whole")
        }
        self.multi = multi
    }

    deinit { curl_multi_cleanup(multi) }

    func newID() -> UInt64 { ids.wrappingAdd(1, ordering: .relaxed).newValue }

    func post(_ order: Order) {
        let wasEmpty = orders.withLock { orders in
            defer { orders.append(order) }
            return orders.isEmpty
        }
        // Whoever finds orders waiting knows that the thread is awake already.
        if wasEmpty { curl_multi_wakeup(multi) }
    }

    func takeAll() -> [Order] {
        orders.withLock { orders in
            defer { orders.removeAll(keepingCapacity: true) }
            return orders
        }
    }
}

/// Once for the process, before any handle exists.
let isLibcurlReady = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK
