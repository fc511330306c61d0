import Collectors
import Testing

@Suite struct `GetMetricData reader` {
    private func read(_ text: String) -> MetricDataAnswer { MetricDataAnswer(reading: Array(text.utf8)) }
    private func points(_ times: String, _ values: String) -> (points: [MetricDataResult.Point], rejected: Int) {
        let answer = read(#"{"MetricDataResults":[{"Id":"a","Timestamps":[\#(times)],"Values":[\#(values)]}]}"#)
        return (answer.results.first?.points ?? [], answer.rejected)
    }

    @Test func `an ordinary answer is read whole`() {
        let answer = read(#"""
        {"Messages":[{"Code":"MaxMetricsExceeded","Value":"too many"}],"MetricDataResults":[
          {"Id":"a","Label":"A \"b\"","StatusCode":"Complete","Timestamps":[1.7E9,1700000300],"Values":[0.1,2e3]},
          {"Id":"b","StatusCode":"PartialData","Timestamps":[],"Values":[],"Messages":[{"Code":"x"}]}],"NextToken":"t"}
        """#)
        #expect(answer.damage == nil && answer.rejected == 0)
        #expect(answer.nextToken == "t" && answer.messages == ["MaxMetricsExceeded: too many"])
        #expect(answer.results.map(\.id) == ["a", "b"] && answer.results.map(\.status) == [.complete, .partialData])
        #expect(answer.results.first?.label == "A \"b\"")
        #expect(answer.results.first?.points == [.init(time: 1_700_000_000, value: 0.1), .init(time: 1_700_000_300, value: 2_000)])
    }

    @Test(arguments: ["NaN", "Infinity", "-Infinity", "null", "true", "{\"a\":[1]}", "[1,2]", "\"abc\"", "1e999", "12abc", "-"])
    func `a value that is no number costs itself alone`(bad: String) {
        let read = points("1700000000,1700000300,1700000600", "1,\(bad),3")
        #expect(read.points == [.init(time: 1_700_000_000, value: 1), .init(time: 1_700_000_600, value: 3)])
        #expect(read.rejected == 1)
    }

    @Test(arguments: ["NaN", "-5", "1e300", "\"yesterday\"", "null", "999999999999999999999"])
    func `a time that is none costs itself alone`(bad: String) {
        let read = points("1700000000,\(bad)", "1,2")
        #expect(read.points == [.init(time: 1_700_000_000, value: 1)] && read.rejected == 1)
    }

    @Test func `numbers in quotes and ISO times are read`() {
        #expect(points("\"2023-11-14T22:13:20+00:00\",\"1700000300\"", "\"1.5\",\"-2\"").points
            == [.init(time: 1_700_000_000, value: 1.5), .init(time: 1_700_000_300, value: -2)])
    }

    @Test(arguments: ["0.1", "123456789.123456", "-0.0000123", "5e-324", "1.7976931348623157e308", "9007199254740993", "2.2250738585072014E-308",
                      "0.30000000000000004", "100000000000000000000000", "1E+2", "4.35", "-17"])
    func `numbers are exact to the last bit`(text: String) {
        #expect(points("1", text).points.first?.value == Double(text))
    }

    @Test func `lists of different lengths are paired as far as they go`() {
        let read = points("1700000000,1700000300", "1")
        #expect(read.points.count == 1 && read.rejected == 1)
    }

    @Test(arguments: ["", "<html>502</html>", "[1,2]", "null", "{", "\u{0}\u{0}", "{\"MetricDataResults\":", "{\"MetricDataResults\":[{\"Id\":\"a\\"])
    func `what is no answer is damage and no crash`(text: String) {
        let answer = read(text)
        #expect(answer.damage != nil && answer.results.allSatisfy(\.points.isEmpty))
    }

    @Test func `an answer that breaks off keeps what came, as partial`() {
        let answer = read(#"{"MetricDataResults":[{"Id":"a","StatusCode":"Complete","Timestamps":[1,2],"Values":[3,4]},{"Id":"b","Timestamps":[1,2],"Values":[5"#)
        #expect(answer.damage != nil)
        #expect(answer.results.map(\.id) == ["a", "b"] && answer.results.map(\.status) == [.complete, .partialData])
        #expect(answer.results.last?.points == [.init(time: 1, value: 5)])
    }

    @Test func `every prefix of an answer is read without a trap`() {
        let whole = Array(#"{"MetricDataResults":[{"Id":"a\u0041","Label":null,"Timestamps":[1.5e3,"2026-01-01T00:00:00Z"],"Values":[-1.25,NaN]}],"NextToken":"\\"}"#.utf8)
        for length in 0...whole.count { #expect((MetricDataAnswer(reading: Array(whole[..<length])).damage == nil) == (length == whole.count)) }
    }

    @Test func `nesting has no bottom and costs no stack`() {
        let deep = String(repeating: "[", count: 200_000)
        #expect(read("{\"x\":\(deep)").damage != nil)
        #expect(read("{\"x\":\(deep)\(String(repeating: "]", count: 200_000))}").damage == nil)
    }
}
