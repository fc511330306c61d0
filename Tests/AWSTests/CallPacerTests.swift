@testable import AWS
import Curl
import Telemetry
import Testing

@Suite struct CallPacerTests {
    private let start = Timestamp(seconds: 1_800_000_000)
    private let lines = CallRate(.json(.logs, "FilterLogEvents"))

    @Test func `a second's calls go at once, the others wait their turn`() async {
        let pacer = CallPacer()
        var waits: [Duration] = []
        for _ in 0..<8 { waits.append(await pacer.wait(lines, account: "a", isStandard: true, now: start)) }
        #expect(waits == Array(repeating: .zero, count: 5) + [.milliseconds(200), .milliseconds(400), .milliseconds(600)])
        // A second later five more have come, three of which are promised.
        #expect(await pacer.wait(lines, account: "a", isStandard: true, now: start + 1) == .zero)
    }

    @Test func `accounts, regions and operations have buckets of their own`() async {
        let pacer = CallPacer()
        for _ in 0..<5 { _ = await pacer.wait(lines, account: "a eu-west-1", isStandard: true, now: start) }
        #expect(await pacer.wait(lines, account: "a us-east-1", isStandard: true, now: start) == .zero)
        #expect(await pacer.wait(CallRate(.json(.logs, "DescribeLogGroups")), account: "a eu-west-1", isStandard: true, now: start) == .zero)
        #expect(await pacer.wait(lines, account: "a eu-west-1", isStandard: true, now: start) > .zero)
    }

    @Test func `rest hoards no more than a second`() async {
        let pacer = CallPacer()
        var free = 0
        for _ in 0..<20 where await pacer.wait(lines, account: "a", isStandard: true, now: start + 3_600) == .zero { free += 1 }
        #expect(free == 5)
    }

    @Test func `an address that is not AWS's own is spared once it has throttled`() async {
        let pacer = CallPacer()
        for _ in 0..<100 { #expect(await pacer.wait(lines, account: "a", isStandard: false, now: start) == .zero) }
        await pacer.throttled(lines, account: "a", now: start)
        #expect(await pacer.wait(lines, account: "a", isStandard: false, now: start) == .milliseconds(200))
    }

    @Test func `tenants of one account share its limit, others do not`() async throws {
        let world = World(), environment = world.environment()
        func source(_ tenant: String, _ account: String) -> AWSSource {
            AWSSource(tenant: tenant, region: "eu-west-1", roleARN: "arn:aws:iam::\(account):role/read")
        }
        #expect(source("a", "111122223333").account == "111122223333" && AWSSource.mock(profile: "p").account == "profile p" && AWSSource.mock().account == "default")
        for tenant in ["a", "b"] {
            let client = AWSClient(source(tenant, "111122223333"), environment: environment, credentials: nil)
            for _ in 0..<4 { _ = try await client.call(.logs, "FilterLogEvents") }
        }
        #expect(world.slept.count == 3)
        let other = AWSClient(source("c", "444455556666"), environment: environment, credentials: nil)
        for _ in 0..<4 { _ = try await other.call(.logs, "FilterLogEvents") }
        #expect(world.slept.count == 3)
    }

    @Test func `a turn that comes after the deadline is not waited for`() async throws {
        let world = World()
        let client = AWSClient(.mock(deadline: world.now + 2), environment: world.environment(), credentials: nil)
        var error: AWSError?
        for _ in 0..<40 where error == nil { error = await failure { () async throws(AWSError) in try await client.call(.logs, "FilterLogEvents") } }
        #expect(error?.kind == .deadline)
        #expect(world.requests.count < 20)
    }
}
