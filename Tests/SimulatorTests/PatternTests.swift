import Testing
@testable import Simulator

@Suite struct PatternTests {
    @Test(arguments: [
        ("", "anything", true), ("ERROR", "an ERROR here", true), ("ERROR", "an error here", false), ("ERROR timeout", "timeout then ERROR", true),
        ("ERROR timeout", "only ERROR", false), ("?ERROR ?WARN", "a WARN", true), ("?ERROR ?WARN", "INFO", false),
        (#""two words""#, "say two words", true), (#""two words""#, "two other words", false), (#""level\":\"error""#, #"{"level":"error"}"#, true),
        ("ERROR -expected", "ERROR expected", false),
    ]) func `a log pattern matches as CloudWatch says`(_ pattern: String, _ line: String, _ matches: Bool) {
        #expect(LogPattern(pattern).matches(line) == matches)
    }

    @Test(arguments: [
        ("", true), ("fault", true), ("ok", false), ("!ok", true), (#"service("sqs-webhook-buffer-prod-subscribe-to-sqs")"#, true),
        (#"service("other")"#, false), (#"service("shop.acme.example") { fault }"#, true), ("responsetime > 5 AND fault", true),
        ("responsetime < 5 OR fault", true), (#"annotation.path = "/webhooks/orders""#, true), ("annotation[attempt] >= 93", true),
        ("http.status = 504", true), ("http.status = 404", false), (#"group.name = "webhook""#, true), (#"http.url CONTAINS "webhooks" (error OR fault)"#, true),
    ]) func `a trace filter matches the newest blocked delivery`(_ expression: String, _ matches: Bool) throws {
        let acme = SimulatedWorld.mock().system(account: Acme.account)
        let trace = try #require(acme.traces(dayZero.minute - 1).last)
        #expect(try TraceFilter(expression, groups: acme.traceGroups).matches(trace) == matches)
    }

    @Test(arguments: ["(", "service(", "service(\"a\") {", "fault )", "nonsense", "duration >", "group.name = \"none\""])
    func `what is no filter expression is refused`(_ expression: String) {
        #expect(throws: ServiceError.self) { try TraceFilter(expression, groups: []) }
    }
}
