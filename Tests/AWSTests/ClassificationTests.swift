@testable import AWS
import Curl
import Testing

@Suite struct ClassificationTests {
    @Test(arguments: [
        (400, #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"x"}"#, AWSError.Kind.notFound, "QueueDoesNotExist"),
        (400, #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist:http://internal/","message":"x"}"#, .notFound, "QueueDoesNotExist"),
        (400, #"{"__type":"ResourceNotFoundException"}"#, .notFound, "ResourceNotFoundException"),
        (400, #"{"__type":"Throttling"}"#, .throttled, "Throttling"),
        (400, #"{"__type":"LimitExceededException"}"#, .throttled, "LimitExceededException"),
        (400, #"{"code":"ValidationException","message":"x"}"#, .invalid, "ValidationException"),
        (400, #"{"__type":"ExpiredTokenException"}"#, .expired, "ExpiredTokenException"),
        (403, #"{"Code":"AccessDeniedException","Message":"x"}"#, .denied, "AccessDeniedException"),
        (500, #"{"__type":"InternalFailure"}"#, .server, "InternalFailure"),
        (400, #"{"__type":"RequestTimeout"}"#, .server, "RequestTimeout"),
        (403, "<Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: 20150830 is now earlier</Message></Error>", .skew, "SignatureDoesNotMatch"),
        (403, "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated</Message></Error>", .credentials, "SignatureDoesNotMatch"),
        (404, "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code></Error>", .notFound, "NoSuchBucket"),
        (503, "<Error><Code>SlowDown</Code></Error>", .throttled, "SlowDown"),
        (400, "<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>", .notFound, "ValidationError"),
    ])
    func `a refusal is judged by its code`(_ status: Int, _ body: String, _ kind: AWSError.Kind, _ code: String) {
        let refusal = Refusal(HTTPResponse(status: status, body: Array(body.utf8)))
        #expect(refusal.kind(status: status) == kind)
        #expect(refusal.code == code)
    }

    @Test(arguments: [(401, AWSError.Kind.credentials), (403, .denied), (404, .notFound), (400, .invalid), (301, .badAnswer), (429, .throttled), (500, .server), (504, .server)])
    func `without a code the status decides`(_ status: Int, _ kind: AWSError.Kind) {
        for body in ["", "<html>", "garbage", "[1,2]", "{", "\u{0}"] {
            let refusal = Refusal(HTTPResponse(status: status, body: Array(body.utf8)))
            #expect(refusal.kind(status: status) == kind)
            #expect(refusal.message == "HTTP status \(status)")
        }
    }

    @Test func `the header names the error too`() {
        let refusal = Refusal(HTTPResponse(status: 429, headers: ["x-amzn-ErrorType": "TooManyRequestsException:http://internal.amazon.com/"], body: Array(#"{"message":"Rate exceeded"}"#.utf8)))
        #expect(refusal.code == "TooManyRequestsException")
        #expect(refusal.message == "Rate exceeded")
    }

    @Test func `of a long message only the start of the first line is kept, without control characters`() {
        let text = "first\\u001b[31m line\\n" + String(repeating: "secret ", count: 100)
        #expect(Refusal(HTTPResponse(status: 403, body: Array("{\"message\":\"\(text)\"}".utf8))).message == "first[31m line")
    }
}

@Suite struct XMLNodeTests {
    @Test func `attributes, prefixes, CDATA, comments and references are read`() throws {
        let node = try #require(XMLNode(parsing: Array("\u{FEFF}<?xml version='1.0'?>\n<a:r x='>' y=\"/\"><b>1&#65;&#x42;</b><![CDATA[<&>]]><!-- <b> --><c/></a:r>".utf8)))
        #expect(node.name == "r")
        #expect(node["b"]?.text == "1AB")
        #expect(node.text == "<&>")
        #expect(node["c"]?.children.isEmpty == true)
    }

    @Test(arguments: ["", "x", "<", "<a", "<a>", "<a></b>", "</a>", "<a>&unknown;</a>", "<a>&#xD800;</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a", "<a b='", "<a><![CDATA[</a>", "< a/>", "<>"])
    func `what is no XML is nothing`(_ text: String) {
        #expect(XMLNode(parsing: Array(text.utf8)) == nil)
    }

    @Test func `nesting has an end`() {
        #expect(XMLNode(parsing: Array(String(repeating: "<a>", count: 100_000).utf8)) == nil)
    }

    @Test func `nothing that is cut off or changed makes the reader trap`() {
        let text = Array(roleAnswer("ID").utf8)
        for end in text.indices { _ = XMLNode(parsing: Array(text[..<end])) }
        for index in text.indices {
            for byte in [0, 0x26, 0x3C, 0x3E, 0x2F, 0xFF] as [UInt8] {
                var changed = text
                changed[index] = byte
                _ = XMLNode(parsing: changed)
            }
        }
    }
}
