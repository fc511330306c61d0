import JSON
import Telemetry

/// A JSON document of the operator's with `{{names}}` in its texts. It is understood before anything is put in, so no value can break out of
/// its place. A text that is one name only becomes what it stands for: a number, a list.
package struct WebhookTemplate: Sendable, Equatable {
    private let document: JSONValue
    let secrets: StoredSecrets

    package struct Mistake: Error, Equatable, CustomStringConvertible {
        package var description: String
    }

    /// What may stand between the braces.
    package static let names: [String] = ["alerts", "closing", "count", "first_step", "headline", "id", "incident", "incident_url", "kind", "lead", "receiver", "runbook_url",
                                          "service", "service_title", "service_url", "severity", "silence_command", "site_url", "sparkline", "state", "subject", "tenant", "tenant_title", "time"]

    /// - Throws: what is wrong with the template: it is no JSON, or it names something that is not there.
    /// - Parameter text: with the marks of `secrets` in the place of their values.
    package init(_ text: String, secrets: StoredSecrets = StoredSecrets()) throws(Mistake) {
        self.secrets = secrets
        do throws(JSONError) { document = try JSONValue(parsing: text) } catch { throw Mistake(description: "the template is no JSON: \(error)\(secrets == StoredSecrets() ? "" : ". Each ${NAME} belongs into a text in quotes")") }
        guard case .object = document else { throw Mistake(description: "the template must be a JSON object, {…}") }
        if let unknown = Self.placeholders(in: document).first(where: { !Self.names.contains($0) }) {
            throw Mistake(description: "the template names {{\(unknown.plain.prefix(60))}}, which is not there. Known: \(Self.names.joined(separator: ", "))")
        }
    }

    /// The body with the marks of its secrets.
    func body(_ notice: Notice, id: String) -> [UInt8] { Self.filled(document, Self.values(notice, id: id).mapValues(Self.unmarked)).bytes() }

    private static func unmarked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text): .string(StoredSecrets.unmarked(text))
        case .array(let items): .array(items.map(unmarked))
        case .object(let members): .object(members.map { .init(StoredSecrets.unmarked($0.key), unmarked($0.value)) })
        case .null, .bool, .number: value
        }
    }

    private static func values(_ notice: Notice, id: String) -> [String: JSONValue] {
        let payload = (try? JSONValue(parsing: AlertmanagerPayload.body(notice))) ?? .null
        return [
            "alerts": payload["alerts"] ?? .array([]), "closing": .string(notice.closing), "count": JSONValue(notice.alerts.count { $0.isFiring }),
            "first_step": .string(notice.firstStep ?? ""), "headline": .string(notice.headline), "id": .string(id), "incident": .string(notice.incident ?? ""),
            "incident_url": .string(notice.incidentURL ?? ""), "kind": .string(notice.kind.rawValue), "lead": .string(notice.lead), "receiver": .string(notice.receiver),
            "runbook_url": .string(notice.runbookURL ?? ""), "service": .string(notice.service), "service_title": .string(notice.serviceTitle), "service_url": .string(notice.serviceURL ?? ""),
            "severity": .string(notice.severity.rawValue), "silence_command": .string(notice.silenceCommand ?? ""), "site_url": .string(notice.siteURL ?? ""),
            "sparkline": .string(notice.trend?.sparkline ?? ""), "state": .string(notice.stateWord.lowercased()), "subject": .string(notice.subject), "tenant": .string(notice.tenant),
            "tenant_title": .string(notice.tenantTitle), "time": .string(notice.createdAt.rfc3339),
        ]
    }

    private static func filled(_ value: JSONValue, _ values: [String: JSONValue]) -> JSONValue {
        switch value {
        case .string(let text): filled(text, values)
        case .array(let items): .array(items.map { filled($0, values) })
        case .object(let members): .object(members.map { .init($0.key, filled($0.value, values)) })
        case .null, .bool, .number: value
        }
    }

    private static func filled(_ text: String, _ values: [String: JSONValue]) -> JSONValue {
        let parts = parts(of: text)
        if parts.count == 1, case .name(let name) = parts[0] { return values[name] ?? .string("") }
        return .string(parts.map { part in
            switch part {
            case .text(let text): text
            case .name(let name): values[name].map { $0.string ?? $0.text() } ?? ""
            }
        }.joined())
    }

    private static func placeholders(in value: JSONValue) -> [String] {
        switch value {
        case .string(let text): parts(of: text).compactMap { if case .name(let name) = $0 { name } else { nil } }
        case .array(let items): items.flatMap(placeholders)
        case .object(let members): members.flatMap { placeholders(in: $0.value) }
        case .null, .bool, .number: []
        }
    }

    private enum Part { case text(String), name(String) }

    /// Braces that are not closed are text.
    private static func parts(of text: String) -> [Part] {
        var parts: [Part] = [], rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            if open.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<open.lowerBound]))) }
            parts.append(.name(String(rest[open.upperBound..<close.lowerBound].filter { $0 != " " })))
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }
}
