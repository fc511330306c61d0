import AWS
import Curl
import Foundation
import Telemetry
import Testing

/// Through libcurl to a server that recomputes the signature from what arrived.
@Suite(.timeLimit(.minutes(5))) struct WireTests {
    private static let server = Result { try VerifyingServer() }

    private func client(secret: String = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token: String? = nil) throws -> AWSClient {
        let environment = AWSEnvironment(
            variables: ["AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token ?? ""],
            transport: try HTTPClient(), now: { Timestamp(seconds: 1_800_000_000) }, readFile: { _ in nil }, runCommand: { _ in nil }, random: { 0 }, sleep: { _ in })
        return AWSClient(.mock(endpointURL: "http://127.0.0.1:\(try Self.server.get().port)"), environment: environment)
    }

    static let calls: [AWSCall] = [
        .json(.sqs, "ListQueues", ["QueueNamePrefix": "ü & <b>"]),
        .form(.sts, "GetCallerIdentity", [.init("A", "b c+d/=é*~")]),
        .rest(.lambda, "GetFunction", .get, "/2015-03-31/functions/arn:aws:lambda:eu-west-1:1:function:a b/ü+%"),
        .rest(.lambda, "ListFunctions", .get, "/2015-03-31/functions/", query: [.init("Marker", "a+b/c==&d e%"), .init("MaxItems", "50"), .init("a-b", ""), .init("a", "2"), .init("a", "1")]),
        .rest(.xray, "GetTraceSummaries", .post, "/TraceSummaries", input: ["FilterExpression": "service(\"x\")"]),
        .rest(.apiGateway, "Odd", .delete, "/a//b/./c/../d/"),
        AWSCall(.s3, "PutObject", method: .put, path: "/bucket/a b+c=d:e@f!g$h'i(j)k*l~m,n;o&p?q#r/ü/../x//y/.", headers: ["Content-Type": "text/html; charset=utf-8", "Cache-Control": "max-age=60"], body: Array("<p>".utf8)),
        AWSCall(.s3, "ListObjects", method: .get, path: "/bucket", query: [.init("list-type", "2"), .init("prefix", "a/b c"), .init("acl", "")]),
    ]

    @Test(arguments: calls)
    func `the signature fits what arrives, with and without a session token`(_ call: AWSCall) async throws {
        #expect(try await client().send(call).status == 200)
        #expect(try await client(token: "tok/en+==").send(call).status == 200)
    }

    @Test func `a wrong secret is noticed`() async throws {
        let client = try client(secret: "wrong")
        #expect(await failure { () async throws(AWSError) in try await client.call(.sqs, "ListQueues") }?.kind == .credentials)
    }
}

/// The Python server of this folder, alive as long as somebody holds it.
private final class VerifyingServer: Sendable {
    let port: Int
    private let process = Process()
    private let input = Pipe()

    init() throws {
        let output = Pipe()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Servers/verifying_server.py")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-B", script.path]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { line.append(byte) }
        port = try #require(Int(String(decoding: line, as: UTF8.self)))
    }
}
