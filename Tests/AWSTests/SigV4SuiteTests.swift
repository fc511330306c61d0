import AWS
import Curl
import Foundation
import JSON
import Telemetry
import Testing

/// The official signing suite (github.com/awslabs/aws-c-auth), which lies beside the repository and is not part of it.
@Suite(.enabled(if: !Suite4.cases.isEmpty, "needs ../shared/data/sigv4/v4"))
struct SigV4SuiteTests {
    @Test func `the suite is there as a whole`() {
        #expect(Suite4.cases.count == 26)
    }

    @Test(arguments: Suite4.cases)
    func `a signed header request is that of the suite, byte for byte`(_ name: String) throws {
        let example = try Suite4(name)
        let signed = example.signer.signed(example.request)
        #expect(try signed.canonicalRequest == example.text("header-canonical-request.txt"))
        #expect(try signed.stringToSign == example.text("header-string-to-sign.txt"))
        #expect(try signed.signature == example.text("header-signature.txt"))
        let wanted = try Suite4.fields(example.text("header-signed-request.txt"))
        #expect(Suite4.sorted(signed.headers) == Suite4.sorted(wanted))
    }

    @Test(arguments: Suite4.cases)
    func `a presigned URL is that of the suite`(_ name: String) throws {
        let example = try Suite4(name)
        let signed = example.signer.presigned(example.request, seconds: example.expires)
        #expect(try signed.canonicalRequest == example.text("query-canonical-request.txt"))
        #expect(try signed.stringToSign == example.text("query-string-to-sign.txt"))
        #expect(try signed.signature == example.text("query-signature.txt"))
        #expect(try Suite4.query(signed.target) == Suite4.query(Suite4.target(example.text("query-signed-request.txt"))))
    }
}

/// One case: a folder with the request, the context and what must come out.
struct Suite4 {
    var name: String
    var request: SigV4.Request
    var signer: SigV4
    var expires: Int

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data/sigv4/v4")
    static let cases = ((try? FileManager.default.contentsOfDirectory(atPath: folder.standardizedFileURL.path)) ?? []).sorted()

    init(_ name: String) throws {
        self.name = name
        let raw = try Self.text(name, "request.txt")
        let context = try JSONValue(parsing: Self.text(name, "context.json"))
        let target = Self.target(raw)
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query: [AWSCall.Parameter] = parts.dropFirst().flatMap { $0.split(separator: "&") }.map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return AWSCall.Parameter(String(sides[0]), sides.count > 1 ? String(sides[1]) : "")
        }
        let body = raw.range(of: "\n\n").map { Array(raw[$0.upperBound...].utf8) } ?? []
        request = SigV4.Request(method: String(raw.prefix { $0 != " " }), path: String(parts[0]), query: query, headers: Self.fields(raw), body: body)
        let keys = context["credentials"]
        let credentials = Credentials(accessKeyID: keys?["access_key_id"]?.string ?? "", secretAccessKey: keys?["secret_access_key"]?.string ?? "",
                                      sessionToken: keys?["token"]?.string)
        let time = try #require(Timestamp(rfc3339: context["timestamp"]?.string ?? ""))
        signer = SigV4(credentials, region: context["region"]?.string ?? "", service: context["service"]?.string ?? "", time: time)
        // The requests of the suite carry their paths as they go over the wire.
        signer.encodesPathTwice = false
        signer.normalizesPath = context["normalize"]?.bool ?? true
        signer.sendsBodyHash = context["sign_body"]?.bool ?? false
        signer.signsSessionToken = context["omit_session_token"]?.bool != true
        expires = context["expiration_in_seconds"]?.integer ?? 0
    }

    func text(_ file: String) throws -> String { try Self.text(name, file) }

    private static func text(_ name: String, _ file: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name).appendingPathComponent(file), encoding: .utf8).replacingOccurrences(of: "\r\n", with: "\n")
    }

    /// What stands between the method and the version; it may hold a space.
    static func target(_ raw: String) -> String {
        let line = raw.prefix { $0 != "\n" }
        return String(line.dropFirst(line.prefix { $0 != " " }.count + 1).dropLast(" HTTP/1.1".count))
    }

    static func fields(_ raw: String) -> HTTPHeaders {
        let head = raw.range(of: "\n\n").map { raw[..<$0.lowerBound] } ?? raw[...]
        return HTTPHeaders(head.split(separator: "\n").dropFirst().compactMap { line in
            let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return sides.count == 2 ? .init(name: String(sides[0]), value: String(sides[1])) : nil
        })
    }

    static func sorted(_ headers: HTTPHeaders) -> [String] { headers.fields.map { "\($0.name.lowercased()):\($0.value)" }.sorted() }

    static func query(_ target: String) throws -> [String] {
        try #require(target.split(separator: "?", maxSplits: 1).last).split(separator: "&").map { $0.removingPercentEncoding ?? String($0) }.sorted()
    }
}
