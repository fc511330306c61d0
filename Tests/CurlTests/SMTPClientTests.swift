@testable import Curl
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct SMTPClientTests {
    private static let plain = Result { try LoopbackServer("smtp_server.py") }
    private static let login = Result { try LoopbackServer("smtp_server.py", ["auth"]) }
    private let client = SMTPClient()
    private let message = "Subject: x\r\n\r\nline\r\n.dot\r\n"

    private func submission(_ server: LoopbackServer, to recipient: String = "ok@example.com", message: String? = nil, tls: MailSubmission.TLS = .none,
                            username: String? = nil, password: String? = nil, caFile: String? = nil) -> MailSubmission {
        MailSubmission(server: .init(host: "localhost", port: server.port, tls: tls, username: username, password: password, caFile: caFile,
                                     greeting: "dash.example.org", limits: .init(reply: .seconds(1), total: .seconds(3))),
                       from: "tidewatch@example.com", recipient: recipient, message: Array((message ?? self.message).utf8))
    }

    private func failure(_ submission: MailSubmission) async -> MailError? {
        do throws(MailError) {
            _ = try await client.send(submission)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a message arrives whole, with our name and the server's own words in the receipt`() async throws {
        let receipt = try await client.send(submission(Self.plain.get()))
        #expect(receipt.code == 250)
        #expect(receipt.reply.hasSuffix("ehlo=dash.example.org user=nobody tls=False recipients=1"))
    }

    @Test func `line ends of any kind make the same message`() async throws {
        let server = try Self.plain.get()
        let crlf = try await client.send(submission(server)).reply
        let bare = try await client.send(submission(server, message: "Subject: x\n\nline\n.dot\n")).reply
        #expect(bare == crlf)
        #expect(withCRLF(Array("a\rb\n\r\nc\r\r\n".utf8)) == Array("a\r\nb\r\n\r\nc\r\n\r\n".utf8))
    }

    @Test(arguments: [("busy@x.org", MailError.Kind.transient, 451), ("full@x.org", .transient, 452), ("gone@x.org", .permanent, 550), ("spam@x.org", .permanent, 554)])
    func `the reply code decides whether to try again`(_ recipient: String, _ kind: MailError.Kind, _ code: Int) async throws {
        let error = await failure(submission(try Self.plain.get(), to: recipient))
        #expect(error?.kind == kind)
        #expect(error?.code == code)
        #expect(error?.text.contains("the server said '\(code)") == true)
        #expect(error?.mayBeDelivered == false)
    }

    @Test func `a server that falls silent costs one reply limit`() async throws {
        let error = await failure(submission(try Self.plain.get(), to: "mute@x.org"))
        #expect(error?.kind == .transient)
        #expect(error?.mayBeDelivered == false)
    }

    /// At the recipient and after the whole message: the tests before and behind this one.
    @Test(arguments: ["GREETING", "EHLO", "MAIL", "DATA"])
    func `a server that falls silent at any step costs one limit, and is worth another try`(_ step: String) async throws {
        let error = await failure(submission(try LoopbackServer("smtp_server.py", ["mute=\(step)"])))
        #expect(error?.kind == .transient)
        #expect(error?.mayBeDelivered == false)
    }

    @Test(arguments: ["hang@x.org", "cut@x.org"])
    func `without a reply to the whole message it may have been delivered`(_ recipient: String) async throws {
        let error = await failure(submission(try Self.plain.get(), to: recipient))
        #expect(error?.kind == .transient)
        #expect(error?.mayBeDelivered == true)
    }

    @Test func `a server that sleeps at QUIT does not keep the receipt`() async throws {
        #expect(try await client.send(submission(try Self.plain.get(), to: "sleepy@x.org")).code == 250)
    }

    @Test func `nobody there is worth another try`() async throws {
        var gone = submission(try Self.plain.get())
        gone.server.port = 9
        #expect(await failure(gone)?.kind == .transient)
    }

    @Test func `encryption that is wanted and not offered is an error, not a mail in clear text`() async throws {
        #expect(await failure(submission(try Self.plain.get(), tls: .startTLS))?.kind == .tls)
    }

    @Test(arguments: ["a@x.org\r\nRCPT TO:<b@x.org>", "a@x.org\nDATA", "a@x.org> SIZE=1 <", "", "a b@x.org", "a@x.org\u{0}"])
    func `an address that could carry a command is refused`(_ address: String) async throws {
        let server = try Self.plain.get()
        #expect(await failure(submission(server, to: address))?.kind == .refused)
        var from = submission(server)
        from.from = address
        #expect(await failure(from)?.kind == .refused)
    }

    @Test func `a password without encryption is refused`() async throws {
        #expect(await failure(submission(try Self.login.get(), username: "u", password: "secret"))?.kind == .refused)
    }

    @Test func `a submission prints without its password`() throws {
        let text = "\(submission(try Self.login.get(), username: "u", password: "secret"))"
        #expect(!text.contains("secret"))
    }
}

/// With certificates made for the occasion by the openssl command.
@Suite(.timeLimit(.minutes(5)), .enabled(if: Certificate.made != nil, "needs the openssl command to make a certificate"))
struct SMTPEncryptionTests {
    private let client = SMTPClient()

    private func outcome(_ arguments: [String], tls: MailSubmission.TLS, password: String? = "secret", trusted: Bool = true) async throws -> Result<MailReceipt, MailError> {
        let certificate = try #require(Certificate.made)
        let server = try LoopbackServer("smtp_server.py", arguments.map { $0.replacingOccurrences(of: "PEM", with: certificate) })
        let submission = MailSubmission(
            server: .init(host: "localhost", port: server.port, tls: tls, username: password.map { _ in "jörg" }, password: password,
                          caFile: trusted ? certificate : nil, limits: .init(reply: .seconds(1), total: .seconds(3))),
            from: "tidewatch@example.com", recipient: "ok@example.com", message: Array("Subject: x\r\n\r\nx\r\n".utf8))
        do throws(MailError) { return .success(try await client.send(submission)) } catch { return .failure(error) }
    }

    @Test(arguments: [("starttls=PEM", MailSubmission.TLS.startTLS), ("implicit=PEM", .implicit)])
    func `mail goes encrypted and logged in`(_ argument: String, _ tls: MailSubmission.TLS) async throws {
        #expect(try await outcome(["auth", argument], tls: tls).get().reply.contains("user=jörg tls=True"))
    }

    @Test func `a wrong password is told as such`() async throws {
        let error = try await failure(outcome(["auth", "starttls=PEM"], tls: .startTLS, password: "wrong"))
        #expect(error?.kind == .auth)
        #expect(error?.code == 535)
        #expect(error?.text.contains("wrong password") == true)
    }

    @Test func `a login that is out of order for now is worth another try`() async throws {
        #expect(try await failure(outcome(["auth", "starttls=PEM"], tls: .startTLS, password: "later"))?.kind == .transient)
    }

    @Test func `a user where the server offers no login is an error, and nothing is sent`() async throws {
        let error = try await failure(outcome(["starttls=PEM"], tls: .startTLS))
        #expect(error?.kind == .auth)
        #expect(error?.mayBeDelivered == false)
    }

    @Test func `a certificate that nobody trusts ends it`() async throws {
        #expect(try await failure(outcome(["starttls=PEM"], tls: .startTLS, trusted: false))?.kind == .tls)
        #expect(try await failure(outcome(["implicit=PEM"], tls: .implicit, trusted: false))?.kind == .tls)
    }

    private func failure(_ result: Result<MailReceipt, MailError>) -> MailError? {
        if case .failure(let error) = result { error } else { nil }
    }
}
