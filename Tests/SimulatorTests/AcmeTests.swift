import Telemetry
import Testing
@testable import Simulator

@Suite struct AcmeTests {
    private let acme = SimulatedWorld.mock().system(account: Acme.account)
    private let queue = ["QueueName": "sqs-webhook-buffer-prod-PublishQueue.fifo"]

    @Test func `the only group has been blocked for 47 minutes`() {
        #expect(acme.point("AWS/SQS", "ApproximateAgeOfOldestMessage", queue, minutes: 1)?.maximum == 2_820)
        #expect(acme.sum("AWS/SQS", "NumberOfMessagesDeleted", queue, minutes: 47) == 0)
        #expect(acme.sum("AWS/SQS", "NumberOfMessagesDeleted", queue, minutes: 47, endingAt: dayZero - 47 * 60) > 200)
        #expect(acme.point("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", queue, minutes: 47)?.minimum == 1)
        #expect(acme.point("AWS/SQS", "ApproximateNumberOfGroupsWithInflightMessages", queue, minutes: 47)?.maximum == 1)
        let visible = acme.point("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, minutes: 1)?.maximum ?? 0
        #expect((290...330).contains(visible), "\(visible) messages wait")
    }

    @Test func `the poison message is tried twice a minute and fails near the timeout`() {
        let function = ["FunctionName": "sqs-webhook-buffer-prod-subscribe-to-sqs"]
        #expect(acme.sum("AWS/Lambda", "Errors", function, minutes: 47) == 94)
        #expect(acme.sum("AWS/Lambda", "Invocations", function, minutes: 47) == 94)
        let duration = acme.point("AWS/Lambda", "Duration", function, minutes: 5)?.percentile(0.99) ?? 0
        #expect((9_300...9_500).contains(duration))
    }

    @Test(arguments: [Int64(60), 360, 1_440]) func `what came in is deleted or waits`(_ minutes: Int64) throws {
        let model = try #require(acme.queue(queue["QueueName"] ?? ""))
        let sent = acme.sum("AWS/SQS", "NumberOfMessagesSent", queue, minutes: minutes)
        let deleted = acme.sum("AWS/SQS", "NumberOfMessagesDeleted", queue, minutes: minutes)
        #expect(sent - deleted == Double(model.held(dayZero.minute - 1) - model.held(dayZero.minute - minutes - 1)))
    }

    @Test func `accepted requests are sent or were repetitions`() {
        let api = ["ApiName": "SolidusBufferedEndpoint-sqs-webhook-buffer-prod"]
        let day: Int64 = 1_440
        let accepted = acme.sum("AWS/ApiGateway", "Count", api, minutes: day) - acme.sum("AWS/ApiGateway", "5XXError", api, minutes: day)
        let sent = acme.sum("AWS/SQS", "NumberOfMessagesSent", queue, minutes: day)
        let repeated = acme.sum("AWS/SQS", "NumberOfDeduplicatedSentMessages", queue, minutes: day)
        #expect(accepted == sent + repeated)
        #expect(repeated > 50)
    }

    @Test func `bursts meet the three seconds of the publish function`() {
        let function = ["FunctionName": "sqs-webhook-buffer-prod-publish-to-sqs"]
        let burst = dayZero - 9 * 3_600 + 60
        #expect(acme.sum("AWS/Lambda", "Errors", function, minutes: 1, endingAt: burst) == 4)
        #expect(acme.point("AWS/Lambda", "Duration", function, minutes: 1, endingAt: burst)?.maximum == 3_000)
        #expect(acme.sum("AWS/Lambda", "Errors", function, minutes: 360) == 0)
    }

    @Test func `log lines hold secrets, as the real ones do`() throws {
        let group = try #require(acme.logGroups.first { $0.name.hasSuffix("subscribe-to-sqs") })
        let lines = (dayZero.minute - 5..<dayZero.minute).flatMap(group.lines).map(\.message)
        #expect(lines.count { $0.contains("AWS_SECRET_ACCESS_KEY") } == 10)
        #expect(lines.count { $0.contains("ERROR\tRequest failed with status code 504") } == 10)
        #expect(lines.count { $0.hasPrefix("REPORT RequestId:") } == 10)
    }

    @Test func `a healthy world has no block`() {
        let healthy = SimulatedWorld.mock(isHealthy: true).system(account: Acme.account)
        let function = ["FunctionName": "sqs-webhook-buffer-prod-subscribe-to-sqs"]
        #expect(healthy.sum("AWS/Lambda", "Errors", function, minutes: 1_440) == 0)
        #expect((healthy.point("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue, minutes: 1_440)?.maximum ?? 99) < 20)
    }
}
