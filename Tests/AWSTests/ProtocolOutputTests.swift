@testable import AWS
import Curl
import Digests
import Foundation
import JSON
import Telemetry
import Testing

/// Official protocol cases and response bodies of botocore, which lie beside the repository and are not part of it.
private enum Wire {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data/aws-api").standardizedFileURL
    static func bytes(_ path: String) -> [UInt8]? { (try? Data(contentsOf: folder.appendingPathComponent(path))).map(Array.init) }
    static func json(_ path: String) -> JSONValue { bytes(path).flatMap { try? JSONValue(parsing: $0) } ?? .null }
    static func files(_ path: String, _ ending: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)) ?? []).filter { $0.hasSuffix(ending) }.sorted()
    }
    static let isThere = bytes("protocol-tests/output/json.json") != nil
}

/// What our two readers make of a body, told by the case's own model which element means what.
private struct Model {
    let shapes: JSONValue

    func value(_ reference: JSONValue, _ json: JSONValue) -> JSONValue? {
        let shape = shapes[reference["shape"]?.string ?? ""] ?? .null
        switch shape["type"]?.string {
        case "structure":
            guard shape["document"] != true else { return json }
            return .object((shape["members"]?.members ?? []).filter { $0.value["location"] == nil }.compactMap { member in
                guard let inner = json[member.value["locationName"]?.string ?? member.key], inner != .null else { return nil }
                return value(member.value, inner).map { .init(member.key, $0) }
            })
        case "list": return .array(json.array.compactMap { $0 == .null ? (shape["sparse"] == true ? .null : nil) : value(shape["member"] ?? .null, $0) })
        case "map":
            return .object(json.members.compactMap { member in
                member.value == .null ? (shape["sparse"] == true ? .init(member.key, .null) : nil) : value(shape["value"] ?? .null, member.value).map { .init(member.key, $0) }
            })
        case "timestamp": return moment(json.string ?? "") ?? json.double.map(JSONValue.number)
        case "blob": return json.string.flatMap(base64Decoded).map { .string(String(decoding: $0, as: UTF8.self)) }
        default: return json
        }
    }

    func value(_ reference: JSONValue, _ nodes: [XMLNode]) -> JSONValue? {
        let shape = shapes[reference["shape"]?.string ?? ""] ?? .null
        guard let node = nodes.first else { return nil }
        let isFlat = shape["flattened"] == true || reference["flattened"] == true
        switch shape["type"]?.string {
        case "structure":
            return .object((shape["members"]?.members ?? []).compactMap { member in
                value(member.value, node.all(member.value["locationName"]?.string ?? member.key)).map { .init(member.key, $0) }
            })
        case "list":
            let items = isFlat ? nodes : node.all(shape["member"]?["locationName"]?.string ?? "member")
            return .array(items.compactMap { value(shape["member"] ?? .null, [$0]) })
        case "map":
            let entries = isFlat ? nodes : node.all("entry")
            return .object(entries.compactMap { entry in
                guard let key = entry[shape["key"]?["locationName"]?.string ?? "key"]?.text else { return nil }
                return value(shape["value"] ?? .null, entry.all(shape["value"]?["locationName"]?.string ?? "value")).map { .init(key, $0) }
            })
        case "timestamp": return moment(node.text) ?? Double(node.text).map(JSONValue.number)
        case "blob": return base64Decoded(node.text).map { .string(String(decoding: $0, as: UTF8.self)) }
        case "boolean": return .bool(node.text == "true")
        case "integer", "long", "float", "double": return Double(node.text).flatMap { $0.isFinite ? .number($0) : nil } ?? .string(node.text)
        default: return .string(node.text)
        }
    }

    private func moment(_ text: String) -> JSONValue? { Timestamp.epoch(rfc3339: text).map(JSONValue.number) }
}

@Suite(.enabled(if: Wire.isThere, "needs ../shared/data/aws-api/protocol-tests")) struct ProtocolOutputTests {
    /// Nothing that is asked here writes a time in a body as an HTTP date.
    private static let unfit: Set<String> = ["parses_httpdate_timestamps", "RestJsonJsonTimestampsWithHttpDateOnTargetFormat",
                                             "QueryXmlTimestampsWithHttpDateFormat", "QueryXmlTimestampsWithHttpDateOnTargetFormat"]

    @Test(arguments: [("json", 29), ("json_1_0", 12), ("query", 23), ("rest-json", 31)])
    func `bodies mean what the protocol says`(_ file: String, _ count: Int) {
        var read = 0, wrong: [String] = []
        for suite in Wire.json("protocol-tests/output/\(file).json").array {
            let model = Model(shapes: suite["shapes"] ?? .null)
            for example in suite["cases"]?.array ?? [] where example["errorCode"] == nil && example["error"] == nil {
                let id = example["id"]?.string ?? "", output = example["given"]?["output"] ?? .null, bytes = Array((example["response"]?["body"]?.string ?? "").utf8)
                let members = model.shapes[output["shape"]?.string ?? ""]?["members"]?.members ?? []
                // Members in headers, and bodies that are one member, are read by name where they are needed.
                guard !Self.unfit.contains(id), !members.contains(where: { $0.value["location"] != nil }), model.shapes[output["shape"]?.string ?? ""]?["payload"] == nil else { continue }
                let mine: JSONValue?
                if output["shape"] == nil {
                    mine = .object([])
                } else if file == "query" {
                    let root = XMLNode(parsing: bytes), result = root?.children.first { $0.name.hasSuffix("Result") } ?? root
                    mine = result.map { model.value(output, [$0]) } ?? .object([])
                } else {
                    mine = model.value(output, (try? JSONValue(parsing: bytes)) ?? .object([]))
                }
                read += 1
                if mine.map(Self.sorted) != example["result"].map(Self.sorted) { wrong.append("\(id): \(mine?.text() ?? "nothing") for \(example["result"]?.text() ?? "")") }
            }
        }
        #expect(wrong == [], "\(wrong.joined(separator: "\n"))")
        #expect(read == count)
    }

    /// IAM's policies are documents inside documents, which botocore reads as well and which nobody here asks for.
    private static let policies: Set<String> = ["iam-get-user-policy.xml", "iam-list-roles.xml"]

    @Test(arguments: Wire.files("response-parsing/xml/responses", ".xml").filter { !policies.contains($0) }) func `recorded XML holds what botocore reads from it`(_ file: String) throws {
        let root = try #require(XMLNode(parsing: Wire.bytes("response-parsing/xml/responses/\(file)") ?? [])), expected = Wire.json("response-parsing/xml/responses/\(file.dropLast(3))json")
        #expect(root.first("RequestId")?.text == expected["ResponseMetadata"]?["RequestId"]?.string)
        let result = root.children.first { $0.name.hasSuffix("Result") } ?? root
        for member in expected.members where member.key != "ResponseMetadata" { #expect(Self.holds(result[member.key], member.value), "\(member.key)") }
    }

    @Test(arguments: Wire.files("response-parsing/xml/errors", ".xml").map { "xml/errors/" + $0 } + ["json/errors/swf-deprecate-domain.json"])
    func `recorded refusals are read as botocore reads them`(_ file: String) {
        let refusal = Refusal(HTTPResponse(status: 400, body: Wire.bytes("response-parsing/\(file)") ?? []))
        let expected = Wire.json("response-parsing/" + (file.hasPrefix("xml") ? "\(file.dropLast(3))json" : file.replacing("errors", with: "expected")))
        // Sentences end where they stand, so the last full stop is left out.
        let words = expected["Error"]?["Message"]?.string ?? ""
        #expect(refusal.code == expected["Error"]?["Code"]?.string && refusal.message == (words.hasSuffix(".") ? String(words.dropLast()) : words))
    }

    private static func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members): .object(members.sorted { $0.key < $1.key }.map { .init($0.key, sorted($0.value)) })
        case .array(let items): .array(items.map(sorted))
        case .null, .bool, .number, .string: value
        }
    }

    /// Without a model: names are names of elements, items are members, entries have key and value.
    private static func holds(_ node: XMLNode?, _ expected: JSONValue) -> Bool {
        switch expected {
        case .object(let members):
            let entries = node?.all("entry") ?? []
            return members.allSatisfy { member in holds(entries.isEmpty ? node?[member.key] : entries.first { $0["key"]?.text == member.key }?["value"], member.value) }
        case .array(let items): return (node?.children.count ?? 0) == items.count && zip(node?.children ?? [], items).allSatisfy { holds($0, $1) }
        case .string(let text): return node.map { $0.text == text || Timestamp.epoch(rfc3339: $0.text) == Timestamp.epoch(rfc3339: text) } ?? text.isEmpty
        case .number(let number): return node.flatMap { Double($0.text) } == number
        case .bool(let flag): return node?.text == (flag ? "true" : "false")
        case .null: return node == nil
        }
    }
}
