/// How much may be used, so that no tenant takes from the others. What of it a tenant's file may set lower or higher stands in `tenant`.
package struct LimitsConfiguration: Hashable, Sendable {
    package var worker = WorkerLimits()
    package var tenant = TenantLimits()
}

/// How much one tenant may have. Whoever reaches a limit is told so on its page.
package struct TenantLimits: Hashable, Sendable {
    /// Series that one run may bring.
    package var series = 20_000
    /// Calls of one run, all sources together.
    package var calls = 10_000
    /// Files of its tree.
    package var pages = 20_000
    /// Bytes of its tree.
    package var bytes = 1 << 30
    /// Messages in 24 hours.
    package var messages = 500
}

extension LimitsConfiguration {
    static let schema = RecordSchema("limits", [
        .init("memory", .size, "Memory of one worker process, which has up to 16 tenants in hand. Default 1GiB."),
        .init("cpu", .duration, "Processor time that a worker may use for one tenant without getting done. Default 15s."),
    ] + TenantLimits.schema.fields)

    init(_ record: ConfigurationReader.Record?) {
        guard let record else { return }
        worker.memory = Int64(record.size("memory") ?? Int(worker.memory))
        if worker.memory < 64 << 20 { record.fail("memory", "must be at least 64MiB") }
        worker.cpu = record.duration("cpu") ?? worker.cpu
        if worker.cpu < 1 { record.fail("cpu", "must be at least 1s") }
        tenant.read(record)
    }
}

extension TenantLimits {
    static let schema = RecordSchema("a tenant's limits", [
        .init("series", .integer(1...1_000_000), "Series that one run may bring. Default 20000."),
        .init("calls", .integer(1...1_000_000), "Calls of one run, all sources together. Default 10000."),
        .init("pages", .integer(100...1_000_000), "Files of the tenant's pages; older traces and incidents have none then. Default 20000."),
        .init("bytes", .size, "Size of the tenant's pages. Default 1GiB."),
        .init("messages", .integer(1...100_000), "Messages in 24 hours; what is more is counted in one. Default 500."),
    ])

    mutating func read(_ record: ConfigurationReader.Record?) {
        guard let record else { return }
        series = record.integer("series") ?? series
        calls = record.integer("calls") ?? calls
        pages = record.integer("pages") ?? pages
        bytes = record.size("bytes") ?? bytes
        messages = record.integer("messages") ?? messages
    }
}
