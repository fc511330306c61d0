import AWS
import Collectors
import Curl
import Foundation
import Telemetry

/// Asks for metrics as the product does: signed, over its own HTTP client, fifty calls under way, each answer read into points.
/// `collect-bench URL CALLS BODY`; the body is a file with a request of 500 metrics. Prints how many points were read.
@main
enum CollectBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let calls = Int(arguments[2]), let body = FileManager.default.contents(atPath: arguments[3]) else { throw Usage() }
        var call = AWSCall.json(.cloudWatch, "GetMetricData")
        call.body = [UInt8](body)
        let environment = AWSEnvironment(
            variables: ["AWS_ACCESS_KEY_ID": "AKIASIMULATOR0000000", "AWS_SECRET_ACCESS_KEY": "simulator-secret-key"],
            transport: try HTTPClient(inFlight: 64, perHost: 64), now: { Timestamp(epoch: Date().timeIntervalSince1970) ?? Timestamp(seconds: 0) },
            readFile: { _ in nil }, runCommand: { _ in nil }, random: { 0.5 }, sleep: { try await Task.sleep(for: $0) })
        let client = AWSClient(AWSSource(tenant: "load", region: "eu-central-1", endpointURL: arguments[1]), environment: environment)
        print(try await points(client, call, calls: calls))
    }

    private static func points(_ client: AWSClient, _ call: AWSCall, calls: Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            var started = 0, sum = 0
            func start() {
                guard started < calls else { return }
                started += 1
                group.addTask {
                    let answer = MetricDataAnswer(reading: try await client.send(call).body)
                    if let damage = answer.damage { throw damage }
                    return answer.results.reduce(0) { $0 + $1.points.count }
                }
            }
            for _ in 0..<50 { start() }
            while let count = try await group.next() {
                sum += count
                start()
            }
            return sum
        }
    }

    struct Usage: Error, CustomStringConvertible {
        var description: String { "usage: collect-bench URL CALLS BODY" }
    }
}
