import JSON
import Telemetry

/// A CloudEvents 1.0 envelope in structured mode (cloudevents.io, JSON format); the data is Alertmanager's payload.
enum CloudEventPayload {
    static func body(_ notice: Notice, id: String) -> [UInt8] {
        let data = (try? JSONValue(parsing: AlertmanagerPayload.body(notice))) ?? .null
        let payload: JSONValue = [
            "specversion": "1.0",
            "id": .string(id),
            "type": .string("io.tidewatch.alert.\(notice.kind.rawValue)"),
            "source": .string(notice.siteURL.map { "\($0)\(notice.tenant)/" } ?? "urn:tidewatch:\(notice.tenant)"),
            "subject": .string("\(notice.service)/\(notice.incident ?? "")"),
            "time": .string(notice.createdAt.rfc3339),
            "datacontenttype": "application/json",
            "data": data,
        ]
        return payload.bytes()
    }
}
