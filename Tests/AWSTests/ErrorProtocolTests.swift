@testable import AWS
import Curl
import Foundation
import JSON
import Testing

/// The official protocol cases for errors (github.com/boto/botocore), which lie beside the repository and are not part of it.
@Suite(.enabled(if: !ErrorCase.all.isEmpty, "needs ../shared/data/aws-api/protocol-tests"))
struct ErrorProtocolTests {
    @Test(arguments: ErrorCase.all)
    func `the error code is read as the protocol says`(_ example: ErrorCase) {
        #expect(Refusal(example.response).code == example.code)
    }

    @Test func `the cases are there as a whole`() {
        #expect(ErrorCase.all.count == 28)
    }
}

struct ErrorCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: String
    var response: HTTPResponse

    static let all: [ErrorCase] = ["json", "json_1_0", "json_1_0-query-compatible", "query", "rest-json"].flatMap { file -> [ErrorCase] in
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/data/aws-api/protocol-tests/output/\(file).json").standardizedFileURL
        guard let data = try? Data(contentsOf: path), let json = try? JSONValue(parsing: Array(data)) else { return [] }
        return json.array.flatMap { $0["cases"]?.array ?? [] }.compactMap { example in
            guard let code = example["errorCode"]?.string, let name = example["id"]?.string, let response = example["response"] else { return nil }
            let headers = HTTPHeaders((response["headers"]?.members ?? []).map { .init(name: $0.key, value: $0.value.string ?? "") })
            // Where a service has kept a second name for its old clients, we keep to the name of the model.
            return ErrorCase(testDescription: name, code: code == "Customized" && headers["x-amzn-query-error"] != nil ? "CustomCodeError" : code,
                             response: HTTPResponse(status: response["status_code"]?.integer ?? 0, headers: headers, body: Array((response["body"]?.string ?? "").utf8)))
        }
    }
}
