import Telemetry

/// Under which dimensions CloudWatch keeps the metrics of a resource. A set too many or too few finds nothing, without an error.
package enum MetricDimensions {
    /// The sets to ask for; several where the metric exists only by operation or by rule, none where a needed name is not known yet.
    package static func sets(for metric: CloudWatchMetric, of resource: Resource) -> [[MetricDimension]] {
        let base = base(for: metric, of: resource)
        guard !metric.operations.isEmpty else { return base }
        return base.flatMap { set in metric.operations.map { set + [MetricDimension("Operation", $0)] } }
    }

    private static func base(for metric: CloudWatchMetric, of resource: Resource) -> [[MetricDimension]] {
        let name = resource.id.name
        func text(_ setting: Setting) -> String? { resource.settings[setting]?.text.flatMap { $0.isEmpty ? nil : $0 } }
        func one(_ first: MetricDimension, _ second: MetricDimension? = nil) -> [[MetricDimension]] { [[first] + (second.map { [$0] } ?? [])] }
        switch resource.id.kind {
        case .api: return one(.init("ApiName", name), text(.stage).map { .init("Stage", $0) })
        case .httpAPI: return one(.init("ApiId", text(.apiID) ?? name), text(.stage).map { .init("Stage", $0) })
        case .function: return one(.init("FunctionName", name))
        case .queue: return one(.init("QueueName", name))
        case .topic: return one(.init("TopicName", name))
        case .bus: return rules(of: resource, named: name)
        case .table: return one(.init("TableName", name))
        case .bucket where metric.metric == "BucketSizeBytes": return one(.init("BucketName", name), .init("StorageType", "StandardStorage"))
        case .bucket where metric.metric == "NumberOfObjects": return one(.init("BucketName", name), .init("StorageType", "AllStorageTypes"))
        case .bucket: return one(.init("BucketName", name), .init("FilterId", text(.metricsFilter) ?? "EntireBucket"))
        case .stateMachine: return (resource.arn ?? (name.hasPrefix("arn:") ? name : nil)).map { one(.init("StateMachineArn", $0)) } ?? []
        case .log: return one(.init("LogGroupName", text(.logGroup) ?? "/aws/lambda/\(name)"))
        case .trace, .probe, .balance, .slo: return []
        }
    }

    /// Rules of the default bus are kept under their name alone, those of other buses under both names.
    private static func rules(of resource: Resource, named name: String) -> [[MetricDimension]] {
        let rules = (resource.settings[.rule]?.text ?? "").split(separator: ",")
            .map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }.map(String.init).sorted()
        if rules.isEmpty { return [[MetricDimension("EventBusName", name)]] }
        return rules.map { rule in
            name == "default" ? [MetricDimension("RuleName", rule)] : [MetricDimension("EventBusName", name), MetricDimension("RuleName", rule)]
        }
    }
}
