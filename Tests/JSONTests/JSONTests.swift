import JSON
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        (#"{"a": [1, -2.5e3, true, null, "x\né\ud83d\ude00"]}"#, #"{"a":[1,-2500,true,null,"x\né😀"]}"#),
        (#"[0, 0.1, 123456789012345678, 1e400, NaN, -Infinity]"#, #"[0,0.1,1.2345678901234568e+17,null,null,null]"#),
        (#"{"k":1,"k":2}"#, #"{"k":1}"#),
        (#""</script>&\u2028""#, #""\u003c/script\u003e\u0026\u2028""#),
        ("  [ ]  ", "[]"),
    ]) func `a document is read and written`(_ input: String, _ output: String) throws {
        #expect(try JSONValue(parsing: input).text() == output)
    }

    @Test(arguments: ["", "[1,]", "{\"a\" 1}", "[01]", "\"\u{1}\"", "[1] x", "tru", "\"\\u12\"", "{'a':1}", "[1", "\"abc", "-", "[-]", "{\"a\":}"])
    func `what is no JSON is refused`(_ input: String) { #expect(throws: JSONError.self) { try JSONValue(parsing: input) } }

    @Test func `nesting has an end`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
    }

    @Test func `a broken surrogate and broken UTF-8 are repaired`() throws {
        #expect(try JSONValue(parsing: #""\ud800x""#).string == "\u{FFFD}x")
        #expect(try JSONValue(parsing: [0x22, 0xFF, 0x22]).string == "\u{FFFD}")
    }

    @Test func `numbers in strings are read where the API writes them so`() {
        #expect(JSONValue.string("345600").integer == 345_600)
        #expect(JSONValue.number(1e300).integer == nil)
        #expect(JSONValue.string("nan").double == nil)
    }

    @Test func `pretty output has two spaces a level`() {
        let value: JSONValue = ["a": [1, ["b": nil]], "c": []]
        #expect(value.text(pretty: true) == "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": []\n}\n")
    }
}
