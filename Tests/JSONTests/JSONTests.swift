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

    @Test func `a document written piece by piece is the one that is written whole`() throws {
        let lists: [[JSONValue]] = [[], [1], ["x<", ["a": [], "b": ["c": nil]], [1, [2]]], (0..<20_000).map { ["id": .string("tenant-\($0)"), "n": .number(Double($0))] }]
        for list in lists {
            var pieces: [[UInt8]] = []
            var out = JSONDocumentWriter { pieces.append($0) }
            try out.add("schema", 1)
            try out.add("li\"st", each: list) { $0 }
            try out.add("files", ["a": "b"])
            try out.end()
            #expect(pieces.flatMap(\.self) == JSONValue.object([.init("schema", 1), .init("li\"st", .array(list)), .init("files", ["a": "b"])]).bytes(pretty: true))
            // Ten thousand entries are never held at once.
            #expect(pieces.allSatisfy { $0.count < 70_000 } && (list.count < 1_000 || pieces.count > 10))
        }
        var empty: [UInt8] = []
        var out = JSONDocumentWriter { empty += $0 }
        try out.end()
        #expect(empty == JSONValue.object([]).bytes(pretty: true))
    }

    private func excerpt(_ text: String, _ members: [String], piece: Int) throws -> JSONValue {
        var excerpt = JSONExcerpt(members)
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) { bytes[start..<min(bytes.count, start + piece)].withUnsafeBufferPointer { excerpt.read($0) } }
        return try excerpt.value()
    }

    @Test(arguments: [1, 2, 7, 100_000]) func `single members are taken out of a document that comes in pieces`(_ piece: Int) throws {
        let text = #"""
            {"a": {"files": [1, "}"], "x": "\"]{"}, "files": {"a \"b\"": "c:,}", "d": {"e": [1, 2.50, {"f": null}]}},
             "now" : "2026\\", "b":[[[{}]]] , "files": 2, "empty":{} , "flag" :true}
            """#, whole = try JSONValue(parsing: text)
        for wanted in [["files", "now"], ["flag"], ["empty", "b"], ["gone"], []] {
            let taken = try excerpt(text, wanted, piece: piece)
            #expect(taken == .object(whole.members.filter { wanted.contains($0.key) }), "\(wanted)")
            #expect(try excerpt(whole.text(pretty: true), wanted, piece: piece) == taken)
        }
        #expect(try excerpt(" {} \n", ["a"], piece: piece) == .object([]))
    }

    @Test(arguments: ["", " ", "{", "{\"a\": 1", "{\"a\": \"x", "[1]", "[{\"a\": 1}]", "{\"a\": 1} x", "{}{}", "}", "x", "1", "{\"a\"}", "{\"b\", \"a\": 1}", "{\"a\": }", "{\"a\": 1]", "{\"a\": tru}"])
    func `an excerpt of what is no whole object is refused`(_ text: String) { #expect(throws: JSONError.self) { try excerpt(text, ["a"], piece: 3) } }
}
