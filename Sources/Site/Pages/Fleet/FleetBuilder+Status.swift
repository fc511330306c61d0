import JSON
import Telemetry

extension FleetBuilder {
    /// `status.json`, piece by piece: it names every tenant.
    package func writeStatus(_ sink: @escaping ([UInt8]) throws -> Void) throws {
        let order = FleetOrder(tenants.lines)
        var out = JSONDocumentWriter(sink)
        try out.add("schema", 1)
        try out.add("title", .string(title))
        try out.add("status", .string(worst.key))
        try out.add("sentence", .string(sentence(order).english))
        try out.add("generated_at", .string(now.rfc3339))
        try out.add("data_as_of", JSONValue(tenants.dataTo?.rfc3339))
        try out.add("next_due", .string((now + interval).rfc3339))
        try out.add("stale_after", .string((now + 3 * interval).rfc3339))
        try out.add("channels", each: channels) { channel in
            ["name": .string(channel.name), "status": .string(channel.disabled != nil ? "gone" : channel.failingSince != nil ? "failing" : channel.lastAccepted != nil ? "ok" : "untried"),
             "last_accepted": JSONValue(channel.lastAccepted?.rfc3339), "last_drill": JSONValue(channel.lastDrill?.rfc3339)]
        }
        try out.add("tenants", each: [order.attention, order.fine, order.disabled].joined()) { Self.status(try tenants.whole($0)) }
        try out.end()
    }

    private static func status(_ tenant: TenantDigest) -> JSONValue {
        ["id": .string(tenant.id), "title": .string(tenant.title), "status": .string(tenant.state.key), "sentence": .string(tenant.headline.english), "since": JSONValue(tenant.since?.rfc3339),
         "data_as_of": JSONValue(tenant.dataTo?.rfc3339), "alerts": JSONValue(tenant.alerts?.firing), "counts": tenant.alerts?.json ?? .null, "services": JSONValue(tenant.services)]
    }
}
