/// The command that mutes an alert, ready to be pasted into a shell: names of resources are strangers' text.
package enum SilenceCommand {
    package static func silence(_ alert: AlertState, tenant: String) -> String {
        "tidewatch silence add --tenant \(word(tenant)) --rule \(word(alert.key.rule)) --resource=\(word(visible(alert.key.resource.name))) --for 2h --reason 'why'"
    }

    package static func acknowledgement(of incident: String, tenant: String) -> String { "tidewatch ack \(word(incident)) --tenant \(word(tenant))" }

    /// One word of a POSIX shell, quoted where that is needed.
    package static func word(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-_./:@%+,=".unicodeScalars.contains(scalar))
        }
        if isPlain { return text }
        // Inside single quotes nothing is special but the quote itself.
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// What moves a cursor has no business in a command: the silence matches it as any character.
    private static func visible(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "?"
            default: scalar
            }
        }))
    }
}
