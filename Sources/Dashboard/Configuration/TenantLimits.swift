/// How much one tenant may have, so that none takes from the others. `tidewatch.yaml` says it for all, a tenant's file for itself. Whoever
/// reaches a limit is told so on its page.
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

extension TenantLimits {
    static let schema = RecordSchema("limits of a tenant", [
        .init("series", .integer(1...1_000_000), "Series that one run may bring; of more, the first by name are kept. Default 20000."),
        .init("calls", .integer(1...1_000_000), "Calls of one run, all sources together. Default 10000."),
        .init("pages", .integer(100...1_000_000), "Files of a tenant's pages: older traces have none then. Default 20000."),
        .init("bytes", .size, "Size of a tenant's pages: with more, those of the last run stay. Default 1GiB."),
        .init("messages", .integer(1...100_000), "Messages in 24 hours; what is more is counted in one. Default 500."),
    ])

    /// What the record says instead.
    mutating func read(_ record: ConfigurationReader.Record?) {
        guard let record else { return }
        series = record.integer("series") ?? series
        calls = record.integer("calls") ?? calls
        pages = record.integer("pages") ?? pages
        bytes = record.size("bytes") ?? bytes
        messages = record.integer("messages") ?? messages
    }
}
