@testable import AWS
import Curl
import JSON
import Synchronization
import Telemetry
import Testing

@Suite struct AWSClientTests {
    private let policy = RetryPolicy(base: .seconds(1))

    private func client(_ world: World, _ source: AWSSource = .mock()) -> AWSClient { AWSClient(source, environment: world.environment(), policy: policy) }

    @Test func `a JSON call has its target, its type, a signature and the tenant's lane`() async throws {
        let world = World([{ _ in .ok(#"{"QueueUrls":["q"]}"#, headers: ["x-amzn-RequestId": "r-7"]) }])
        let answer = try await client(world).call(.sqs, "ListQueues", ["MaxResults": 1000])
        #expect(try answer.json()["QueueUrls"]?.array == ["q"])
        #expect(answer.requestID == "r-7")
        let request = try #require(world.requests.first)
        #expect(request.url == "https://sqs.eu-west-1.amazonaws.com/")
        #expect(request.method == .post)
        #expect(request.body == Array(#"{"MaxResults":1000}"#.utf8))
        #expect(request.headers["x-amz-target"] == "AmazonSQS.ListQueues")
        #expect(request.headers["content-type"] == "application/x-amz-json-1.0")
        #expect(request.headers["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDENV/20270115/eu-west-1/sqs/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=") == true)
        #expect(request.headers["host"] == nil)
        #expect(request.lane == "acme")
    }

    @Test func `certificates are those of the source, else those that the environment names`() async throws {
        for (own, expected) in [("/own.pem", "/own.pem"), (nil, "/bundle.pem")] {
            let world = World()
            _ = try await AWSClient(.mock(caFile: own), environment: world.environment(["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_CA_BUNDLE": "/bundle.pem"])).call(.sqs, "ListQueues")
            #expect(world.requests.map(\.caFile) == [expected])
        }
    }

    @Test func `a REST call is sent as it was signed`() async throws {
        let world = World()
        _ = try await client(world).send(.rest(.lambda, "GetFunction", .get, "/2015-03-31/functions/a:b", query: [.init("Qualifier", "$LATEST")]))
        #expect(world.requests.first?.url == "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/a%3Ab?Qualifier=%24LATEST")
    }

    @Test func `a form call names action and version, and its XML is read`() async throws {
        let world = World([{ _ in .ok("<R xmlns='x'><S><member><Name>a &lt; b</Name></member><member/></S><!-- c --></R>") }])
        let answer = try await client(world).send(.form(.cloudFormation, "ListStacks", [.init("NextToken", "a b+")]))
        #expect(world.firstBody == "Action=ListStacks&Version=2010-05-15&NextToken=a%20b%2B")
        let names = try answer.xml()["S"]?.all("member").map { $0["Name"]?.text ?? "none" }
        #expect(names == ["a < b", "none"])
    }

    @Test func `throttling and broken connections are tried again under jitter, four times in all`() async {
        let world = World(otherwise: { _ in .status(400, #"{"__type":"com.amazon.coral.availability#ThrottlingException","message":"Rate exceeded"}"#) })
        let client = client(world)
        let error = await failure { () async throws(AWSError) in try await client.call(.logs, "FilterLogEvents") }
        #expect(error?.kind == .throttled)
        #expect(world.requests.count == 4)
        #expect(world.slept == [.seconds(1), .seconds(2), .seconds(4)])
        #expect(await client.ledger.requests == 4)
        #expect(await client.ledger.sorted.first?.entry.throttled == 4)
        #expect(error?.description == "logs FilterLogEvents in eu-west-1 (tenant 'acme'): Rate exceeded (ThrottlingException). AWS limits the rate: the next run asks again; raise the quota or the interval if it stays.")
    }

    @Test func `a call that works after all brings its answer`() async throws {
        let world = World([{ _ in .broken(.interrupted) }, { _ in .status(503, "<html>") }, { _ in .status(429, "", headers: ["Retry-After": "3"]) }])
        _ = try await client(world).call(.sqs, "ListQueues")
        #expect(world.slept == [.seconds(1), .seconds(2), .seconds(3)])
    }

    @Test func `a denied call is told with its code and what to do, is not tried again, and leaves the others alone`() async throws {
        let world = World([{ _ in .status(403, #"{"__type":"AccessDeniedException","Message":"User is not authorized to perform: sqs:ListQueues."}"#, headers: ["x-amzn-RequestId": "r-1"]) }])
        let client = client(world)
        let error = await failure { () async throws(AWSError) in try await client.call(.sqs, "ListQueues") }
        #expect(error?.description == "sqs ListQueues in eu-west-1 (tenant 'acme'): User is not authorized to perform: sqs:ListQueues (AccessDeniedException, request r-1). Allow this action for the role or user of the source.")
        #expect(world.requests.count == 1)
        _ = try await client.call(.lambda, "x")
        #expect(world.requests.count == 2)
    }

    @Test(arguments: ["InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "ExpiredTokenException"])
    func `refused credentials cost one call, however many ask at once`(_ code: String) async {
        let world = World(beforeReply: { for _ in 0..<50 { await Task.yield() } }, otherwise: { _ in .status(403, "{\"__type\":\"\(code)\"}") })
        let client = client(world)
        await withTaskGroup(of: AWSError.Kind?.self) { group in
            for _ in 0..<40 { group.addTask { await failure { () async throws(AWSError) in try await client.call(.sqs, "ListQueues") }?.kind } }
            for await kind in group { #expect(kind == .credentials || kind == .expired) }
        }
        #expect(world.requests.count == 1)
    }

    @Test func `a clock that is off is measured and corrected once`() async throws {
        let date: HTTPHeaders = ["Date": "Fri, 15 Jan 2027 09:00:00 GMT"]
        let world = World([{ _ in .status(403, #"{"__type":"RequestTimeTooSkewed"}"#, headers: date) }])
        let client = client(world)
        _ = try await client.call(.sqs, "ListQueues")
        #expect(world.requests.map { $0.headers["x-amz-date"] } == ["20270115T080000Z", "20270115T090000Z"])
        let again = World(otherwise: { _ in .status(403, #"{"__type":"InvalidSignatureException","message":"Signature expired: now"}"#, headers: date) })
        let hopeless = self.client(again)
        for _ in 0..<3 { #expect(await failure { () async throws(AWSError) in try await hopeless.call(.sqs, "ListQueues") }?.kind == .skew) }
        #expect(again.requests.count == 2)
    }

    @Test func `an expired role is assumed again, once`() async throws {
        let world = World([
            { _ in .ok(roleAnswer("ROLE1")) }, { _ in .status(403, #"{"__type":"ExpiredTokenException"}"#) },
            { _ in .ok(roleAnswer("ROLE2")) }, { _ in .ok("{}") },
        ])
        _ = try await client(world, .mock(roleARN: "arn:aws:iam::1:role/r")).call(.sqs, "ListQueues")
        #expect(world.requests.map { $0.headers["x-amz-security-token"] } == [nil, "token-ROLE1", nil, "token-ROLE2"])
    }

    @Test func `a role is renewed before it ends`() async throws {
        let world = World([{ _ in .ok(roleAnswer("ROLE1", expires: "2027-01-15T08:15:00Z")) }, { _ in .ok("{}") }, { _ in .ok(roleAnswer("ROLE2")) }])
        let client = client(world, .mock(roleARN: "arn:aws:iam::1:role/r"))
        _ = try await client.call(.sqs, "ListQueues")
        world.pass(seconds: 601)
        _ = try await client.call(.sqs, "ListQueues")
        #expect(world.requests.last?.headers["x-amz-security-token"] == "token-ROLE2")
    }

    @Test func `a role that is refused is asked for once in a run`() async {
        let world = World(otherwise: { _ in .status(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error><RequestId>r-2</RequestId></ErrorResponse>") })
        let client = client(world, .mock(roleARN: "arn:aws:iam::1:role/r"))
        for _ in 0..<3 {
            let error = await failure { () async throws(AWSError) in try await client.call(.sqs, "ListQueues") }
            #expect(error?.kind == .credentials)
            #expect(error?.requestID == "r-2")
        }
        #expect(world.requests.count == 1)
    }

    @Test func `an endpoint that three calls could not reach is left alone`() async {
        let world = World(otherwise: { _ in .broken(.connect) })
        let client = client(world)
        for _ in 0..<10 { #expect(await failure { () async throws(AWSError) in try await client.call(.sqs, "ListQueues") }?.kind == .network) }
        // Four tries each, but the last one has no more after a quarter of a minute without a word.
        #expect(world.requests.count == 10)
    }

    /// A host that takes connections and says nothing: each try runs into its time limit.
    private func silent(_ hosts: [String], seconds: Int64 = 10) -> World {
        let itself = Mutex<World?>(nil)
        let world = World(otherwise: { request in
            guard hosts.contains(where: { request.url.contains($0) }) else { return .ok("{}") }
            itself.withLock { $0?.pass(seconds: seconds) }
            return .broken(.timedOut)
        })
        itself.withLock { $0 = world }
        return world
    }

    @Test func `a source that says nothing at all is left alone after two tries, whatever is asked`() async {
        let world = silent(["amazonaws.com"]), client = client(world), began = world.now
        for service in [AWSService.sqs, .cloudWatch, .logs, .sqs] {
            let error = await failure { () async throws(AWSError) in try await client.call(service, "ListQueues") }
            #expect(error?.kind == .network)
        }
        #expect(world.requests.count == 2 && world.now - began <= 21)
    }

    @Test func `one silent endpoint of a source costs two tries, and the others are asked`() async throws {
        let world = silent(["monitoring"]), client = client(world), began = world.now
        for _ in 0..<3 {
            _ = try await client.call(.sqs, "ListQueues")
            #expect(await failure { () async throws(AWSError) in try await client.call(.cloudWatch, "GetMetricData") }?.kind == .network)
        }
        #expect(world.requests.count { $0.url.contains("monitoring") } == 2 && world.now - began <= 21)
    }

    @Test func `credentials that nobody gives are asked for twice`() async {
        let world = silent(["sts"]), client = client(world, .mock(roleARN: "arn:aws:iam::1:role/r"))
        for _ in 0..<3 { #expect(await failure { () async throws(AWSError) in try await client.call(.sqs, "ListQueues") }?.kind == .network) }
        #expect(world.requests.count == 2)
    }

    @Test func `an endpoint that answers now and then is not silent`() async throws {
        let count = Mutex(0), itself = Mutex<World?>(nil)
        let world = World(otherwise: { _ in
            if count.withLock({ $0 += 1; return $0 % 2 == 0 }) { return .ok("{}") }
            itself.withLock { $0?.pass(seconds: 10) }
            return .broken(.timedOut)
        })
        itself.withLock { $0 = world }
        let client = client(world)
        for _ in 0..<6 { _ = try await client.call(.sqs, "ListQueues") }
        #expect(world.requests.count == 12)
    }

    @Test func `the deadline ends tries and calls`() async {
        let world = World(otherwise: { _ in .status(500) })
        let client = client(world, .mock(deadline: world.now + 2))
        #expect(await failure { () async throws(AWSError) in try await client.call(.sqs, "ListQueues") }?.kind == .server)
        #expect(world.requests.count == 2)
        world.pass(seconds: 10)
        #expect(await failure { () async throws(AWSError) in try await client.call(.sqs, "ListQueues") }?.kind == .deadline)
        #expect(world.requests.count == 2)
    }

    @Test func `a body that is not JSON is told as such`() async throws {
        let world = World([{ _ in .ok("<html>") }])
        let answer = try await client(world).call(.sqs, "ListQueues")
        #expect(await failure { () async throws(AWSError) in try answer.json() }?.kind == .badAnswer)
    }
}
