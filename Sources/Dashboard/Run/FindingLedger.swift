import JSON
import Signals
import Storage
import Telemetry

/// Findings with the first and the last time that each was seen, as the tenant's file remembers them.
package struct FindingLedger: Sendable {
    package struct Entry: Sendable {
        package var finding: Finding
        package var firstSeen: Timestamp
        package var lastSeen: Timestamp
    }

    /// By id.
    package private(set) var entries: [String: Entry] = [:]
    /// When the settings were last inspected; nothing where they never were.
    package private(set) var inspectedAt: Timestamp?

    private static let key = "findings"
    /// What was mended this long ago is forgotten.
    private static let memory: Int64 = 90 * 86_400

    package init() {}

    package init(_ store: TenantStore) throws(StoreError) {
        guard let text = try store.note(Self.key), let note = try? JSONValue(parsing: text) else { return }
        inspectedAt = note["inspected_at"]?.string.flatMap { Timestamp(rfc3339: $0) }
        for member in note["findings"]?.members ?? [] { entries[member.key] = Entry(member.value) }
    }

    package func save(in store: TenantStore) throws(StoreError) {
        let found = entries.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value.json) }
        try store.setNote(Self.key, JSONValue.object([.init("inspected_at", JSONValue(inspectedAt?.rfc3339)), .init("findings", .object(found))]).text())
    }

    package mutating func note(_ findings: [Finding], at now: Timestamp) {
        for finding in findings {
            // One that was mended and came back begins anew.
            let known = entries[finding.id].flatMap { $0.lastSeen == inspectedAt ? $0.firstSeen : nil }
            entries[finding.id] = Entry(finding: finding, firstSeen: min(known ?? now, now), lastSeen: now)
        }
        entries = entries.filter { now - $0.value.lastSeen < Self.memory }
        inspectedAt = now
    }

    /// What the last inspection found, worst first.
    package var standing: [Entry] {
        entries.values.filter { $0.lastSeen == inspectedAt }.sorted { ($0.finding.grade, $0.finding.resource, $0.finding.check) < ($1.finding.grade, $1.finding.resource, $1.finding.check) }
    }
}

private extension FindingLedger.Entry {
    init?(_ json: JSONValue) {
        func text(_ key: String) -> String? { json[key]?.string }
        guard let check = text("check"), let grade = text("grade").flatMap(Finding.Grade.init), let source = text("source"), let kind = text("kind").flatMap(ResourceKind.init),
              let name = text("name"), let first = text("first_seen").flatMap({ Timestamp(rfc3339: $0) }), let last = text("last_seen").flatMap({ Timestamp(rfc3339: $0) }) else { return nil }
        finding = Finding(check: check, grade: grade, resource: ResourceID(source: source, kind: kind, name: name), service: text("service") ?? "",
                          title: text("title") ?? check, detail: text("detail") ?? "")
        firstSeen = first
        lastSeen = last
    }

    var json: JSONValue {
        ["check": .string(finding.check), "grade": .string(finding.grade.rawValue), "source": .string(finding.resource.source), "kind": .string(finding.resource.kind.rawValue),
         "name": .string(finding.resource.name), "service": .string(finding.service), "title": .string(finding.title), "detail": .string(finding.detail),
         "first_seen": .string(firstSeen.rfc3339), "last_seen": .string(lastSeen.rfc3339)]
    }
}
