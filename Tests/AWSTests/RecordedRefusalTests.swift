@testable import AWS
import Curl
import Foundation
import JSON
import Testing

/// Public data beside the repository, which is not part of it.
private enum SharedAPI {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data/aws-api").standardizedFileURL
    static func json(_ path: String) -> JSONValue? {
        (try? Data(contentsOf: folder.appendingPathComponent(path))).flatMap { try? JSONValue(parsing: Array($0)) }
    }
    static let isThere = json("models/_retry.json") != nil
}

/// Refusals that AWS gave (recorded by LocalStack), and botocore's list of those that may be tried again.
@Suite(.enabled(if: SharedAPI.isThere, "needs ../shared/data/aws-api"))
struct RecordedRefusalTests {
    /// Codes of botocore's retry table; all of them ask for less haste.
    static let retried = Set((SharedAPI.json("models/_retry.json")?["definitions"]?.members ?? [])
        .compactMap { $0.value["applies_when"]?["response"]?["service_error_code"]?.string })

    @Test func `what botocore calls throttling we call throttling`() {
        #expect(Self.retried.count >= 5)
        for code in Self.retried.sorted() {
            let refusal = Refusal(HTTPResponse(status: 400, body: Array(#"{"__type":"\#(code)","message":"Rate exceeded"}"#.utf8)))
            #expect(refusal.kind(status: 400) == .throttled, "\(code)")
        }
    }

    @Test func `every status that botocore tries again we try again`() {
        for definition in SharedAPI.json("models/_retry.json")?["definitions"]?.members ?? [] {
            guard let status = definition.value["applies_when"]?["response"]?["http_status_code"]?.integer, definition.value["applies_when"]?["response"]?["service_error_code"] == nil,
                  definition.value["applies_when"]?["response"]?["crc32body"] == nil else { continue }
            let kind = Refusal(HTTPResponse(status: status, body: [])).kind(status: status)
            #expect(AWSError(kind, place: "", message: "").isRetryable, "\(definition.key): \(status)")
        }
    }

    /// Every error in the recordings: code, message and status.
    static let refusals: [(code: String, message: String, status: Int)] = {
        var found: [(code: String, message: String, status: Int)] = []
        func walk(_ value: JSONValue) {
            switch value {
            case .object(let members):
                if let error = value["Error"], let code = error["Code"]?.string, let message = error["Message"]?.string, let status = value["ResponseMetadata"]?["HTTPStatusCode"]?.integer {
                    found.append((code: code, message: message, status: status))
                }
                for member in members { walk(member.value) }
            case .array(let items): for item in items { walk(item) }
            case .null, .bool, .number, .string: break
            }
        }
        for file in ["cloudwatch", "sqs", "sqs_move_task", "sts", "lambda_integration_sqs"] {
            if let recorded = SharedAPI.json("localstack/test_\(file).snapshot.json") { walk(recorded) }
        }
        for file in ["queries", "metric_filters", "groups", "events", "streams", "filter_events"] {
            if let recorded = SharedAPI.json("../cloudwatch-logs/localstack/test_logs_\(file).snapshot.json") { walk(recorded) }
        }
        return found
    }()

    @Test func `a recorded refusal is read with its code and words in both spellings`() {
        #expect(Self.refusals.count > 40)
        for (code, message, status) in Self.refusals {
            let body: JSONValue = ["__type": .string("com.amazonaws.any#" + code), "message": .string(message)]
            let escaped = message.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            let xml = "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(escaped)</Message></Error><RequestId>r</RequestId></ErrorResponse>"
            let first = String(message.split(whereSeparator: \.isNewline).first ?? "no message")
            for text in [body.text(), xml] {
                let refusal = Refusal(HTTPResponse(status: status, body: Array(text.utf8)))
                #expect(refusal.code == code, "\(text)")
                #expect(first.hasPrefix(refusal.message.prefix(60)), "\(refusal.message)")
                // None of them is worth another try; a status of 403 decides where the code is not known.
                let kind = refusal.kind(status: status)
                #expect(kind == .invalid || kind == .notFound || (status == 403 && kind == .denied), "\(code): \(kind)")
            }
        }
    }

    @Test(arguments: [
        ("sqs", "ListQueues", "NextToken", "NextToken"), ("sqs", "ListDeadLetterSourceQueues", "NextToken", "NextToken"),
        ("cloudwatch", "GetMetricData", "NextToken", "NextToken"), ("logs", "FilterLogEvents", "nextToken", "nextToken"), ("logs", "DescribeLogGroups", "nextToken", "nextToken"),
        ("xray", "GetTraceSummaries", "NextToken", "NextToken"), ("xray", "BatchGetTraces", "NextToken", "NextToken"), ("xray", "GetServiceGraph", "NextToken", "NextToken"),
        ("resourcegroupstaggingapi", "GetResources", "PaginationToken", "PaginationToken"),
    ])
    func `tokens go in and come back under the names of the service's model`(_ service: String, _ operation: String, _ input: String, _ output: String) {
        let pagination = SharedAPI.json("models/\(service)/paginators-1.json")?["pagination"]?[operation]
        #expect(pagination?["input_token"]?.string == input && pagination?["output_token"]?.string == output, "\(pagination?.text() ?? "no such pager")")
    }

    @Test func `answers of query services are read as botocore reads them`() throws {
        let folder = SharedAPI.folder.appendingPathComponent("response-parsing/xml/responses").path
        // Services that speak as STS, SNS and CloudFormation do; but for two whose answers hold an encoded document of another kind.
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".xml") && !["iam-get-user-policy.xml", "iam-list-roles.xml"].contains($0) }.sorted()
        #expect(files.count >= 20)
        for file in files {
            let expected = try #require(SharedAPI.json("response-parsing/xml/responses/" + file.replacing(".xml", with: ".json")))
            let node = try #require(XMLNode(parsing: Array(try Data(contentsOf: SharedAPI.folder.appendingPathComponent("response-parsing/xml/responses/\(file)")))), "\(file)")
            var leaves: [String] = []
            func collect(_ value: JSONValue) {
                switch value {
                case .object(let members): for member in members where member.key != "ResponseMetadata" { collect(member.value) }
                case .array(let items): for item in items { collect(item) }
                // Times and documents in documents are written otherwise here and there; words stand as they are.
                case .string(let text) where text.contains { $0.isLetter } && !text.contains("T") && !text.contains("%"): leaves.append(text)
                case .string, .null, .bool, .number: break
                }
            }
            collect(expected)
            var texts: Set<String> = []
            func gather(_ node: XMLNode) {
                texts.insert(node.text)
                for child in node.children { gather(child) }
            }
            gather(node)
            for leaf in leaves { #expect(texts.contains(leaf), "\(file): \(leaf)") }
            if let id = expected["ResponseMetadata"]?["RequestId"]?.string { #expect(node.first("RequestId")?.text == id || node.first("requestId")?.text == id, "\(file)") }
        }
    }
}
