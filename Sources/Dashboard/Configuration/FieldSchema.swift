import JSON

/// What a key of a configuration file may hold. One description serves the reader's checks, its messages and the published JSON Schema.
package indirect enum FieldType: Sendable {
    case text
    /// `^[a-z0-9][a-z0-9-]{0,62}$`: becomes a path.
    case identifier
    /// `90s 5m 2h 15d`, in seconds.
    case duration
    /// `512KiB`, in bytes.
    case size
    /// `80%` or `0.8`.
    case ratio
    case integer(ClosedRange<Int>)
    /// `2026-12-31`
    case day
    /// `2026-12-31T18:00:00Z`
    case time
    case flag
    case url
    /// Text that may be `${ENV}` or `file:/path`.
    case secret
    case choice([String])
    case list(FieldType)
    /// A single value or a list of them.
    case oneOrMore(FieldType)
    case map(FieldType)
    case record(RecordSchema)
    /// Exactly one of the keys.
    case oneOf([RecordSchema.Field])
    /// Rules and other free text that has its own reader.
    case expression
    case optional(FieldType)

    /// How it reads in "expected …".
    package var expectation: String {
        switch self {
        case .text: "text"
        case .identifier: "an id of a-z, 0-9 and '-', at most 63 characters, starting with a letter or digit"
        case .duration: "a duration such as 90s, 5m, 2h or 15d"
        case .size: "a size such as 512KiB or 4MiB"
        case .ratio: "a share such as 80% or 0.8"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .day: "a day such as 2026-12-31"
        case .time: "a time such as 2026-12-31T18:00:00Z"
        case .flag: "true or false"
        case .url: "an http or https address"
        case .secret: "text, ${ENVIRONMENT_VARIABLE} or file:/path"
        case .choice(let words): "one of " + words.joined(separator: ", ")
        case .list(let item): "a list of " + item.expectation
        case .oneOrMore(let item): item.expectation + " or a list of them"
        case .map: "a mapping"
        case .record(let record): "a mapping (\(record.name))"
        case .oneOf(let fields): "a mapping with exactly one of " + fields.map(\.name).joined(separator: ", ")
        case .expression: "an expression"
        case .optional(let type): type.expectation + " or null"
        }
    }
}

/// The keys of one mapping.
package struct RecordSchema: Sendable {
    package struct Field: Sendable {
        package var name: String
        package var type: FieldType
        package var isRequired: Bool
        /// One sentence, printed in the schema and the manual.
        package var summary: String

        package init(_ name: String, _ type: FieldType, required: Bool = false, _ summary: String) {
            self.name = name
            self.type = type
            isRequired = required
            self.summary = summary
        }
    }

    package var name: String
    package var fields: [Field]

    package init(_ name: String, _ fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    package func field(_ name: String) -> Field? { fields.first { $0.name == name } }
}

// MARK: - JSON Schema (draft 2020-12)

extension RecordSchema {
    /// The published schema of a whole file.
    package func jsonSchema(title: String) -> JSONValue {
        .object([.init("$schema", "https://json-schema.org/draft/2020-12/schema"), .init("title", .string(title))] + json.members)
    }

    fileprivate var json: JSONValue {
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        var members: [JSONValue.Member] = [
            .init("type", "object"), .init("additionalProperties", false),
            .init("properties", .object(fields.map { field in
                .init(field.name, .object(field.type.json.members + [.init("description", .string(field.summary))]))
            })),
        ]
        if !required.isEmpty { members.append(.init("required", .array(required))) }
        return .object(members)
    }
}

extension FieldType {
    fileprivate var json: JSONValue {
        switch self {
        case .text, .secret, .expression: ["type": "string"]
        case .identifier: ["type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"]
        case .duration: ["type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(s|m|h|d|w)$"]
        case .size: ["type": ["string", "integer"]]
        case .ratio: ["type": ["string", "number"]]
        case .integer(let range): ["type": "integer", "minimum": JSONValue(range.lowerBound), "maximum": JSONValue(range.upperBound)]
        case .day: ["type": "string", "format": "date"]
        case .time: ["type": "string", "format": "date-time"]
        case .flag: ["type": "boolean"]
        case .url: ["type": "string", "pattern": "^(https?://|\\$\\{|file:)"]
        case .choice(let words): ["enum": .array(words.map(JSONValue.string))]
        case .list(let item): ["type": "array", "items": item.json]
        case .oneOrMore(let item): ["anyOf": [item.json, ["type": "array", "items": item.json]]]
        case .map(let item): ["type": "object", "additionalProperties": item.json]
        case .record(let record): record.json
        case .oneOf(let fields):
            ["type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
             "properties": .object(fields.map { .init($0.name, .object($0.type.json.members + [.init("description", .string($0.summary))])) })]
        case .optional(let type): ["anyOf": [type.json, ["type": "null"]]]
        }
    }
}
