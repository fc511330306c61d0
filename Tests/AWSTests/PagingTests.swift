import AWS
import Curl
import JSON
import Testing

@Suite struct PagingTests {
    private func pages(_ world: World, limit: Int = 500) async -> Paged<JSONValue> {
        await AWSClient(.mock(), environment: world.environment()).pages(.cloudWatch, "ListMetrics", ["Namespace": "AWS/SQS"], limit: limit)
    }

    @Test func `tokens are followed to the end, over empty pages too`() async {
        let world = World([{ _ in .ok(#"{"n":1,"NextToken":"a"}"#) }, { _ in .ok(#"{"NextToken":"b"}"#) }, { _ in .ok(#"{"n":3,"NextToken":""}"#) }])
        let result = await pages(world)
        #expect(result.end == .complete)
        #expect(result.pages.map { $0["n"]?.integer } == [1, nil, 3])
        #expect(world.requests.map { $0.text } == [
            #"{"Namespace":"AWS/SQS"}"#, #"{"Namespace":"AWS/SQS","NextToken":"a"}"#, #"{"Namespace":"AWS/SQS","NextToken":"b"}"#,
        ])
    }

    @Test func `a token that comes back ends the list as partial`() async {
        let result = await pages(World(otherwise: { _ in .ok(#"{"NextToken":"again"}"#) }))
        #expect(result.end == .repeatedToken)
        #expect(result.isPartial)
        #expect(result.pages.count == 2)
    }

    @Test func `a list without end is cut`() async {
        let world = World(otherwise: { request in .ok(#"{"NextToken":"\#(request.body.count)"}"#) })
        let result = await pages(world, limit: 3)
        #expect(result.end == .repeatedToken || result.end == .pageLimit(3))
        #expect(world.requests.count <= 3)
    }

    @Test func `pages before a failure are kept`() async {
        let result = await pages(World([{ _ in .ok(#"{"NextToken":"a"}"#) }], otherwise: { _ in .status(400, #"{"__type":"ValidationException"}"#) }))
        #expect(result.pages.count == 1)
        #expect(result.failure?.kind == .invalid)
    }

    @Test func `a GET carries its token in the query`() async {
        let world = World([{ _ in .ok(#"{"NextMarker":"m+1"}"#) }])
        let result = await AWSClient(.mock(), environment: world.environment())
            .pages(.lambda, "ListFunctions", path: "/2015-03-31/functions/", tokenKey: "Marker", nextKey: "NextMarker")
        #expect(result.pages.count == 2)
        #expect(world.requests.last?.url == "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/?Marker=m%2B1")
    }

    @Test func `all pages together have a size limit`() async {
        let world = World(otherwise: { _ in .ok("{\"NextToken\":\"a\"}") })
        let result = await AWSClient(.mock(), environment: world.environment()).pages(bytes: 10, { _ in .json(.sqs, "ListQueues") }, read: { answer throws(AWSError) in (answer.status, nil) })
        #expect(result.end == .sizeLimit(10))
    }
}
