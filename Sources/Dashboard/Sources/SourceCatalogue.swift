/// Every kind of source, in the order of the manual. One line each.
let sourceCatalogue: [any SourceSettings.Type] = [
    AWSSourceSettings.self,
    DatadogSourceSettings.self,
    FilesSourceSettings.self,
    OTLPSourceSettings.self,
    ProbeSourceSettings.self,
    PrometheusSourceSettings.self,
    SentrySourceSettings.self,
]

/// Where a tenant's numbers come from.
package struct SourceConfiguration: Sendable {
    /// The key under `sources:`.
    package var key: String
    var settings: any SourceSettings

    static let fields = sourceCatalogue.map { $0.field }

    init?(key: String, _ union: ConfigurationUnion) {
        guard let type = sourceCatalogue.first(where: { $0.kind == union.name }), let record = union.body(type.schema), let settings = type.init(record) else { return nil }
        self.key = key
        self.settings = settings
    }

    var bringsResources: Bool { type(of: settings).bringsResources }
}
