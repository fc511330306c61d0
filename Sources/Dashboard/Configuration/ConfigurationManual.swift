/// docs/configuration.md, generated from the same description that the reader checks by.
package enum ConfigurationManual {
    package static var markdown: String {
        var out = """
            # Configuration

            Generated from the code that reads these files; `TIDEWATCH_UPDATE=1 swift test --filter ManualTests` writes it anew.

            YAML. Unknown and duplicate keys, wrong types and dangling references are errors with file, line and column; all are reported at once
            (`tidewatch validate`). Durations: `90s 5m 2h 15d`. Sizes: `512KiB`. Shares: `80%`. Where a value may be a secret, `${NAME}` is
            replaced by the environment and `file:/path` by a file's text; `$$` is a literal dollar. The nearest setting wins:
            built-in < site < tenant < service < resource. `tidewatch validate --schema` prints both files as JSON Schema.


            """
        out += "## tidewatch.yaml\n\nWhat holds for every tenant.\n\n" + table(SiteConfiguration.schema)
        out += "## tenants/&lt;id&gt;.yaml\n\nOne file a tenant.\n\n" + table(TenantConfiguration.schema)
        out += "## rules/*.yaml\n\nFurther rules; one with the id of a built-in rule takes its place. The expressions are explained in [rules.md](rules.md).\n\n" + table(RuleFile.schema)
        out += "## silences/*.yaml\n\nOne silence, acknowledgement or maintenance window a file; `tidewatch silence add` and `tidewatch ack` write them. A mistake in one leaves the others and the run alone.\n\n" + table(SilenceFile.schema)
        return out
    }

    /// Every key of a schema, those inside it included, as a Markdown table.
    static func table(_ schema: RecordSchema) -> String {
        var rows = "| key | value | |\n|---|---|---|\n"
        write(schema.fields, path: "", into: &rows)
        return rows + "\n"
    }

    private static func write(_ fields: [RecordSchema.Field], path: String, into out: inout String) {
        for field in fields {
            let name = path + field.name
            out += "| `\(name)`\(field.isRequired ? " (required)" : "") | \(escaped(field.type.expectation)) | \(escaped(field.summary)) |\n"
            descend(field.type, path: name, into: &out)
        }
    }

    private static func descend(_ type: FieldType, path: String, into out: inout String) {
        switch type {
        case .record(let record): write(record.fields, path: path + ".", into: &out)
        case .list(let item), .oneOrMore(let item): descend(item, path: path + "[]", into: &out)
        case .map(let item): descend(item, path: path + ".*", into: &out)
        case .oneOf(let fields): write(fields, path: path + ".", into: &out)
        case .optional(let inner): descend(inner, path: path, into: &out)
        case .text, .identifier, .duration, .size, .ratio, .integer, .day, .time, .flag, .url, .secret, .choice, .expression: break
        }
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
