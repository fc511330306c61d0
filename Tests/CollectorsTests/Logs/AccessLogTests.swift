import Collectors
import Telemetry
import Testing

private let standard = #"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status"}"#
private let full = #"{ "requestId": "$context.requestId", "route": "$context.routeKey", "status": $context.status, "lambda": "$context.integrationStatus", "own": "$context.integration.status", "why": "$context.error.responseType" }"#
private let common = #"$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId"#

@Suite struct `Access logs` {
    @Test func `the stage's format says where each part of a line stands`() throws {
        let json = try #require(AccessLogFormat(standard))
        #expect(json.isJSON && !json.tellsIntegration && json.keys == [.method: "httpMethod", .route: "resourcePath", .status: "status"])
        #expect(json.fields(of: #"{"requestId":"a","ip":"192.0.2.1","httpMethod":"POST","resourcePath":"/users/{id}","status":"201"}"#) == [.method: "POST", .route: "/users/{id}", .status: "201"])
        let whole = try #require(AccessLogFormat(full))
        #expect(whole.tellsIntegration && whole.keys == [.route: "route", .status: "status", .integration: "lambda", .own: "own", .errorType: "why"])
        #expect(whole.fields(of: #"{"requestId":"a","route":"GET /users","status":502,"lambda":"200","own":"-","why":"-"}"#) == [.route: "GET /users", .status: "502", .integration: "200"])
        let text = try #require(AccessLogFormat(common))
        #expect(!text.isJSON && text.fields(of: "192.0.2.1 - - [20/Nov/2026:10:05:00 +0000] \"GET /users/{id} HTTP/1.1\" 404 32 c6af9ac6\n") == [.method: "GET", .route: "/users/{id}", .status: "404"])
        #expect(text.fields(of: "something else") == nil && json.fields(of: "{") == nil && json.fields(of: "[]") == nil)
    }

    @Test(arguments: ["", "$context.requestId", "{\"a\":\"b\"}", "$context."]) func `a format without a status tells nothing`(format: String) { #expect(AccessLogFormat(format) == nil) }

    @Test func `a member inside another is found, and of two errors the first that is told`() throws {
        let format = try #require(AccessLogFormat(#"{"http":{"status":"$context.status"},"e":"$context.error.message"}"#))
        #expect(format.fields(of: #"{"http":{"status":"429"},"e":"Too Many Requests"}"#) == [.status: "429", .errorText: "Too Many Requests"])
    }

    /// Status, what Lambda answered, the function's own status, the gateway's words; whether the format tells of the integration.
    @Test(arguments: [
        ("200", "200", "200", "", true, AnswerCount.Party.code), ("500", "200", "500", "", true, .code), ("401", "200", "401", "", true, .code), ("429", "200", "429", "", true, .code),
        ("502", "200", "", "", true, .code), ("504", "", "", "INTEGRATION_TIMEOUT", true, .code), ("429", "", "", "THROTTLED", true, .capacity), ("500", "429", "", "", true, .capacity),
        ("500", "", "", "Lambda.TooManyRequestsException: Rate exceeded", true, .capacity), ("500", "503", "", "", true, .capacity), ("500", "500", "", "", true, .capacity),
        ("403", "", "", "ACCESS_DENIED", true, .gateway), ("400", "", "", "BAD_REQUEST_BODY", true, .gateway), ("500", "", "", "API_CONFIGURATION_ERROR", true, .gateway),
        ("200", "", "", "", false, .code), ("502", "", "", "", false, .code), ("504", "", "", "", false, .code), ("503", "", "", "", false, .capacity), ("429", "", "", "", false, .capacity),
        ("500", "", "", "", false, .untold), ("403", "", "", "", false, .untold),
    ]) func `each answer has its giver`(_ status: String, _ integration: String, _ own: String, _ error: String, _ tells: Bool, _ party: AnswerCount.Party) throws {
        let fields: [AccessLogFormat.Field: String] = [.status: status, .integration: integration, .own: own, .errorType: error].filter { !$0.value.isEmpty }
        #expect(try #require(AccessLogRecord(fields, tellsIntegration: tells, behind: .code)).party == party)
    }

    @Test func `behind a gateway without a function stands another service`() {
        #expect(AccessLogRecord([.status: "500", .integration: "500"], tellsIntegration: true, behind: .dependency)?.party == .dependency)
        #expect(AccessLogRecord([.status: "200"], tellsIntegration: false, behind: .dependency)?.party == .dependency)
    }

    @Test(arguments: [
        ([.method: "POST", .route: "/users/{id}"], "POST /users/{id}"), ([.route: "GET /users/{id}"], "GET /users/{id}"),
        ([.method: "GET", .path: "/users/4711/orders/3f2504e0-4f89-41d3-9a0c-0305e82c3301?token=abc"], "GET /users/<n>/orders/<uuid>"),
        ([.method: "GET", .route: "$default", .path: "/a/jane@example.com"], "GET /a/<email>"), ([:], ""),
    ] as [([AccessLogFormat.Field: String], String)]) func `a route holds no id and no person`(_ fields: [AccessLogFormat.Field: String], _ route: String) {
        #expect(AccessLogRecord(fields.merging([.status: "200"]) { $1 }, tellsIntegration: false, behind: .code)?.route == route)
    }

    @Test(arguments: ["", "99", "600", "x", "1e3"]) func `what is no status is no answer`(status: String) { #expect(AccessLogRecord([.status: status], tellsIntegration: true, behind: .code) == nil) }

    @Test func `routes beyond a hundred are counted together`() {
        var tally = AnswerTally(ResourceID(source: "prod", kind: .api, name: "shop"))
        for index in 0..<150 {
            guard let record = AccessLogRecord([.status: "404", .route: "/scan\(String(repeating: "a", count: index))"], tellsIntegration: false, behind: .code) else { continue }
            tally.add(record, at: Timestamp(seconds: 900))
        }
        let answers = tally.answers(before: Timestamp(seconds: 1_200))
        #expect(answers.count == 101 && answers.first { $0.route == "other routes" }?.count == 50 && answers.reduce(0) { $0 + $1.count } == 150)
        #expect(tally.answers(before: Timestamp(seconds: 900)).isEmpty)
    }

    @Test(arguments: [
        ("status code {status}", "Request failed with status code 504 POST /x", 504), ("status={status};", "a status=200; b", 200), ("status={status};", "status=2000;", nil),
        ("status code {status}", "status code 99, status code 201", 201), ("status code {status}", "status code 4040", nil), ("\"s\":{status}", #"{"s":503}"#, 503), ("code {status}", "code x", nil),
    ] as [(String, String, Int?)]) func `a line of a function says what a dependency answered`(_ pattern: String, _ line: String, _ status: Int?) {
        #expect(AnswerPattern(pattern)?.status(in: line) == status)
    }

    @Test(arguments: ["{status}", "status", ""]) func `a pattern needs a text before the mark`(pattern: String) { #expect(AnswerPattern(pattern) == nil) }
}
