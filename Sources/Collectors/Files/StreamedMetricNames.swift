import Signals
import Telemetry

/// Which signals a streamed metric is: those that would be read from CloudWatch under the same name and dimensions.
struct StreamedMetricNames {
    struct Target {
        var series: SeriesID
        /// Whose the resource is, where its name tells.
        var service: String?
        /// Statistic and factor.
        var metric: CloudWatchMetric
    }

    private let source: String
    private let services: [ServiceOrder]
    private let labels: [String: String]
    private var declared: [Key: [Target]] = [:]

    /// - Parameter labels: what the list of files says of single metrics, by label.
    init(_ order: CollectionOrder, declared resources: [Resource], labels: [String: String]) {
        source = order.source
        services = order.services.filter { $0.namePrefix?.isEmpty == false }
        self.labels = labels
        for resource in resources {
            for (definition, metric) in SignalCatalogue.metrics(of: resource.id.kind) {
                for set in MetricDimensions.sets(for: metric, of: resource) {
                    declared[Key(name: Name(metric), dimensions: set.sorted()), default: []].append(
                        Target(series: SeriesID(resource.id, definition.name), service: resource.service, metric: metric))
                }
            }
        }
    }

    func targets(of streamed: StreamedMetric) -> [Target] {
        if let text = labels[streamed.label] { return target(named: text, streamed).map { [$0] } ?? [] }
        if let targets = declared[Key(name: Name(namespace: streamed.namespace, metric: streamed.name), dimensions: streamed.dimensions)] { return targets }
        return services.isEmpty ? [] : found(streamed)
    }

    /// The signal's own statistic where CloudWatch has it; else counts are added up and all else is averaged.
    private func target(named text: String, _ streamed: StreamedMetric) -> Target? {
        guard let reference = SeriesReference(text) else { return nil }
        let definition = SignalCatalogue.definition(of: Signal(reference.kind, reference.signal))
        var metric = CloudWatchMetric(streamed.namespace, streamed.name, definition?.form == .counter ? .sum : .average)
        if case .cloudWatch(let own)? = definition?.origin { metric = own }
        return Target(series: reference.series(of: source), service: nil, metric: metric)
    }

    /// Resources that no file declares, by the prefix of their names.
    private func found(_ streamed: StreamedMetric) -> [Target] {
        for service in services {
            for dimension in streamed.dimensions {
                let isARN = dimension.value.hasPrefix("arn:")
                let name = isARN ? AWSNames.resource(arn: dimension.value)?.name ?? "" : dimension.value
                guard let prefix = service.namePrefix, name.hasPrefix(prefix) else { continue }
                let targets = (Self.catalogue[Name(namespace: streamed.namespace, metric: streamed.name)] ?? []).compactMap { definition, metric -> Target? in
                    let resource = Resource(id: ResourceID(source: source, kind: definition.kind, name: name), service: service.id, arn: isARN ? dimension.value : nil)
                    guard MetricDimensions.sets(for: metric, of: resource).contains(where: { $0.sorted() == streamed.dimensions }) else { return nil }
                    return Target(series: SeriesID(resource.id, definition.name), service: service.id, metric: metric)
                }
                if !targets.isEmpty { return targets }
            }
        }
        return []
    }

    private struct Name: Hashable {
        var namespace: String
        var metric: String
        init(namespace: String, metric: String) { self.namespace = namespace; self.metric = metric }
        init(_ metric: CloudWatchMetric) { self.init(namespace: metric.namespace, metric: metric.metric) }
    }

    private struct Key: Hashable {
        var name: Name
        var dimensions: [MetricDimension]
    }

    private static let catalogue: [Name: [(SignalDefinition, CloudWatchMetric)]] =
        Dictionary(grouping: ResourceKind.allCases.flatMap(SignalCatalogue.metrics(of:))) { Name($0.1) }
}
