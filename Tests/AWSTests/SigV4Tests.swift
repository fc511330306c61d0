import AWS
import Curl
import Telemetry
import Testing

/// Awkward requests; the signatures are those that botocore 1.x computes for them.
@Suite struct SigV4Tests {
    struct Case: Sendable, CustomTestStringConvertible {
        var service = "lambda", method = "GET", path: String, query: [AWSCall.Parameter] = [], headers: HTTPHeaders = [:], body = ""
        var token: String?
        var signature: String
        var testDescription: String { "\(service) \(method) \(path)" }
    }

    @Test(arguments: [
        Case(service: "sqs", method: "POST", path: "/", headers: ["Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.ListQueues"], body: "{}",
             signature: "1dc2a15c92b160f09ed9b3dcc466484f9edf6009f0a196b5eb25516a66e88cd1"),
        Case(path: "/2015-03-31/functions/a b:c/ü", signature: "a94efa598923a8d3d0dbc21b6fbf06c4e2c1428e2f054b98e0ad85ee19df3060"),
        Case(path: "/a//b/../c/./d/", query: [.init("Marker", "x+y/z==")], signature: "7a11746c05918462346154011617aa65621334a498aa6fd4b0870e5b460188a6"),
        Case(service: "xray", method: "POST", path: "/TraceSummaries", headers: ["Content-Type": "application/json"], body: "{\"ü\":1}", token: "tok/en==",
             signature: "85b72e9bb3c509b7c5929cd5c863bd01b00fd80cff8bafef4b454b41e1e2b77d"),
        Case(service: "apigateway", path: "/restapis",
             query: [.init("limit", "500"), .init("a-b", "1"), .init("a", "2"), .init("a", "1"), .init("empty", ""), .init("ü", "ö")],
             signature: "e120b42f43b5dad6c40ef3562b25d90bc9faa5b76bd71f76032a9cf7c38808a3"),
        Case(service: "s3", method: "PUT", path: "/bucket/a b+c=d@e!f$g'(h)*~/ü", headers: ["Content-Type": "text/html; charset=utf-8"], body: "<p>",
             signature: "3258565a37cc6c76f3d492064487be599a97e5730652bb191b2004fb72c73db1"),
        Case(service: "s3", path: "/bucket//x/../y/./z", query: [.init("list-type", "2"), .init("acl", "")], token: "tok/en==",
             signature: "8c86b607ff8b67557ba56280df2c8a957ebc3e6d2f36e2e3e719141577774123"),
        Case(service: "logs", method: "POST", path: "/",
             headers: ["Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "Logs_20140328.FilterLogEvents", "X-Runs": "a   b  c"], body: "{\"limit\":1}",
             signature: "ef5e85fff2b3fa80df73d42f1074029a20296144887002e900ed848e0a9e2270"),
    ])
    func `an awkward request is signed as a second implementation signs it`(_ example: Case) {
        let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: example.token)
        var headers = example.headers
        headers["Host"] = "\(example.service).eu-west-1.amazonaws.com"
        let time = Timestamp(year: 2026, month: 11, day: 21, hour: 2, minute: 40, second: 41)
        let signed = SigV4(credentials, region: "eu-west-1", service: example.service, time: time)
            .signed(.init(method: example.method, path: example.path, query: example.query, headers: headers, body: Array(example.body.utf8)))
        #expect(signed.signature == example.signature)
    }

    @Test func `what is signed is what goes out, encoded once and sorted`() {
        let signed = SigV4(.init(accessKeyID: "A", secretAccessKey: "B"), region: "eu-west-1", service: "lambda", time: Timestamp(seconds: 0))
            .signed(.init(method: "GET", path: "/a b/ü", query: [.init("b", "+"), .init("a", "x=y")], headers: ["Host": "h"]))
        #expect(signed.target == "/a%20b/%C3%BC?a=x%3Dy&b=%2B")
    }

    @Test func `credentials print without their secrets`() {
        let credentials = Credentials(accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "hidden", sessionToken: "hidden")
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect("\(credentials)" == "Credentials(AKIA…)")
        #expect(!String(reflecting: credentials).contains("hidden"))
        #expect(!dumped.contains("hidden"))
    }
}
