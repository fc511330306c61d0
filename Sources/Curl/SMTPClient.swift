import CCurl

/// Hands mail to a server over libcurl, each message on a thread of its own: closing a mail connection waits for the server,
/// and no other transfer shall wait with it.
package struct SMTPClient: MailTransport {
    private let slots: Slots

    /// - Parameter inFlight: messages under way at a time.
    package init(inFlight: Int = 8) { slots = Slots(inFlight) }

    package func send(_ submission: MailSubmission) async throws(MailError) -> MailReceipt {
        try submission.check()
        await slots.take()
        let cancellation = Cancellation()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (answer: CheckedContinuation<Result<MailReceipt, MailError>, Never>) in
                let started = startThread {
                    let delivery = Delivery(submission, cancellation)
                    // The answer goes out before the connection is closed: a QUIT that hangs delays nobody.
                    answer.resume(returning: delivery.perform())
                    delivery.close()
                }
                if !started {
                    answer.resume(returning: .failure(MailError(.transient, place: submission.server.description,
                                                                text: "no thread could be started. Check the process limits (ulimit -u).")))
                }
            }
        } onCancel: {
            cancellation.request()
        }
        await slots.give()
        return try result.get()
    }
}

/// Places that are handed out first come, first served.
private actor Slots {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = max(1, count) }

    func take() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

extension MailSubmission {
    /// libcurl passes control bytes in addresses on to the server as commands of their own, and sends without a password
    /// where the server offers no way to give it: both are refused here.
    func check() throws(MailError) {
        let place = server.description
        for (what, text) in [("the sender address", from), ("the recipient address", recipient)] {
            guard !text.isEmpty, text.utf8.count <= 320, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }) else {
                throw MailError(.refused, place: place, text: "\(what) is empty, too long, or holds a space, a bracket or a control character. Check it where it is set.")
            }
        }
        guard !server.host.isEmpty, server.host.utf8.allSatisfy(isHostByte), (1...65_535).contains(server.port) else {
            throw MailError(.refused, place: "smtp", text: "the mail server is not of the form host:port. Check 'server'.")
        }
        guard !server.greeting.isEmpty, server.greeting.utf8.allSatisfy(isHostByte) else {
            throw MailError(.refused, place: place, text: "the name for EHLO is no host name. Check it where it is set.")
        }
        for text in [server.username, server.password, server.caFile].compactMap(\.self) {
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw MailError(.refused, place: place, text: "the user name, the password or the certificate file holds a control character.")
            }
        }
        guard server.tls != .none || (server.username == nil && server.password == nil) else {
            throw MailError(.refused, place: place, text: "a password would go in clear text. Set tls to starttls or implicit, or take the password away.")
        }
        guard (server.username == nil) == (server.password == nil) else {
            throw MailError(.refused, place: place, text: "user name and password are given one without the other. Set both or neither.")
        }
    }
}

private func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"): true
    default: false
    }
}
