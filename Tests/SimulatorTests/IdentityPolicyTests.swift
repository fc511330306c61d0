import JSON
@testable import Simulator
import Telemetry
import Testing

@Suite struct IdentityPolicyTests {
    private func policy(_ text: String) throws -> IdentityPolicy? { IdentityPolicy(try JSONValue(parsing: text)) }

    private static let reading = #"{"Version":"2012-10-17","Statement":["#
        + #"{"Effect":"Allow","Action":["sqs:Get*","lambda:GetFunctionConfiguration"],"Resource":["arn:aws:sqs:eu-central-1:1:a-*","arn:aws:lambda:*:1:function:w?rk"]},"#
        + #"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::open"},{"Sid":"never","Effect":"Deny","Action":"sqs:GetQueueUrl","Resource":"*"}]}"#

    @Test(arguments: [
        ("sqs:GetQueueAttributes", "arn:aws:sqs:eu-central-1:1:a-b", IdentityPolicy.Decision.allowed),
        ("SQS:getqueueattributes", "arn:aws:sqs:eu-central-1:1:a-", .allowed),
        ("sqs:GetQueueAttributes", "arn:aws:sqs:eu-central-1:1:A-b", .notAllowed),
        ("sqs:GetQueueUrl", "arn:aws:sqs:eu-central-1:1:a-b", .denied),
        ("sqs:ReceiveMessage", "arn:aws:sqs:eu-central-1:1:a-b", .notAllowed),
        ("lambda:GetFunctionConfiguration", "arn:aws:lambda:us-east-1:1:function:work", .allowed),
        ("lambda:GetFunctionConfiguration", "arn:aws:lambda:us-east-1:1:function:worker", .notAllowed),
        ("anything:AtAll", "arn:aws:s3:::open", .allowed),
    ])
    func `an action passes where a statement allows it on its resource and none denies it`(_ action: String, _ resource: String, _ decision: IdentityPolicy.Decision) throws {
        #expect(try #require(try policy(Self.reading)).decision(action, on: resource) == decision)
    }

    @Test(arguments: [
        "{}", "[]", #"{"Statement":[]}"#, #"{"Statement":[{"Effect":"Allow","Action":"*"}]}"#, #"{"Statement":[{"Effect":"Maybe","Action":"*","Resource":"*"}]}"#,
        #"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}]}"#, #"{"Statement":[{"Effect":"Allow","NotAction":"*","Resource":"*"}]}"#,
        #"{"Statement":[{"Effect":"Allow","Action":["*",1],"Resource":"*"}]}"#,
    ])
    func `a document that is not understood as a whole is no policy`(_ text: String) throws { #expect(try policy(text) == nil) }

    @Test func `many stars end in time that grows with the text alone`() throws {
        let stars = String(repeating: "*a", count: 200), text = #"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#
        #expect(try policy(text) == nil, "a statement that is no list")
        let many = try #require(try policy(#"{"Statement":[{"Effect":"Allow","Action":"\#(stars)","Resource":"*"}]}"#))
        #expect(many.decision(String(repeating: "a", count: 10_000) + "b", on: "*") == .notAllowed)
    }

    @Test func `a role is held to its policy, in the words of AWS, and other accounts are not`() throws {
        let policy = try #require(try policy(#"{"Statement":[{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"*"},{"Effect":"Deny","Action":"sqs:ReceiveMessage","Resource":"*"}]}"#))
        let world = SimulatedWorld(seed: 7, anchor: dayZero, policies: [Acme.account: policy])
        func answer(_ operation: String, _ account: String = Acme.account) -> SimulatedResponse {
            let body = #"{"QueueUrl":"https://sqs.eu-central-1.amazonaws.com/\#(account)/q","QueueName":"q","AttributeNames":["All"]}"#
            return world.answer(Client.assuming(account).post("sqs", target: "AmazonSQS.\(operation)", body: body), now: dayZero)
        }
        #expect(answer("ListQueues").status == 200)
        #expect(answer("GetQueueAttributes").text.contains("is not authorized to perform: sqs:GetQueueAttributes on resource: arn:aws:sqs:eu-central-1:222222222222:q because no identity-based policy allows"))
        #expect(answer("ReceiveMessage").text.contains("with an explicit deny in an identity-based policy"))
        #expect(answer("PurgeQueue").text.contains("AccessDenied"))
        #expect(answer("ReceiveMessage", Initech.account).text.contains("UnknownOperation"))
    }
}
