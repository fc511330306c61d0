import Alerting
import Digests
import JSON
import Telemetry

/// The payload of Alertmanager's webhook, version 4
/// (prometheus.io/docs/alerting/latest/configuration, "webhook_config"): what most receivers understand.
enum AlertmanagerPayload {
    /// Receivers refuse large bodies; what does not fit is counted in `truncatedAlerts`.
    private static let byteLimit = 20_000

    static func body(_ notice: Notice) -> [UInt8] {
        for limit in [Notice.listLimit, 25, 12, 6, 3] {
            let body = body(notice, limit: limit)
            if body.count <= byteLimit { return body }
        }
        return body(notice, limit: 1)
    }

    private static func body(_ notice: Notice, limit: Int) -> [UInt8] {
        let all = notice.alerts.isEmpty ? [standIn(for: notice)] : notice.alerts
        let shown = Array(all.prefix(limit))
        let alerts = shown.map { alert(notice, $0) }
        let payload: JSONValue = [
            "version": "4",
            "groupKey": .string(groupKey(notice)),
            "truncatedAlerts": JSONValue(all.count - shown.count),
            "status": notice.kind == .resolved ? "resolved" : "firing",
            "receiver": .string(notice.receiver),
            "groupLabels": object(notice.groupLabels),
            "commonLabels": object(common(shown.map { labels(notice, $0) })),
            "commonAnnotations": object(common(shown.map { annotations(notice, $0) })),
            "externalURL": .string(notice.siteURL ?? ""),
            "alerts": .array(alerts),
        ]
        return payload.bytes()
    }

    /// Receivers show alerts and nothing else: a message that is about none says its words as one.
    private static func standIn(for notice: Notice) -> Notice.Alert {
        let lists = notice.sections.map { section in ([section.title + ":"] + section.lines.map(\.text) + (section.rest.map { [$0] } ?? [])).joined(separator: "\n") }
        return Notice.Alert(rule: "tidewatch-\(notice.kind.rawValue)", title: notice.headline, severity: notice.severity, isFiring: notice.kind != .resolved, kind: .probe, resource: notice.receiver,
                            summary: ([notice.headline, notice.lead] + lists).filter { !$0.isEmpty }.joined(separator: "\n"), value: nil, limit: nil, startedAt: notice.createdAt, endedAt: nil,
                            lasted: "", runbookURL: nil, pageURL: notice.incidentURL ?? notice.siteURL, suppressedBy: nil)
    }

    private static func alert(_ notice: Notice, _ alert: Notice.Alert) -> JSONValue {
        let labels = labels(notice, alert)
        return [
            "status": alert.isFiring ? "firing" : "resolved",
            "labels": object(labels),
            "annotations": object(annotations(notice, alert)),
            "startsAt": .string(alert.startedAt.rfc3339),
            // Alertmanager's own zero time for what has not ended.
            "endsAt": .string(alert.endedAt?.rfc3339 ?? "0001-01-01T00:00:00Z"),
            "generatorURL": .string(alert.pageURL ?? ""),
            "fingerprint": .string(String(hex(sha256(labels.sorted { $0.key < $1.key }.map { "\($0.key)\u{FF}\($0.value)\u{FF}" }.joined())).prefix(16))),
        ]
    }

    private static func labels(_ notice: Notice, _ alert: Notice.Alert) -> [String: String] {
        ["alertname": alert.rule, "severity": alert.severity.rawValue, "tenant": notice.tenant, "service": notice.service,
         "kind": alert.kind.rawValue, "resource": alert.resource]
    }

    private static func annotations(_ notice: Notice, _ alert: Notice.Alert) -> [String: String] {
        var out = ["title": alert.title, "summary": alert.summary, "runbook_url": alert.runbookURL ?? "", "duration": alert.lasted]
        if alert.resourceTitle != alert.resource { out["resource_title"] = alert.resourceTitle }
        out["value"] = alert.value
        out["limit"] = alert.limit
        out["dashboard_url"] = alert.pageURL
        out["suppressed_by"] = alert.suppressedBy
        return out
    }

    private static func groupKey(_ notice: Notice) -> String {
        "{}:{" + notice.groupLabels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ") + "}"
    }

    private static func common(_ all: [[String: String]]) -> [String: String] {
        (all.first ?? [:]).filter { name, value in all.allSatisfy { $0[name] == value } }
    }

    private static func object(_ pairs: [String: String]) -> JSONValue {
        .object(pairs.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
    }
}
