import JSON
import Telemetry
import Testing
@testable import Simulator

@Suite struct SignatureTests {
    private let world = SimulatedWorld.mock()

    @Test func `an assumed role sees its own account only`() throws {
        let answer = world.answer(Client.assuming(Acme.account).listQueues(), now: dayZero)
        #expect(answer.status == 200)
        #expect(try JSONValue(parsing: answer.body)["QueueUrls"]?.array.compactMap(\.string)
            == ["https://sqs.eu-central-1.amazonaws.com/222222222222/sqs-webhook-buffer-prod-PublishQueue.fifo"])
        #expect(world.answer(Client().listQueues(), now: dayZero).text == #"{"QueueUrls":[]}"#)
    }

    @Test func `another region holds nothing`() {
        #expect(world.answer(Client.assuming(Acme.account, region: "us-east-1").listQueues(), now: dayZero).text == #"{"QueueUrls":[]}"#)
    }

    @Test func `a wrong secret, a changed body and a borrowed token are refused`() {
        var thief = Client.assuming(Acme.account)
        thief.secret += "x"
        var changed = Client.assuming(Acme.account).listQueues()
        changed.body.append(UInt8(ascii: " "))
        var borrowed = Client()
        borrowed.token = Client.assuming(Acme.account).token
        borrowed.id = "ASIA0000000000000000"
        #expect(world.answer(thief.listQueues(), now: dayZero).text.contains(#""__type":"com.amazonaws.sqs#InvalidSignatureException""#))
        #expect(world.answer(changed, now: dayZero).text.contains("InvalidSignatureException"))
        #expect(world.answer(borrowed.listQueues(), now: dayZero).text.contains("UnrecognizedClientException"))
    }

    @Test(arguments: [(Int64(299), 200), (301, 403), (-299, 200), (-301, 403)])
    func `a clock may be five minutes off`(_ seconds: Int64, _ status: Int) {
        #expect(world.answer(Client().listQueues(at: dayZero + seconds), now: dayZero).status == status)
    }

    @Test func `a skewed clock is told both times`() {
        let text = world.answer(Client().listQueues(at: dayZero - 600), now: dayZero).text
        #expect(text.contains("Signature expired: 20261120T095000Z is now earlier than 20261120T095500Z (20261120T100000Z - 5 min.)"))
    }

    @Test func `a session ends`() {
        let client = Client.assuming(Acme.account)
        #expect(world.answer(client.listQueues(at: dayZero + 3_599), now: dayZero + 3_599).status == 200)
        #expect(world.answer(client.listQueues(at: dayZero + 3_600), now: dayZero + 3_600).text.contains("ExpiredTokenException"))
    }

    @Test func `a request without a signature and one to a service nobody simulates are refused`() {
        #expect(world.answer(SimulatedRequest(method: "GET", path: "/", headers: [:]), now: dayZero).status == 403)
        #expect(world.answer(Client().post("glacier", body: ""), now: dayZero).status == 404)
    }

    @Test(arguments: [("acme-external-id", 200), ("globex-external-id", 403), ("", 403)])
    func `a role is given for its external id only`(_ externalID: String, _ status: Int) {
        let body = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A222222222222%3Arole%2Ftidewatch-read&RoleSessionName=t&ExternalId=\(externalID)"
        let answer = world.answer(Client().post("sts", body: body), now: dayZero)
        #expect(answer.status == status)
        #expect(answer.text.contains(status == 200 ? "<AccessKeyId>ASIA" : "<Code>AccessDenied</Code>"))
    }
}
